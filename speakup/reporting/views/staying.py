"""Somebody is at the page: its script says so at fixed times, and the session lives for another hour (ADR 0031)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def stay(request: HttpRequest) -> HttpResponse:
    """204: no page, so no entry of any history. To have asked is what renews the session, as with every request.

    With a session or without the answer has one length, as every answer of this site (web/padding.py).
    """
    answer = HttpResponse(status=204)
    del answer.headers["Content-Type"]
    return answer

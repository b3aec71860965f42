"""Somebody is at the page: its script says so at fixed times, and the session lives for another hour (ADR 0031)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from speakup.reporting.sessions import COOKIE, Reporter
from speakup.reporting.views.navigation import reporter_of

# As many letters as "Set-Cookie", in whose place it stands.
STAND_IN = "X-Stand-In"


@require_safe
def stay(request: HttpRequest) -> HttpResponse:
    """204: no page, so no entry of any history. To have asked is what renews the session, as with every request.

    With a session or without the answer has one length, or an onlooker would learn ten minutes later whether words
    that were tried opened anything (vault.md, 'Receipt': hit and miss).
    """
    answer = HttpResponse(status=204)
    del answer.headers["Content-Type"]
    if not reporter_of(request).live:
        answer.headers[STAND_IN] = _as_long_as_a_cookie(reporter_of(request))
    return answer


def _as_long_as_a_cookie(reporter: Reporter) -> str:
    """What a session's cookie would have said, of one that was never given. Nothing is set: in another window the
    browser may have been given a new cookie meanwhile.
    """
    nobody, answer = Reporter(None, reporter.now), HttpResponse()
    nobody.show_cookie()
    nobody.set_cookie(answer)
    return answer.cookies[COOKIE].OutputString()

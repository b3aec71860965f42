"""What every page of the staff site may rely on of the clocks."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from speakup.clocks.lateness import sweep_is_late
from speakup.web.dispatcher import STAFF


def clocks(request: HttpRequest) -> dict[str, Any]:
    """`sweep_is_late`, looked up where a page asks for it; nothing on the reporter site."""
    if getattr(request, "site_name", None) != STAFF:
        return {}
    return {"sweep_is_late": lambda: sweep_is_late(timezone.now())}

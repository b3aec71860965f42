"""What every page of the staff site may rely on of the clocks."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from speakup.clocks.calendar import known_until, running_out
from speakup.clocks.lateness import sweep_is_late
from speakup.web.days import london_day
from speakup.web.dispatcher import STAFF


def clocks(request: HttpRequest) -> dict[str, Any]:
    """`sweep_is_late` (bool, looked up where a page asks for it) and `bank_holidays_end` (the last day that the list of
    bank holidays knows, where that is near; else None). Nothing on the reporter site.
    """
    if getattr(request, "site_name", None) != STAFF:
        return {}
    now = timezone.now()
    return {
        "sweep_is_late": lambda: sweep_is_late(now),
        "bank_holidays_end": known_until() if running_out(london_day(now)) else None,
    }

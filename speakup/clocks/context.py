"""What every page of the staff site may rely on of the clocks."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from speakup.accounts.roles import SEPARATE_ROLES
from speakup.clocks.calendar import known_until, running_out
from speakup.clocks.lateness import sweep_is_late
from speakup.web.days import london_day
from speakup.web.dispatcher import STAFF

# Of those who never work with reports, who looks after the service.
_RUN_THE_SERVICE = frozenset({"administrator"})


def clocks(request: HttpRequest) -> dict[str, Any]:
    """`sweep_is_late` (bool, looked up where a page of somebody who can act on it asks for it) and `bank_holidays_end`
    (the last day that the list of bank holidays knows, where that is near; else None). Nothing on the reporter site.
    """
    if getattr(request, "site_name", None) != STAFF:
        return {}
    now = timezone.now()
    return {
        "sweep_is_late": lambda: _can_act(request) and sweep_is_late(now),
        "bank_holidays_end": known_until() if running_out(london_day(now)) else None,
    }


def _can_act(request: HttpRequest) -> bool:
    """Whether what is due waits for this person, or the service is theirs to mend. A page that the door was never
    asked for knows no roles: the next one says it."""
    roles: frozenset[str] = getattr(request, "roles", frozenset())
    return bool(roles - SEPARATE_ROLES or roles & _RUN_THE_SERVICE)

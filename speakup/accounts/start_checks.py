"""What a site or worker looks at before it serves: that there is a floor for the rosters, and that it bears them.

Without one nothing verifies: intake would be closed with nobody told why. Under one that does not name a desk an older
roster of that desk would pass. `manage.py serve` asks for this check by its tag, and `check --deploy` for all.
"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError

from speakup.accounts.floor import FloorUnusable, read_floor
from speakup.accounts.models import RecoveryKey, Roster
from speakup.accounts.rosters import RECOVERY_KEY

START = "start"
# The metrics worker and beat verify no roster, and the owner of the tables serves nobody.
_VERIFYING = ("reporter", "staff", "worker")


@register(START, deploy=True)
def check_floor(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """The floor file is there, can be read and names everything that stands, on a part that verifies rosters."""
    if settings.SITE not in _VERIFYING:
        return []
    path = settings.ROSTER_FLOOR_FILE
    try:
        floor = read_floor()
    except FloorUnusable:
        return [_error(f"the floor file of the rosters, {path}, is missing or no floor file: no report could be taken")]
    if not floor:
        return [_error(f"the floor file of the rosters, {path}, is empty: an older roster would pass")]
    missing = sorted(_standing() - floor.keys())
    if missing:
        return [
            _error(f"the floor file of the rosters, {path}, lacks what stands in the database: {', '.join(missing)}")
        ]
    return []


def _standing() -> set[str]:
    """The names under which the database has a roster, or the recovery key. None where it cannot be asked: who serves
    has asked it before (`manage.py serve`)."""
    try:
        names = set(Roster.objects.values_list("desk__code", flat=True).distinct())
        return names | ({RECOVERY_KEY} if RecoveryKey.objects.exists() else set())
    except DatabaseError:
        return set()


def _error(text: str) -> Error:
    return Error(
        text,
        hint="It comes from the key ceremony, with the root's public key: docs/operations.md, 'The floor file'.",
        id="speakup.E010",
    )

"""What a site or worker looks at before it serves: that there is a floor for the rosters.

Without one nothing verifies: intake would be closed with nobody told why. `manage.py serve` asks for this check by its
tag, and `check --deploy` for all.
"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from speakup.accounts.floor import FloorUnusable, read_floor

START = "start"
# The metrics worker and beat verify no roster, and the owner of the tables serves nobody.
_VERIFYING = ("reporter", "staff", "worker")


@register(START, deploy=True)
def check_floor(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """The floor file is there and can be read, on a part that verifies rosters."""
    if settings.SITE not in _VERIFYING:
        return []
    try:
        read_floor()
    except FloorUnusable:
        path = settings.ROSTER_FLOOR_FILE
        return [
            Error(
                f"the floor file of the rosters, {path}, is missing or no floor file: no report could be taken",
                hint="It comes with the root's public key from the key ceremony: docs/operations.md, 'The floor file'.",
                id="speakup.E010",
            )
        ]
    return []

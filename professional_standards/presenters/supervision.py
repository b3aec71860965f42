"""What waits for whom, in words and bars."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from professional_standards.presenters.due import Due
from professional_standards.supervision import Load
from speakup.accounts.models import StaffMember
from speakup.accounts.roles import desk_of
from speakup.policy.services import current_policy


@dataclass(frozen=True)
class LoadLine:
    """What waits for one person in one part; `share` is of the longest bar, in percent."""

    load: Load
    most: int
    now: dt.datetime

    @property
    def name(self) -> str:
        return self.load.name or _("The whole desk")

    @property
    def part(self) -> str:
        parts = {
            "owner": _("as owner of cases"),
            "investigator": _("as investigator"),
            "desk": _("reports before a case"),
        }
        return parts.get(self.load.part, self.load.part)

    @property
    def due(self) -> Due:
        return Due(self.load.next_due_at, self.now)

    @property
    def open_share(self) -> int:
        return round(100 * self.load.open / self.most) if self.most else 0

    @property
    def overdue_share(self) -> int:
        return round(100 * self.load.overdue / self.most) if self.most else 0


class SupervisionPage:
    """The lines of everybody, most overdue first, and their sums."""

    def __init__(self, loads: Sequence[Load], staff: StaffMember, now: dt.datetime) -> None:
        most = max((load.open for load in loads), default=0)
        self.lines = [LoadLine(load, most, now) for load in loads]
        self._staff = staff

    @cached_property
    def desk(self) -> str:
        """The name of the asking person's desk."""
        desk = desk_of(self._staff)
        return current_policy().desk(desk.code).name if desk else ""

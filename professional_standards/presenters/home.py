"""What waits, in words: reminders, reports before a case, cases, and for the appropriate authority a count a desk."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from professional_standards.listing import CasePage, CasePosition, ListedCase
from professional_standards.presenters.due import Due
from professional_standards.presenters.headlines import headline_words
from professional_standards.presenters.reminders import ReminderWords
from professional_standards.presenters.report_lines import ReportLine
from professional_standards.reminders import APPROPRIATE_AUTHORITY, OverdueCount, ReminderLine
from speakup.accounts.models import StaffMember
from speakup.accounts.roles import casework_desk_of, desk_of
from speakup.policy.document import Policy
from speakup.policy.services import current_policy, policy_by_id
from speakup.reporting.reading import Position
from speakup.reporting.reading import ReportPage as Listing

# Nobody has done anything with it yet.
NEW = "submitted"


@dataclass(frozen=True)
class CaseLine:
    """A case that I work or lead."""

    case: ListedCase
    policy: Policy
    staff: StaffMember
    now: dt.datetime

    @property
    def what(self) -> str:
        return headline_words(self.case.headline, self.policy)

    @property
    def due(self) -> Due:
        return Due(self.case.next_due_at, self.now)

    @property
    def whose(self) -> str:
        """Whose it is: 'you', or the owner's name; with the investigator, if there is one."""
        people = ((self.case.owner_id, self.case.owner), (self.case.investigator_id, self.case.investigator))
        named = [_("you") if staff_id == self.staff.pk else name for staff_id, name in people if staff_id]
        return ", ".join(dict.fromkeys(named))


class FinishedPage:
    """What a member may open of what is finished: at most 50 lines of each kind, and where the next page begins."""

    def __init__(self, staff: StaffMember, now: dt.datetime, *, reports: Listing, cases: CasePage) -> None:
        found = {report.policy_id for report in reports.reports} | {case.policy_id for case in cases.cases}
        policies = {policy_id: policy_by_id(policy_id) for policy_id in found}
        self.reports = [ReportLine(report, policies[report.policy_id], now) for report in reports.reports]
        self.cases = [CaseLine(case, policies[case.policy_id], staff, now) for case in cases.cases]
        self.after: Position | None = reports.after
        self.cases_after: CasePosition | None = cases.after

    @property
    def nothing(self) -> bool:
        return not (self.reports or self.cases)


class HomePage(FinishedPage):
    """What waits for a member: at most 50 lines of each kind, and where the next page begins."""

    def __init__(
        self,
        staff: StaffMember,
        roles: Collection[str],
        now: dt.datetime,
        *,
        reports: Listing,
        cases: CasePage,
        reminders: Sequence[ReminderLine],
        counts: Sequence[OverdueCount],
    ) -> None:
        super().__init__(staff, now, reports=reports, cases=cases)
        self.reminders = [ReminderWords(line, now) for line in reminders]
        self.counts = counts
        self.is_authority = APPROPRIATE_AUTHORITY in roles
        self._staff = staff

    @cached_property
    def desk(self) -> str:
        """The name of the desk that the member belongs to or works cases for, or empty where there is none."""
        desk = desk_of(self._staff)
        code = desk.code if desk else casework_desk_of(self._staff)
        return current_policy().desk(code).name if code else ""

    @property
    def overdue(self) -> int:
        return sum(due.late for due in self._dues)

    @property
    def due_today(self) -> int:
        return sum(due.is_today for due in self._dues)

    @property
    def new(self) -> int:
        return sum(line.report.state == NEW for line in self.reports)

    @property
    def there_are_more(self) -> bool:
        """Whether the numbers are of one page of several."""
        return bool(self.after or self.cases_after)

    @property
    def _dues(self) -> list[Due]:
        return [*(line.due for line in self.reports), *(line.due for line in self.cases)]

    @property
    def nothing(self) -> bool:
        return not (self.reports or self.cases or self.reminders or self.is_authority)

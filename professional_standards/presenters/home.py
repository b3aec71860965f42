"""What waits, in words: a line for each report that opened."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property

from professional_standards.presenters.headlines import headline_words, state_words
from speakup.accounts.models import StaffMember
from speakup.accounts.roles import desk_of
from speakup.policy.document import Policy
from speakup.policy.services import current_policy, policy_by_id
from speakup.reporting.reading import ListedReport, Position
from speakup.reporting.reading import ReportPage as Listing


@dataclass(frozen=True)
class WaitingLine:
    """One line of what waits."""

    report: ListedReport
    policy: Policy

    @property
    def what(self) -> str:
        return headline_words(self.report.headline, self.policy)

    @property
    def state(self) -> str:
        return state_words(self.report.state, self.policy)


class WaitingPage:
    """What waits for a member: at most 50 lines, and where the next page begins."""

    def __init__(self, listing: Listing, staff: StaffMember) -> None:
        policies = {
            policy_id: policy_by_id(policy_id) for policy_id in {report.policy_id for report in listing.reports}
        }
        self.lines: Sequence[WaitingLine] = [
            WaitingLine(report, policies[report.policy_id]) for report in listing.reports
        ]
        self.after: Position | None = listing.after
        self._staff = staff

    @cached_property
    def desk(self) -> str:
        """The name of the member's receiving desk, or empty where they have none."""
        desk = desk_of(self._staff)
        return current_policy().desk(desk.code).name if desk else ""

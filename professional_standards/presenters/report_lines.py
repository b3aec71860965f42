"""A report in a list: of those that wait, and of a case."""

import datetime as dt
from dataclasses import dataclass

from professional_standards.opened_case import JoinedReport
from professional_standards.presenters.due import Due
from professional_standards.presenters.headlines import headline_words, state_words
from speakup.policy.document import Policy
from speakup.reporting.reading import ListedReport


@dataclass(frozen=True)
class ReportLine:
    """A report by its headline, in words."""

    report: ListedReport | JoinedReport
    policy: Policy
    now: dt.datetime

    @property
    def what(self) -> str:
        return headline_words(self.report.headline, self.policy)

    @property
    def state(self) -> str:
        return state_words(self.report.state, self.policy)

    @property
    def due(self) -> Due:
        return Due(self.report.next_due_at, self.now)

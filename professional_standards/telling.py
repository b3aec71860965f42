"""What the reporters of a case read of it: the stage in plain words, a line each time the words change."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from professional_standards.holding import HeldReport
from professional_standards.report_steps import IN_CASE
from speakup.ledger.written import Written
from speakup.reporting.moving import tell_stage


def tell_stages(reports: Sequence[HeldReport], stages: Iterable[str]) -> dict[UUID, list[Written]]:
    """Tell the reporter of each report in a case of these stages; what was written, by report.

    The words are those of the report's own policy. That several people are looked into shows in no number of lines.
    """
    told = list(dict.fromkeys(stages))
    return {
        held.report.id: [row for stage in told for row in tell_stage(held.report, held.grant, stage, now=held.now)]
        for held in reports
        if held.report.state == IN_CASE
    }

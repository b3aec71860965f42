"""A report's steps from state to state, and the lines that tell its reporter.

Each of these is a part of an act: it runs in the caller's transaction, with the report's row locked, and says what it
wrote for the caller's own ledger entry.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from speakup.accounts.keyring import OpenedGrant
from speakup.clocks import rules
from speakup.ledger.written import Written, written
from speakup.policy.document import Risk
from speakup.policy.services import policy_by_id
from speakup.reporting.models import IntakeTransition, Report
from speakup.reporting.progress import Line, open_progress, seal_progress, words_of
from speakup.reporting.watching import signal_report
from speakup.vault.content import Place, seal_document
from speakup.web.days import london_day

ACKNOWLEDGED = "acknowledged"


class NotAllowed(Exception):
    """The policy does not let a report in this state take that step."""

    def __init__(self) -> None:
        super().__init__("that step is not allowed from here")


def step_report(
    report: Report,
    grant: OpenedGrant,
    to: str,
    *,
    actor_id: UUID,
    reason: Mapping[str, Any],
    now: dt.datetime,
    promised_day: dt.date | None = None,
    risk: Risk | None = None,
) -> list[Written]:
    """Move the report to the state `to`: the transition with its reason under T, the line for the reporter, the clocks.

    `reason` is a document of the caller's (canonical JSON), at least {"reason": text}. Where the policy has words for
    the state the reporter reads them, with `promised_day` if one is given. `risk` chooses the clock of a return to
    triage (watching.signal_report). Raises NotAllowed where the policy has no such step.
    """
    policy = policy_by_id(report.policy_id)
    if to not in policy.stages(report.state).allowed_next:
        raise NotAllowed
    left, day = report.state, london_day(now)
    report.state, report.seq = to, report.seq + 1
    report.save(update_fields=["state", "seq"])
    step = IntakeTransition(report=report, seq=report.seq, from_state=left, to_state=to, day=day)
    place = Place(report.id, "T", grant.epoch, "IntakeTransition.reason", step.id)
    step.reason = seal_document(grant.keys["T"], place, dict(reason))
    step.save(force_insert=True)
    rows = [written(step, "reason")]
    if words_of(policy, to):
        line = Line.ACKNOWLEDGED if to == ACKNOWLEDGED else Line.STAGE
        stage = "" if line is Line.ACKNOWLEDGED else to
        rows.append(_tell(report, grant, line, day, stage=stage, promised=promised_day))
    return rows + signal_report(report, grant, rules.moved(left, to), actor_id=actor_id, now=now, risk=risk)


def tell_stage(
    report: Report, grant: OpenedGrant, stage_id: str, *, now: dt.datetime, promised_day: dt.date | None = None
) -> list[Written]:
    """Tell the reporter of the stage that a proceeding reached; what was written.

    Nothing where the policy has no words for the stage, or where she read the same words last: that several people
    are looked into shows in no number of lines.
    """
    policy = policy_by_id(report.policy_id)
    words = words_of(policy, stage_id)
    lines, _ = open_progress(report.progress.all(), grant.keys["R"], grant.epoch)
    told = [line.stage for line in lines if line.line is Line.STAGE]
    if not words or (told and words_of(policy, told[-1]) == words):
        return []
    return [_tell(report, grant, Line.STAGE, london_day(now), stage=stage_id, promised=promised_day)]


def tell_of_name(
    report: Report, grant: OpenedGrant, line: Line, detail: Mapping[str, str], *, now: dt.datetime
) -> Written:
    """Tell the reporter something of their name (the NAME lines of progress.py)."""
    return _tell(report, grant, line, london_day(now), detail=detail)


def _tell(
    report: Report,
    grant: OpenedGrant,
    line: Line,
    day: dt.date,
    *,
    stage: str = "",
    promised: dt.date | None = None,
    detail: Mapping[str, str] | None = None,
) -> Written:
    order = report.progress.count() + 1
    row = seal_progress(
        report,
        grant.keys["R"],
        grant.epoch,
        line,
        order,
        day=day,
        stage=stage,
        promised=promised,
        after=report.messages.count(),
        detail=detail,
    )
    row.save(force_insert=True)
    return written(row, "sealed")

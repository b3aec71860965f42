"""What may be done with a report from where it stands: pages offer it, and services check it again."""

from enum import StrEnum

from professional_standards.holding import HeldReport
from professional_standards.models import Case
from professional_standards.people import leads_case
from professional_standards.report_steps import (
    ACKNOWLEDGED,
    AWAITING,
    BEFORE_A_CASE,
    CLOSED,
    CLOSING,
    IN_CASE,
    MONITORING,
    SENT_OUT,
    TRIAGE,
)


class ReportAct(StrEnum):
    """One thing that staff may do with a report."""

    REPLY = "reply"
    ASSESS = "assess"
    ASK = "ask"
    RESUME = "resume"
    ANOTHER_DESK = "another_desk"
    SEND_OUT = "send_out"
    OPEN_CASE = "open_case"
    JOIN = "join"
    LEAVE_CASE = "leave_case"
    CLOSE = "close"
    FEEDBACK = "feedback"
    UPDATE = "update"
    END = "end"
    REOPEN = "reopen"


# Where the report stands, for each act; those of OUTCOMES need an assessment, too.
_STATES = {
    ReportAct.ASSESS: {ACKNOWLEDGED, TRIAGE, AWAITING},
    ReportAct.ASK: {TRIAGE},
    ReportAct.RESUME: {AWAITING, SENT_OUT},
    ReportAct.ANOTHER_DESK: BEFORE_A_CASE,
    ReportAct.SEND_OUT: {TRIAGE},
    ReportAct.OPEN_CASE: {TRIAGE, AWAITING},
    ReportAct.JOIN: {TRIAGE, AWAITING},
    ReportAct.LEAVE_CASE: {IN_CASE},
    ReportAct.CLOSE: {TRIAGE, AWAITING, SENT_OUT},
    ReportAct.FEEDBACK: {IN_CASE, CLOSING},
    ReportAct.UPDATE: {IN_CASE},
    ReportAct.END: {MONITORING},
    ReportAct.REOPEN: {MONITORING, CLOSED},
}
OUTCOMES = frozenset({ReportAct.SEND_OUT, ReportAct.OPEN_CASE, ReportAct.JOIN, ReportAct.CLOSE})
# Taking a report away from those who work its case is for those who lead it.
LEADING = frozenset({ReportAct.LEAVE_CASE, ReportAct.REOPEN})


def acts_open(held: HeldReport, *, assessed: bool) -> frozenset[ReportAct]:
    """What the holder may do with the report now; one query where it is in a case."""
    may = {act for act, states in _STATES.items() if held.report.state in states}
    if not assessed:
        may -= OUTCOMES
    if held.case is not None and not leads_case(held.case, held.actor, held.policy):
        may -= LEADING
    if held.case is None or held.case.state != Case.State.OPEN:
        may.discard(ReportAct.LEAVE_CASE)
    return frozenset(may | {ReportAct.REPLY})

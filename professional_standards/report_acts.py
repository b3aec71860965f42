"""What may be done with a report from where it stands: pages offer it, and services check it again."""

from enum import StrEnum

from professional_standards.holding import HeldReport


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


def acts_open(held: HeldReport) -> frozenset[ReportAct]:
    """What the holder may do with the report now."""
    raise NotImplementedError

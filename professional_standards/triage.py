"""Triage: what a report is about and how much it presses, and asking its reporter.

Each service is one transaction, and raises NotGranted where the actor does not hold the report, NotAllowed where the
policy has no such step from where the report stands.
"""

import datetime as dt
from uuid import UUID

from professional_standards.assessment import Assessment, NamedSubject, SavedTriage, read_triage
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember

__all__ = [
    "Assessment",
    "NamedSubject",
    "SavedTriage",
    "ask_reporter",
    "assess_triage",
    "read_triage",
    "resume_triage",
]


def assess_triage(
    report_id: UUID, assessment: Assessment, version: int, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> None:
    """Save the assessment over the one with this version (0: there is none yet). The first brings an acknowledged
    report into triage; its risk never moves the triage clock.

    Raises Stale(SavedTriage) where a colleague saved meanwhile, FormProblem.
    """
    raise NotImplementedError


def ask_reporter(
    report_id: UUID,
    text: str,
    *,
    message_id: UUID | None = None,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Write to the reporter and wait for the answer; the triage clock runs on. A repeated `message_id` does nothing.

    Raises TextMissing or TextTooLong (speakup.reporting.messages).
    """
    raise NotImplementedError


def resume_triage(report_id: UUID, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> None:
    """Back to triage, from waiting for the reporter or from another force. Raises FormProblem."""
    raise NotImplementedError

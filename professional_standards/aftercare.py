"""What a reporter is told while a case goes on and when it ends, and what follows."""

import datetime as dt
from uuid import UUID

from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember


def give_update(
    report_id: UUID,
    text: str,
    *,
    message_id: UUID | None = None,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Write to the reporter of a report in a case how things stand: it meets the four-weekly clock (update_given).

    Raises TextMissing, TextTooLong.
    """
    raise NotImplementedError


def give_feedback(
    report_id: UUID,
    text: str,
    *,
    message_id: UUID | None = None,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Tell the reporter what came of it, and why (feedback_given): from closing feedback to monitoring.

    Raises TextMissing, TextTooLong.
    """
    raise NotImplementedError


def end_monitoring(report_id: UUID, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> None:
    """After-care is over: the report is closed. The reporter can still write. Raises FormProblem."""
    raise NotImplementedError


def reopen_report(report_id: UUID, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> None:
    """Open a report again, in monitoring or closed: it goes back to triage, out of its case, to the whole desk.

    Raises FormProblem, DeskCannotTake.
    """
    raise NotImplementedError

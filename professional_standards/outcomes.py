"""How triage ends without a case: passed to another desk, sent out, closed."""

import datetime as dt
from uuid import UUID

from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember
from speakup.policy.document import Policy
from speakup.reporting.models import Report


def desks_to_pass_to(report: Report, policy: Policy) -> tuple[str, ...]:
    """The ids of the other receiving desks. Whether one can take this report shows only when it is passed."""
    raise NotImplementedError


def pass_report(
    report_id: UUID, desk_code: str, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> None:
    """Give the report to another whole desk: every row is sealed anew in this session, the old ones end, the actor's
    with them. It stays in the state that it is in, and its clocks run on.

    Raises DeskCannotTake, which says neither why nor for whose sake, and FormProblem.
    """
    raise NotImplementedError


def transfer_report(
    report_id: UUID,
    receiver: str,
    why: str,
    text: str,
    *,
    message_id: UUID | None = None,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Send it to another force or body (`receiver`, in words); `text` tells the reporter. Needs an assessment.

    Raises FormProblem, TextMissing, TextTooLong.
    """
    raise NotImplementedError


def close_report(
    report_id: UUID,
    determination: str,
    why: str,
    text: str,
    *,
    message_id: UUID | None = None,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Close it without a case. `text` is the feedback: it tells the reporter what was decided and why, so that the
    report goes through closing feedback to monitoring in this one act. Needs an assessment.

    `determination` is one of the policy's for reports; from another force's hands it may be empty.
    Raises FormProblem, TextMissing, TextTooLong.
    """
    raise NotImplementedError

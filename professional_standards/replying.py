"""A message to a reporter, from the report's page."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from professional_standards.holding import enter_on_report, hold_report, lock_report, renew_case_of
from professional_standards.report_steps import tell
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember
from speakup.ledger.actions import Action
from speakup.reporting.messages import check_text


def reply_to_reporter(
    report_id: UUID,
    text: str,
    *,
    message_id: UUID | None = None,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Write to the reporter. Where the report is in a case, the case's next due time follows.

    Raises NotGranted, TextMissing, TextTooLong.
    """
    held = hold_report(report_id, keyring, actor, now)
    check_text(text)
    with transaction.atomic():
        held = lock_report(held)
        rows = tell(held, text, message_id)
        if rows is None:
            return
        renew_case_of(held)
        enter_on_report(held, Action.WRITE, "send_message", rows)

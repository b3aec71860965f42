"""A message to a reporter, from the report's page."""

import datetime as dt
from uuid import UUID

from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember


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
    raise NotImplementedError

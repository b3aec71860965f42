"""How staff read a case: its `read` entry is committed before anything of it is decrypted."""

import datetime as dt
from uuid import UUID

from professional_standards.opened_case import OpenedCase
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember


def open_case_page(case_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> OpenedCase:
    """Open a case. Raises NotGranted, after a `refuse` entry, where `actor` cannot: no case, no row, a decoy."""
    raise NotImplementedError

"""Everything the accounts room keeps."""

from speakup.accounts.models.duty import Duty
from speakup.accounts.models.grants import Epoch, Grant, ListEntry, ObjectKind
from speakup.accounts.models.keys import Desk, PersonalKey, PersonalSecret, RecoveryKey, Roster
from speakup.accounts.models.limits import TokenBucket
from speakup.accounts.models.session import SealedTotp, Unlocked
from speakup.accounts.models.staff import RoleAssignment, StaffMember

__all__ = [
    "Desk",
    "Duty",
    "Epoch",
    "Grant",
    "ListEntry",
    "ObjectKind",
    "PersonalKey",
    "PersonalSecret",
    "RecoveryKey",
    "RoleAssignment",
    "Roster",
    "SealedTotp",
    "StaffMember",
    "TokenBucket",
    "Unlocked",
]

"""Everything the accounts room keeps."""

from speakup.accounts.models.batches import Batch
from speakup.accounts.models.duty import Duty
from speakup.accounts.models.grants import Epoch, Grant, ListEntry, ObjectKind, RekeyDue
from speakup.accounts.models.invitations import Invitation
from speakup.accounts.models.keys import Desk, PersonalKey, PersonalSecret, RecoveryKey, Roster, RosterProposal
from speakup.accounts.models.limits import TokenBucket
from speakup.accounts.models.session import RecoveryCode, SealedTotp, StaffSession, Unlocked
from speakup.accounts.models.staff import RoleAssignment, StaffMember

__all__ = [
    "Batch",
    "Desk",
    "Duty",
    "Epoch",
    "Grant",
    "Invitation",
    "ListEntry",
    "ObjectKind",
    "PersonalKey",
    "PersonalSecret",
    "RecoveryCode",
    "RecoveryKey",
    "RekeyDue",
    "RoleAssignment",
    "Roster",
    "RosterProposal",
    "SealedTotp",
    "StaffMember",
    "StaffSession",
    "TokenBucket",
    "Unlocked",
]

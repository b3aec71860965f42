"""Who works a case."""

import datetime as dt
from uuid import UUID

from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember


def assign_case(
    case_id: UUID,
    owner_id: UUID,
    supervisor_id: UUID | None,
    investigator_id: UUID | None,
    version: int,
    *,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Give the case to these people: grants on it and on its reports move in this session, everybody else's end.

    For the owner, the supervisor and heads of the desk. Raises Stale(Case), NotAllowed, NotOffered, TooFewReaders.
    """
    raise NotImplementedError

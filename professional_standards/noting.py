"""What is written into a case: notes, and who its subjects are."""

import datetime as dt
from uuid import UUID

from professional_standards.assessment import NamedSubject
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember


def add_note(
    case_id: UUID, text: str, *, note_id: UUID | None = None, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> None:
    """Write a note into an open case; the same `note_id` again does nothing. Raises NotAllowed, FormProblem."""
    raise NotImplementedError


def change_subject(
    subject_id: UUID, person: NamedSubject, version: int, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> None:
    """Correct who a subject is. The route of the proceeding does not follow: that is a decision of its own.

    Raises Stale(OpenedSubject), NotAllowed(CANNOT_BE_GIVEN) where somebody who reads the case would match, FormProblem.
    """
    raise NotImplementedError

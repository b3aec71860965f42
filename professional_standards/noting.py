"""What is written into a case: notes, and who its subjects are."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from professional_standards.assessment import NamedSubject, check_person
from professional_standards.case_content import key_of, open_note, open_subject, seal_note, seal_subject
from professional_standards.holding import HeldCase, enter_on_case, hold_case, hold_reports_of, lock_case, read_case
from professional_standards.keeping_out import enter_kept_out, keep_out_of_case
from professional_standards.models import Case, Note, Subject
from professional_standards.opened_case import OpenedSubject
from professional_standards.opening_subjects import open_subject_of
from professional_standards.refusals import NotAllowed, NotGranted, Stale
from professional_standards.typed import LONGEST_NOTE, required, row_id
from speakup.accounts.keyring import NO_OBJECT, Keyring
from speakup.accounts.models import StaffMember
from speakup.ledger.actions import Action
from speakup.ledger.written import written
from speakup.vault.errors import VaultError


def add_note(
    case_id: UUID,
    text: str,
    *,
    note_id: UUID | None = None,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Write a note into an open case. The same `note_id` with the same text again does nothing; with another text, from
    a page that a browser kept, or where the id is taken elsewhere, it is a new note. Raises NotAllowed, FormProblem."""
    held = hold_case(case_id, keyring, actor, now)
    required("text", text, LONGEST_NOTE)
    note = Note(id=row_id(note_id), case=held.case, by=actor, at=now)
    seal_note(note, key_of(held), text)
    with transaction.atomic():
        held = lock_case(held)
        if _was_written(held, note.id, text):
            return
        stands_open(held)
        if Note.objects.filter(id=note.id).exists():
            note.id = row_id(None)
            seal_note(note, key_of(held), text)
        note.save(force_insert=True)
        enter_on_case(held, Action.WRITE, "add_note", [written(note, "sealed")])


def change_subject(
    subject_id: UUID,
    person: NamedSubject,
    version: int,
    *,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Correct who a subject is. The route of the proceeding does not follow: that is a decision of its own.

    Whoever of the desk or its investigators may be meant is kept out of the case and its reports in the same act, the
    actor too, and stays so. Raises Stale(OpenedSubject), FormProblem, NotAllowed(GIVE_AWAY_FIRST) where the case's
    owner is meant, or fewer than two would be left.
    """
    held, subject = hold_subject(subject_id, keyring, actor, now)
    check_person(person, held.policy, "person")
    with transaction.atomic():
        held = lock_case(held)
        stands_open(held)
        subject = Subject.objects.select_for_update().get(id=subject.id)
        stale = subject.version != version
        if not stale:
            reports = hold_reports_of(held)
            names = [open_subject(subject, key_of(held)), person]
            subject.version += 1
            seal_subject(subject, key_of(held), person)
            subject.save(update_fields=["version", "sealed"])
            kept_out = keep_out_of_case(held, reports, names)
            enter_on_case(held, Action.WRITE, "change_subject", [written(subject, "sealed"), *kept_out.on_case])
            enter_kept_out(held, reports, kept_out, "change_subject")
    if stale:
        raise Stale(read_subject(subject, keyring, actor, "change_subject", now))


def hold_subject(subject_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> tuple[HeldCase, Subject]:
    """A subject, and its case as the actor holds it. Raises NotGranted after a `refuse` entry, for no such subject in
    the same steps as for somebody else's case."""
    subject = Subject.objects.filter(id=subject_id).first()
    held = hold_case(subject.case_id if subject else NO_OBJECT, keyring, actor, now)
    if subject is None:
        raise NotGranted
    return held, subject


def read_subject(subject: Subject, keyring: Keyring, actor: StaffMember, act: str, now: dt.datetime) -> OpenedSubject:
    """The subject as it stands now, once a `read` entry is committed: what a stale form is shown beside."""
    return open_subject_of(subject, read_case(subject.case_id, keyring, actor, act, now))


def stands_open(held: HeldCase) -> None:
    """Raises NotAllowed where the case is closed."""
    if held.case.state != Case.State.OPEN:
        raise NotAllowed


def _was_written(held: HeldCase, note_id: UUID, text: str) -> bool:
    """Whether a form's note is there already, by the same writer."""
    note = Note.objects.filter(id=note_id, case=held.case, by=held.actor).first()
    if note is None:
        return False
    try:
        return open_note(note, key_of(held)).text == text
    except VaultError:
        return False

"""The answers before sending: one sealed document, readable with the reporter's cookie, and with nothing else unless it
was saved under words (vault.md, 'Reporter's session'; saving.py)."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from speakup.policy.services import current_version
from speakup.reporting.answers import Answers
from speakup.reporting.expiry import delete_draft, expires_on
from speakup.reporting.models import FIRST_EPOCH, Draft
from speakup.reporting.sessions import Reporter
from speakup.reporting.slots import DraftSlot
from speakup.vault.content import Place, new_key, open_document, seal_document
from speakup.vault.encoding import canonical
from speakup.vault.receipt import new_receipt_secret
from speakup.web.days import london_day

SMALLEST_SEALED = 16 * 1024
LARGEST_DOCUMENT = 1024 * 1024


class NoDraft(Exception):
    """This request has no live draft: never begun, sent, left, or an hour idle."""

    def __init__(self) -> None:
        super().__init__("no live draft")


class TooLong(Exception):
    """The answers together would pass LARGEST_DOCUMENT bytes. What stands in the draft is unchanged."""

    def __init__(self) -> None:
        super().__init__("the answers are too long")


class NotStorable(Exception):
    """A value that JSON cannot keep exactly: a float, a key that is no text, half a character."""

    def __init__(self) -> None:
        super().__init__("not a storable answer")


class Stale(Exception):
    """Somebody (she herself, in another tab) answered the question after this form was made. Nothing was changed.

    `value` and `version` are what is stored now: the page shows both texts, and a post with this version wins.
    """

    def __init__(self, value: Mapping[str, Any], version: int) -> None:
        super().__init__("answered elsewhere meanwhile")
        self.value = value
        self.version = version


def start_draft(reporter: Reporter, now: dt.datetime) -> bool:
    """Begin a draft in the reporter's session; a live one stays as it is, whatever was sent or opened beside it.

    One that went aside (saving.py) is gone on with before a new one is begun. Whether a new one was begun: the slots
    are read again under lock, so what another tab has saved or begun meanwhile is found and never written over.
    """
    with transaction.atomic():
        reporter.reread()
        for slot in (reporter.draft, reporter.aside):
            if slot and Draft.objects.filter(id=slot.id).exists():
                if slot != reporter.draft:
                    reporter.change(draft=slot, aside=None, saving=False)
                return False
        today = london_day(now)
        slot = DraftSlot(uuid.uuid4(), new_key(), new_receipt_secret())
        draft = Draft(id=slot.id, expires_day=expires_on(today, saved=False), policy=current_version(today))
        _seal(draft, slot, Answers())
        draft.save(force_insert=True)
        reporter.change(draft=slot, aside=None, saving=False)
    return True


def read_answers(reporter: Reporter) -> Answers:
    """The answers so far. NoDraft without a live draft."""
    slot = reporter.draft
    draft = Draft.objects.filter(id=slot.id).first() if slot else None
    if slot is None or draft is None:
        raise NoDraft
    return open_answers(draft, slot.key)


def answer_draft(
    reporter: Reporter, question_id: str, value: Mapping[str, Any], seen_version: int, now: dt.datetime
) -> Answers:
    """Write one answer, as the caller's form has validated it, and return them all.

    `seen_version` is `Answers.version(question_id)` of the page that was filled in. Posting again what is already
    stored is no conflict. Raises NoDraft, Stale, TooLong or NotStorable, each leaving the draft as it was.
    """
    slot = reporter.draft
    if slot is None:
        raise NoDraft
    _check(value)
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(id=slot.id).first()
        if draft is None:
            raise NoDraft
        answers = open_answers(draft, slot.key)
        if question_id in answers and answers.value(question_id) == value:
            return answers
        if answers.version(question_id) != seen_version:
            raise Stale(answers.value(question_id), answers.version(question_id))
        answers = answers.with_answer(question_id, value)
        write_answers(draft, slot, answers, now)
    return answers


def write_answers(draft: Draft, slot: DraftSlot, answers: Answers, now: dt.datetime) -> None:
    """Seal these answers as the next version of a draft that the caller has locked. TooLong leaves it as it was."""
    draft.version += 1
    draft.expires_day = expires_on(london_day(now), saved=draft.saved)
    _seal(draft, slot, answers)
    draft.save(update_fields=["version", "expires_day", "answers"])


def leave_site(reporter: Reporter) -> None:
    """End the session: its row, its draft and the draft's files go at once, and the response expires the cookie.

    A report that was sent stays, and so does a draft that was saved: their words are the only way back to them.
    """
    with transaction.atomic():
        reporter.reread()
        for slot in (reporter.draft, reporter.aside):
            if slot and not slot.saved:
                delete_draft(slot.id, london_day(reporter.now))
        reporter.end()


def confirm_receipt(reporter: Reporter) -> None:
    """The reporter has kept her words: the session forgets them, and they are never shown again. From now on, and once,
    the questions about equality can be asked.
    """
    with transaction.atomic():
        reporter.reread()
        if reporter.sent:
            reporter.change(sent=None, equality=True)


def open_answers(draft: Draft, key: bytes) -> Answers:
    """The draft's document under its content key D; VaultError when it is not what was sealed there."""
    return Answers(open_document(key, _place(draft), bytes(draft.answers)))


def _seal(draft: Draft, slot: DraftSlot, answers: Answers) -> None:
    if len(canonical(answers.document)) > LARGEST_DOCUMENT:
        raise TooLong
    draft.answers = seal_document(slot.key, _place(draft), dict(answers.document), at_least=SMALLEST_SEALED)


def _place(draft: Draft) -> Place:
    return Place(draft.id, "D", FIRST_EPOCH, "Draft.answers", draft.id, draft.version)


def _check(value: Mapping[str, Any]) -> None:
    """NotStorable, without the text, for what could not be sealed and read back the same."""
    try:
        canonical(dict(value))
    except (TypeError, ValueError):
        raise NotStorable from None

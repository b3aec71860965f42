"""Save and come back: words lead back to a draft for seven days (ADR 0028). The same words are its receipt when it is
sent.

The draft's own key is wrapped under what the words give, in the draft's own row: what deletes the draft deletes the way
to it. Words that lead nowhere, to a draft or to a report are told apart by nobody outside (inbox.py).
"""

import contextlib
import datetime as dt
import uuid
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction

from speakup.reporting.answers import Answers
from speakup.reporting.drafts import NoDraft, TooLong, open_answers, write_answers
from speakup.reporting.expiry import delete_draft, expires_on
from speakup.reporting.models import Attachment, Draft
from speakup.reporting.sessions import Reporter
from speakup.reporting.slots import DraftSlot
from speakup.vault.content import new_key
from speakup.vault.errors import VaultError
from speakup.vault.gates import Gate
from speakup.vault.receipt import ReceiptKeys, derive, unwrap_draft_key, wrap_draft_key
from speakup.web.days import london_day

# From a live draft only, one derivation at a time, in a gate of its own: a flood of it delays no inbox and no sending.
# Who waits holds a thread: this gate, sending's and the inbox's together hold fewer than there are (ADR 28).
GATE = Gate(at_once=1, waiting=2, seconds=3)


def save_draft(reporter: Reporter, now: dt.datetime) -> None:
    """Let words lead back to the session's draft, and show them until they are confirmed. Done again it changes nothing
    but the day until which the draft is kept.

    Raises NoDraft, or the vault's Busy when many save at once; each leaves the draft as it was.
    """
    slot = reporter.draft
    if slot is None:
        raise NoDraft
    keys = None
    if not slot.saved:
        with GATE:
            keys = derive(slot.receipt, settings.RECEIPT_PEPPER)
    with transaction.atomic():
        draft = _locked(reporter, slot)
        if keys and not draft.saved:
            draft.lookup, draft.wrapped = keys.draft_lookup, wrap_draft_key(keys, draft.id, slot.key)
        draft.expires_day = expires_on(london_day(now), saved=True)
        draft.save(update_fields=["lookup", "wrapped", "expires_day"])
        reporter.change(draft=replace(slot, saved=True), saving=True)


def confirm_saved(reporter: Reporter) -> None:
    """The reporter has kept the words: they are not shown until she saves again."""
    reporter.change(saving=False)


def delete_saved(reporter: Reporter, now: dt.datetime) -> None:
    """Delete the session's draft at once, with its files and what leads to it. Nothing happens if there is none, or if
    another tab has opened another one meanwhile. What was aside is open then: no fresh start leads into it unsaid.
    """
    slot = reporter.draft
    with transaction.atomic():
        reporter.reread()
        if reporter.draft and slot and reporter.draft.id == slot.id:
            delete_draft(reporter.draft.id, london_day(now))
            reporter.change(draft=reporter.aside, aside=None, saving=False)


def kept_until(reporter: Reporter) -> dt.date | None:
    """The last day of the session's draft if words lead to it; None where there is no such draft."""
    if reporter.draft is None or not reporter.draft.saved:
        return None
    return Draft.objects.filter(id=reporter.draft.id).values_list("expires_day", flat=True).first()


def find_saved(keys: ReceiptKeys, secret: bytes, today: dt.date) -> DraftSlot | None:
    """The draft that these words lead to; None where there is none, it was moved or changed, or its days are over and
    only the night has not come yet. The same steps in each case.
    """
    draft = Draft.objects.filter(lookup=keys.draft_lookup, expires_day__gte=today).first()
    draft_id = draft.id if draft else uuid.uuid4()
    made_up = wrap_draft_key(keys, draft_id, new_key())
    try:
        key = unwrap_draft_key(keys, draft_id, bytes(draft.wrapped or b"") if draft else made_up)
    except VaultError:
        return None
    return DraftSlot(draft_id, key, secret, saved=True) if draft else None


@dataclass(frozen=True, repr=False)
class Aside:
    """The form aside: how its account begins (empty: it has none, or it cannot be read), whether words lead back to it,
    and whether it can be put into the open one with nothing lost and no answer changed.
    """

    begins: str
    saved: bool
    joins: bool


def about_aside(reporter: Reporter) -> Aside | None:
    """What is aside, to be offered; None where nothing is, or it has gone since. Nothing is changed."""
    slot, aside = reporter.draft, reporter.aside
    rows = {row.id: row for row in Draft.objects.filter(id__in=[each.id for each in (slot, aside) if each])}
    if aside is None or aside.id not in rows:
        return None
    try:
        others = open_answers(rows[aside.id], aside.key)
    except VaultError:
        return Aside("", aside.saved, joins=False)
    joins = False
    if slot and slot.id in rows and not aside.saved and not Attachment.objects.filter(draft=aside.id).exists():
        with contextlib.suppress(VaultError):
            joins = _agree(open_answers(rows[slot.id], slot.key), others)
    return Aside(others.account, aside.saved, joins)


def join_aside(reporter: Reporter, now: dt.datetime) -> bool:
    """Bring what went aside into the saved draft that was opened, and delete it there; whether nothing is left aside.
    Only where the reporter asked for it: what is aside may be somebody else's, who used the same browser.

    Only if nothing is lost and no answer changed: a question that both answered differently, or a file, leaves it
    aside as it was, for the reporter to look at.
    """
    with transaction.atomic():
        reporter.reread()
        slot, aside = reporter.draft, reporter.aside
        if slot is None or aside is None:
            return True
        rows = {row.id: row for row in _locked_drafts(slot, aside)}
        if aside.id not in rows:
            reporter.change(aside=None)
            return True
        if slot.id not in rows or aside.saved or Attachment.objects.filter(draft=aside.id).exists():
            return False
        if not _join(rows[slot.id], slot, open_answers(rows[aside.id], aside.key), now):
            return False
        delete_draft(aside.id, london_day(now))
        reporter.change(aside=None)
    return True


def change_places(reporter: Reporter, draft_id: uuid.UUID) -> None:
    """This draft went aside: now it is open, and what was open is aside. Nothing happens where it is not aside."""
    with transaction.atomic():
        reporter.reread()
        if reporter.aside and reporter.aside.id == draft_id:
            reporter.change(draft=reporter.aside, aside=reporter.draft, saving=False)


def _agree(answers: Answers, others: Answers) -> bool:
    return all(each not in answers or answers.value(each) == others.value(each) for each in others)


def _join(draft: Draft, slot: DraftSlot, others: Answers, now: dt.datetime) -> bool:
    answers = open_answers(draft, slot.key)
    if not _agree(answers, others):
        return False
    new = [each for each in others if each not in answers]
    for each in new:
        answers = answers.with_answer(each, others.value(each))
    if new:
        try:
            write_answers(draft, slot, answers, now)
        except TooLong:
            return False
    return True


def _locked(reporter: Reporter, slot: DraftSlot) -> Draft:
    """The draft under lock, the session locked before it as everywhere. NoDraft where either has gone on meanwhile."""
    reporter.reread()
    draft = None
    if reporter.draft is not None and reporter.draft.id == slot.id:
        draft = Draft.objects.select_for_update().filter(id=slot.id).first()
    if draft is None:
        raise NoDraft
    return draft


def _locked_drafts(*slots: DraftSlot) -> list[Draft]:
    """In the order of their ids, as the night locks them."""
    return list(Draft.objects.select_for_update().filter(id__in=[slot.id for slot in slots]).order_by("id"))

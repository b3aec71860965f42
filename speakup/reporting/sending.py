"""Sending: a draft becomes a report, all of it or nothing (architecture.md, 'How a report travels', step 2).

No ledger append and no message to a worker: a pending act waits for the night, and the desk finds the report in its
list. Killed anywhere, sending leaves the draft as it was, and the retry makes the one report under the same words.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from speakup.accounts.rosters import RosterChanged, hold_rosters
from speakup.clocks.models import Clock
from speakup.culture.facts import record_fact
from speakup.ledger.actions import Action
from speakup.ledger.services import note_pending_act
from speakup.policy.services import policy_by_id
from speakup.reporting import files
from speakup.reporting.attachments import SEALED_FIELDS
from speakup.reporting.drafts import NoDraft, open_answers
from speakup.reporting.models import Attachment, Draft
from speakup.reporting.routing import NoCustodians, NoDeskLeft
from speakup.reporting.sealed_report import IntakeClosed, SealedReport, ToSend, seal_report, verify_rosters
from speakup.reporting.sessions import Reporter
from speakup.reporting.slots import DraftSlot, SentSlot
from speakup.vault.errors import Busy
from speakup.vault.gates import Gate
from speakup.vault.receipt import digits, words

__all__ = ["IntakeClosed", "NoCustodians", "NoDeskLeft", "NoDraft", "SentReport", "send_report", "shown_receipt"]

# One derivation at a time, from a live draft only. Waiting is long, and more may wait than anywhere else: sending is
# never what a flood of something else closes. A flood of sending itself leaves threads too (ADR 28).
GATE = Gate(at_once=1, waiting=5, seconds=30)
ATTEMPTS = 3


@dataclass(frozen=True, repr=False)
class SentReport:
    """A report that was sent, and its receipt: eight words, and the same secret as grouped digits."""

    report_id: uuid.UUID
    words: tuple[str, ...]
    digits: str


class _DraftChanged(Exception):
    """Another tab wrote to the draft after it was read: what was sealed is not what would be deleted."""


def shown_receipt(reporter: Reporter) -> SentReport | None:
    """The receipt of what this session sent last, until it is confirmed (drafts.confirm_receipt)."""
    sent = reporter.sent
    return SentReport(sent.report_id, words(sent.receipt), digits(sent.receipt)) if sent else None


def send_report(reporter: Reporter, now: dt.datetime) -> SentReport:
    """Send the session's draft. Sent again, from this tab or another, the answer is the same receipt.

    Raises NoDraft where there is neither a live draft nor a receipt still shown, IntakeClosed, NoDeskLeft,
    NoCustodians, or the vault's Busy when many send at once, another tab still writes or a roster changes again and
    again; each leaves the draft as it was.
    """
    slot = reporter.draft
    if slot is None:
        return _already_sent(reporter)
    with GATE:
        for _ in range(ATTEMPTS):
            if reporter.draft is None or reporter.draft.id != slot.id:  # never another one than was asked for
                return _already_sent(reporter)
            try:
                return _send(reporter, slot, now)
            except (_DraftChanged, RosterChanged):
                continue
    raise Busy


def _already_sent(reporter: Reporter) -> SentReport:
    sent = shown_receipt(reporter)
    if sent is None:
        raise NoDraft
    return sent


def _send(reporter: Reporter, slot: DraftSlot, now: dt.datetime) -> SentReport:
    draft = Draft.objects.filter(id=slot.id).first()
    if draft is None:
        reporter.reread()
        return _already_sent(reporter)
    policy = policy_by_id(draft.policy_id)
    attachments = list(Attachment.objects.filter(draft=draft))
    answers, rosters = open_answers(draft, slot.key), verify_rosters(policy)
    sealed = seal_report(ToSend(draft, slot, answers, attachments, policy, rosters, now))
    try:
        with transaction.atomic():
            hold_rosters(*rosters.receiving.values(), rosters.custodians)
            if not _is_still(reporter, draft, sealed):
                return _already_sent(reporter)
            _write(sealed)
            note_pending_act(Action.WRITE, object_id=sealed.report.id, written=sealed.written(), now=now)
            draft.delete()
            reporter.change(draft=None, sent=SentSlot(sealed.report.id, slot.receipt), saving=False)
    except BaseException:
        reporter.reread()
        raise
    return _already_sent(reporter)


def _is_still(reporter: Reporter, draft: Draft, sealed: SealedReport) -> bool:
    """Under lock: True while the session still has this draft as it was read, False once another tab has sent it.

    Raises _DraftChanged where it has it otherwise. Locks session, then draft, as leaving does.
    """
    reporter.reread()
    if reporter.draft is None or reporter.draft.id != draft.id:
        return False
    current = Draft.objects.select_for_update().filter(id=draft.id).first()
    files = set(Attachment.objects.filter(draft=draft.id).values_list("id", flat=True))
    if current is None or current.version != draft.version or files != {row.id for row in sealed.attachments}:
        raise _DraftChanged
    return True


def _write(sealed: SealedReport) -> None:
    sealed.report.save(force_insert=True)
    sealed.transition.save(force_insert=True)
    sealed.progress.save(force_insert=True)
    sealed.identity.save(force_insert=True)
    sealed.receipt.save(force_insert=True)
    type(sealed.grants[0]).objects.bulk_create(sealed.grants)
    type(sealed.epochs[0]).objects.bulk_create(sealed.epochs)
    sealed.list_entry.save(force_insert=True)
    Clock.objects.bulk_create(sealed.clocks)
    record_fact(sealed.fact)
    for attachment in sealed.attachments:
        attachment.save(update_fields=["draft", "report", "day", "version", *SEALED_FIELDS])
        files.date_on_commit(attachment.stored, attachment.day)

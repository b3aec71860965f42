"""The reporter's way back: the words open her report, or the draft that she saved, for an hour (vault.md, 'Receipt').

A hit and a miss do the same work: the same derivation, the same queries, a write that a miss takes back. No bucket
counts attempts: it would be a switch with which anyone closes the inbox. A gate stands before the derivation.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from speakup.accounts.casework import CASEWORK_ROLES
from speakup.accounts.roles import role_title_for_reporter
from speakup.accounts.rosters import casework_desks
from speakup.clocks.reading import RunningClock, clocks_under, read_clocks
from speakup.ledger.actions import REPORTER, Action
from speakup.ledger.services import entries_about, note_pending_act
from speakup.ledger.written import written
from speakup.policy.document import Policy
from speakup.policy.services import policy_by_id
from speakup.reporting.attachments import AttachedFile
from speakup.reporting.desks_in_words import PSD
from speakup.reporting.expiry import keep_draft
from speakup.reporting.identity_told import Asked, modes_after, open_asked
from speakup.reporting.later_keys import open_slot, open_with_receipt
from speakup.reporting.messages import OpenedMessage, check_text, open_messages, seal_message, was_written
from speakup.reporting.models import FIRST_EPOCH, IdentityRequest, Receipt, Report
from speakup.reporting.progress import Line, ProgressLine, words_of
from speakup.reporting.report_content import open_report_content
from speakup.reporting.saving import find_saved
from speakup.reporting.sessions import Reporter
from speakup.reporting.slots import ReportSlot
from speakup.reporting.watching import watch_message
from speakup.vault.content import new_key
from speakup.vault.errors import NotAReceipt, VaultError
from speakup.vault.gates import Gate
from speakup.vault.receipt import (
    ReceiptKeys,
    derive,
    new_receipt_secret,
    read_receipt,
    wrap_report_key,
)
from speakup.web.days import london_day

# Few wait, the rest are told to try again at once: waiting costs a thread that sending may need.
GATE = Gate(at_once=2, waiting=3, seconds=5)


class NoReportOpen(Exception):
    """This session has no report open: the words were never typed, or an hour ago."""

    def __init__(self) -> None:
        super().__init__("no report is open")


class Outcome(StrEnum):
    """What came of the words: a report, a saved draft, neither, or no words of ours (a slip that cannot be mended)."""

    OPENED = "opened"
    DRAFT = "draft"
    UNKNOWN = "unknown"
    NOT_A_RECEIPT = "not_a_receipt"


@dataclass(frozen=True)
class Opening:
    """Somebody of this role opened the report on this day. `role` is in a reporter's words, within a sentence."""

    day: dt.date
    role: str


@dataclass(frozen=True, repr=False)
class Inbox:
    """What a reporter sees of her report. `intact` is False where something stored with it was changed by hand.

    `stage_words` says in full each stage that a line of `progress` names. `promises` are the clocks of what she was
    promised, running or over, the one due first first. `modes_to_come` are the ways in which she may be known later
    (the policy's ids); `names_asked` tells of the NAME_ASKED lines of `progress`, one each in their order, and
    `names_read` of who read her name.
    """

    reference: str
    received_day: dt.date
    state: str
    state_words: str
    stage_words: Mapping[str, str]
    promises: Sequence[RunningClock]
    openings: Sequence[Opening]
    progress: Sequence[ProgressLine]
    messages: Sequence[OpenedMessage]
    files: Sequence[AttachedFile]
    mode: str
    modes_to_come: Sequence[str]
    names_asked: Sequence[Asked]
    names_read: Sequence[Opening]
    intact: bool


def open_inbox(typed: str, reporter: Reporter, now: dt.datetime, *, drafts: bool = True) -> Outcome:
    """Open the report of a receipt, typed as words or digits, in the reporter's session; a live draft stays. Or the
    draft that was saved under these words, which has seven days again; without `drafts`, words of a draft are a miss.

    A miss leaves the session as it was and shows a cookie like a hit. A report that was sent stands before a draft
    under the same words: that one can only have been put back by hand. Raises the vault's Busy when the gate is full:
    the page keeps what was typed and says to try again.
    """
    readable = True
    try:
        secret = read_receipt(typed)
    except NotAReceipt:
        secret, readable = new_receipt_secret(), False
    with GATE:
        keys = derive(secret, settings.RECEIPT_PEPPER)
        saved = find_saved(keys, secret, london_day(now))
        slot, found = _find(keys)
        if saved and drafts and not found:
            reporter.open_draft(saved)
            outcome = Outcome.DRAFT
        else:
            reporter.open_report(slot, found=found)
            saved, outcome = None, Outcome.OPENED if found else Outcome.UNKNOWN
        keep_draft(saved.id if saved else uuid.uuid4(), london_day(now))
    reporter.show_cookie()
    if outcome is not Outcome.UNKNOWN:
        return outcome
    return Outcome.UNKNOWN if readable else Outcome.NOT_A_RECEIPT


def close_inbox(reporter: Reporter) -> None:
    """Forget the open report; the draft beside it stays."""
    reporter.change(report=None)


def read_inbox(reporter: Reporter) -> Inbox:
    """Everything on the inbox page. Raises NoReportOpen."""
    report, slot = _open_report(reporter)
    policy = policy_by_id(report.policy_id)
    content = open_report_content(report, slot.key, slot.epoch)
    promises = read_clocks(clocks_under([report.id]), {"R": slot.key}, slot.epoch, policy)
    stage_words = {line.stage: words_of(policy, line.stage) for line in content.progress if line.stage}
    requests = {request.id: request for request in IdentityRequest.objects.filter(identity__report=report)}
    asked, asked_intact = open_asked(content.progress, requests)
    mode = content.answers.known_as.mode
    return Inbox(
        reference=report.reference,
        received_day=report.received_day,
        state=report.state,
        state_words=words_of(policy, report.state) or _newest_words(content.progress, stage_words),
        stage_words=stage_words,
        promises=promises.clocks,
        openings=_openings(report.id, policy),
        progress=content.progress,
        messages=content.messages,
        files=content.files,
        mode=mode,
        modes_to_come=modes_after(mode),
        names_asked=asked,
        names_read=_openings(report.identity.id, policy),
        intact=content.intact and promises.intact and slot.intact and asked_intact and _is_hers(content.progress, mode),
    )


def read_message(reporter: Reporter, number: int) -> OpenedMessage | None:
    """One message of the open report by its number, or None. Raises NoReportOpen."""
    report, slot = _open_report(reporter)
    messages, _ = open_messages(report.messages.all(), slot.key, slot.epoch)
    return next((message for message in messages if message.number == number), None)


def send_message(reporter: Reporter, text: str, now: dt.datetime, *, message_id: uuid.UUID | None = None) -> None:
    """Write to whoever reads the report; the same `message_id` again, by a double post, is written once.

    Where no clock runs, in after-care or once it is closed, the promise of a reply begins anew: what she writes then is
    as watched as her report was. Raises NoReportOpen, TextMissing or TextTooLong (messages.py).
    """
    check_text(text)
    if reporter.report is None:
        raise NoReportOpen
    opened = reporter.report
    with transaction.atomic():
        report = Report.objects.select_for_update().filter(id=opened.report_id).first()
        # Looked at again under the lock: staff may have made a newer key meanwhile, which somebody must not have.
        slot = open_slot(opened) if report else None
        if report is None or slot is None:
            raise NoReportOpen
        if was_written(report, slot.key, slot.epoch, message_id, text):
            return
        message = seal_message(
            report, slot.key, slot.epoch, text, from_staff=False, day=london_day(now), message_id=message_id
        )
        message.save(force_insert=True)
        rows = [written(message, "sealed"), *watch_message(report, slot.key, slot.epoch, now=now)]
        note_pending_act(Action.WRITE, object_id=report.id, written=rows, now=now)


def _find(keys: ReceiptKeys) -> tuple[ReportSlot, bool]:
    """The slot that the receipt opens, and whether there is one; a made-up slot, by the same steps, if not."""
    receipt = Receipt.objects.filter(lookup=keys.report_lookup).first()
    report_id = receipt.report_id if receipt else uuid.uuid4()
    made_up = wrap_report_key(keys, report_id, FIRST_EPOCH, new_key())
    try:
        return open_with_receipt(keys, report_id, receipt, bytes(receipt.wrapped) if receipt else made_up), True
    except VaultError:
        return ReportSlot(report_id, new_key(), FIRST_EPOCH), False


def _open_report(reporter: Reporter) -> tuple[Report, ReportSlot]:
    slot = reporter.report
    report = Report.objects.filter(id=slot.report_id).first() if slot else None
    if slot is None or report is None:
        raise NoReportOpen
    return report, slot


def _newest_words(lines: Sequence[ProgressLine], stage_words: Mapping[str, str]) -> str:
    """In a case a report is where the newest line says that what came of it is."""
    return next((words for line in reversed(lines) if (words := stage_words.get(line.stage))), "")


def _is_hers(lines: Sequence[ProgressLine], mode: str) -> bool:
    """Whether she is known as she said last: an older answer put back in its place opens, too."""
    changes = [line.detail.get("mode") for line in lines if line.line is Line.NAME_CHANGED]
    return not changes or changes[-1] == mode


def _openings(object_id: uuid.UUID, policy: Policy) -> list[Opening]:
    """Each role that opened the report, or its identity, once a day, in order. Roles that read the same are one."""
    read = entries_about(object_id).filter(action=Action.READ).exclude(role=REPORTER)
    found = list(read.values_list("day", "role", "actor_id"))
    desks = casework_desks() if any(role in CASEWORK_ROLES for _, role, _ in found) else {}
    who = ((day, _who(role, desks.get(actor) if actor else None, policy)) for day, role, actor in found)
    return list(dict.fromkeys(Opening(day, role) for day, role in who))


def _who(role: str, casework_desk: str | None, policy: Policy) -> str:
    """An investigator of a desk outside the force is never taken for one of Professional Standards."""
    desk = next((each for each in policy.receiving_desks if each.id == casework_desk), None)
    if desk is not None and desk.shown_to_reporters_as != policy.desk(PSD).shown_to_reporters_as:
        return role_title_for_reporter(desk.supervisor_roles[0])
    return role_title_for_reporter(role)

"""Everything that sending writes, made before the transaction that writes it: all cryptography is here."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Model

from speakup.accounts.grants import epoch_row, random_list_entry, seal_object
from speakup.accounts.models import Desk, Epoch, Grant, ListEntry
from speakup.accounts.rosters import RosterInvalid, VerifiedRoster, verify_roster
from speakup.clocks.models import Clock
from speakup.clocks.rules import stage_entered
from speakup.clocks.services import new_clocks
from speakup.culture.facts import received_fact
from speakup.culture.models import FactInbox
from speakup.ledger.written import Written, written
from speakup.policy.document import Policy
from speakup.reporting import choices
from speakup.reporting.answers import Answers
from speakup.reporting.attachments import SEALED_FIELDS, Holder, move_attachment
from speakup.reporting.excluding import excluded_by, seal_excluded
from speakup.reporting.identities import kept_out_note
from speakup.reporting.identity_told import name_key_detail
from speakup.reporting.models import (
    FIRST_EPOCH,
    Attachment,
    Draft,
    Identity,
    IntakeTransition,
    Progress,
    Receipt,
    Report,
)
from speakup.reporting.progress import Line, seal_progress
from speakup.reporting.report_content import seal_answers
from speakup.reporting.routing import CUSTODIANS, Routing, choose_custodians, choose_readers
from speakup.reporting.slots import DraftSlot
from speakup.reporting.watching import watched_report
from speakup.vault.content import Place, new_key, seal_document
from speakup.vault.envelope import public_from_seed
from speakup.vault.identity import seal_identity
from speakup.vault.receipt import derive, wrap_report_key
from speakup.web.days import london_day

REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
DRAFTED, SUBMITTED = "draft", "submitted"


class IntakeClosed(Exception):
    """No report can be sealed: a roster or the recovery key is not vouched for (503, other ways to report shown)."""

    def __init__(self) -> None:
        super().__init__("intake is closed")


@dataclass(frozen=True)
class Rosters:
    """The verified rosters that one sending needs: of every receiving desk, by its code, and of the custodians."""

    receiving: Mapping[str, VerifiedRoster]
    custodians: VerifiedRoster


@dataclass(frozen=True, repr=False)
class Keys:
    """The fresh keys of one report: R, T and its identity's I, 32 bytes each."""

    report: bytes = field(default_factory=new_key)
    staff: bytes = field(default_factory=new_key)
    identity: bytes = field(default_factory=new_key)


@dataclass(frozen=True, repr=False)
class ToSend:
    """What is being sent: the draft as it was read, and the policy and rosters that decide who may read it."""

    draft: Draft
    slot: DraftSlot
    answers: Answers
    attachments: Sequence[Attachment]
    policy: Policy
    rosters: Rosters
    now: dt.datetime


@dataclass(frozen=True)
class SealedReport:
    """Unsaved rows, and the attachments as they change hands. `fact` is for statistics: it names nothing of these."""

    report: Report
    identity: Identity
    transition: IntakeTransition
    progress: Progress
    receipt: Receipt
    grants: Sequence[Grant]
    epochs: Sequence[Epoch]
    list_entry: ListEntry
    clocks: Sequence[Clock]
    fact: FactInbox | None
    attachments: Sequence[Attachment]

    def written(self) -> list[Written]:
        """What the pending act says was written: the hash of every ciphertext but the fact's, which nothing links."""
        return [written(row, *fields) for row, fields in self._rows()]

    def _rows(self) -> Iterator[tuple[Model, tuple[str, ...]]]:
        yield self.report, ("answers", "excluded")
        yield self.identity, ("sealed",)
        yield self.transition, ("reason",)
        yield self.progress, ("sealed",)
        yield self.receipt, ("public_key", "wrapped")
        yield from ((row, ("sealed",)) for row in self.grants)
        yield from ((row, ("commitment", "staff_commitment")) for row in self.epochs)
        yield self.list_entry, ("sealed",)
        yield from ((row, ("sealed",)) for row in self.clocks)
        yield from ((row, SEALED_FIELDS) for row in self.attachments)


def verify_rosters(policy: Policy) -> Rosters:
    """Every roster that receiving needs, verified now. Raises IntakeClosed."""
    try:
        return Rosters({desk.id: verify_roster(desk.id) for desk in policy.receiving_desks}, verify_roster(CUSTODIANS))
    except RosterInvalid:
        raise IntakeClosed from None


def seal_report(sending: ToSend) -> SealedReport:
    """The report that this draft becomes, under keys never used before, with its receipt from the draft's slot.

    Raises NoDeskLeft, NoCustodians, IntakeClosed, or VaultError where the draft is not what was sealed there.
    """
    answers, policy = sending.answers, sending.policy
    readers = choose_readers(answers, policy, sending.rosters.receiving)
    custodians = choose_custodians(answers, sending.rosters.custodians)
    keys = Keys()
    desk = Desk.objects.get(code=readers.desk)
    report = Report(desk=desk, state=SUBMITTED, policy_id=sending.draft.policy_id, reference=_new_reference())
    report.received_day = london_day(sending.now)
    report.urgent = choices.is_urgent(answers, policy)
    receipt = _receipt(report, sending.slot, keys)
    receipt_key = hashlib.sha256(bytes(receipt.public_key)).hexdigest()
    report.answers = seal_answers(report, keys.report, FIRST_EPOCH, answers, receipt_key)
    report.excluded = seal_excluded(
        report,
        keys.staff,
        FIRST_EPOCH,
        excluded_by([readers, custodians]),
        receiving=sending.rosters.receiving,
        custodians=sending.rosters.custodians,
    )
    identity = _identity(report, keys, answers)
    on_identity = epoch_row("identity", identity.id, FIRST_EPOCH, {"I": keys.identity})
    try:
        grants = _grants(sending, keys, (report, readers), (identity, custodians))
    except RosterInvalid:
        raise IntakeClosed from None
    return SealedReport(
        report=report,
        identity=identity,
        transition=_transition(report, keys),
        progress=seal_progress(
            report,
            keys.report,
            FIRST_EPOCH,
            Line.SENT,
            1,
            day=report.received_day,
            detail=name_key_detail(on_identity),
        ),
        receipt=receipt,
        grants=grants,
        epochs=[
            epoch_row("report", report.id, FIRST_EPOCH, {"R": keys.report, "T": keys.staff}),
            on_identity,
        ],
        list_entry=random_list_entry(desk, report.id),
        clocks=_clocks(report, keys, sending),
        fact=received_fact(report.received_day),
        attachments=_attachments(sending, report, keys),
    )


def _receipt(report: Report, slot: DraftSlot, keys: Keys) -> Receipt:
    derived = derive(slot.receipt, settings.RECEIPT_PEPPER)
    return Receipt(
        report=report,
        lookup=derived.report_lookup,
        public_key=public_from_seed(derived.report_hpke_seed),
        wrapped=wrap_report_key(derived, report.id, FIRST_EPOCH, keys.report),
    )


def _clocks(report: Report, keys: Keys, sending: ToSend) -> list[Clock]:
    """The clocks that sending starts, as many for every report, in an order that says nothing."""
    risk = choices.starting_risk(sending.answers, sending.policy)
    both = {"R": keys.report, "T": keys.staff}
    watched = watched_report(report, both, FIRST_EPOCH, sending.policy, risk)
    clocks = new_clocks(watched, [stage_entered(SUBMITTED)], now=sending.now)
    secrets.SystemRandom().shuffle(clocks)
    report.next_due_at = min((clock.due_at for clock in clocks), default=None)
    return clocks


def _identity(report: Report, keys: Keys, answers: Answers) -> Identity:
    identity = Identity(report=report, day=report.received_day)
    known_as = answers.known_as
    confidential = known_as.mode == "confidential"
    document: dict[str, Any] = {"name": known_as.name, "contact": known_as.contact} if confidential else {}
    place = Place(identity.id, "I", FIRST_EPOCH, "Identity.sealed", identity.id)
    identity.sealed = seal_identity(keys.identity, place, document)
    return identity


def _grants(
    sending: ToSend, keys: Keys, to_read: tuple[Report, Routing], to_keep: tuple[Identity, Routing]
) -> list[Grant]:
    (report, readers), (identity, custodians) = to_read, to_keep
    on_report = seal_object(
        "report",
        report.id,
        FIRST_EPOCH,
        {"R": keys.report, "T": keys.staff},
        roster=sending.rosters.receiving[readers.desk],
        real=readers.real,
        headline=choices.headline(sending.answers, sending.policy),
        identifiers=choices.identifiers(sending.answers),
    )
    on_identity = seal_object(
        "identity",
        identity.id,
        FIRST_EPOCH,
        {"I": keys.identity},
        roster=sending.rosters.custodians,
        real=custodians.real,
        headline={},
        identifiers=[kept_out_note(custodians.excluded.keys())],
    )
    return on_report + on_identity


def _transition(report: Report, keys: Keys) -> IntakeTransition:
    row = IntakeTransition(report=report, seq=1, from_state=DRAFTED, to_state=SUBMITTED, day=report.received_day)
    place = Place(report.id, "T", FIRST_EPOCH, "IntakeTransition.reason", row.id)
    row.reason = seal_document(keys.staff, place, {"reason": ""})
    return row


def _attachments(sending: ToSend, report: Report, keys: Keys) -> list[Attachment]:
    old = Holder(sending.slot.id, "D", FIRST_EPOCH, sending.slot.key)
    new = Holder(report.id, "R", FIRST_EPOCH, keys.report)
    staff = Holder(report.id, "T", FIRST_EPOCH, keys.staff)
    for attachment in sending.attachments:
        move_attachment(attachment, old, new, staff=staff)
        attachment.draft, attachment.report = None, report
        attachment.day = report.received_day  # as if it had come today: a saved form may be a week old
    return list(sending.attachments)


def _new_reference() -> str:
    """Random, like K7QF-2M; letters and digits that are not mistaken for one another."""
    while True:
        letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(6))
        reference = f"{letters[:4]}-{letters[4:]}"
        if not Report.objects.filter(reference=reference).exists():
            return reference

"""The reporter's way to a later key of her report: her receipt, or her session, and an epoch that somebody signed.

Source: vault.md, 'Content' and 'Receipt'; docs/adr/0022. Whoever can write the database can seal a key of theirs to the
receipt's public key. So a later key counts only where a member whom a verified roster names signed its epoch, and where
it leads back, epoch by epoch, to the R that stands wrapped under the words themselves.
"""

import hashlib
import hmac
import uuid
from collections.abc import Sequence
from dataclasses import replace

from speakup.accounts.epochs import FIRST_EPOCH, open_all_epochs, vouched_for
from speakup.accounts.models import Epoch, ObjectKind
from speakup.reporting.desks_in_words import PSD
from speakup.reporting.models import Receipt, ReceiptEpoch, Report
from speakup.reporting.slots import ReportSlot
from speakup.vault.data_key import DataKey
from speakup.vault.errors import CannotOpen, VaultError
from speakup.vault.receipt import ReceiptKeys, open_later_key, seal_later_key, unwrap_report_key

NOWHERE = uuid.UUID(int=0)


def open_with_receipt(keys: ReceiptKeys, report_id: uuid.UUID, receipt: Receipt | None, wrapped: bytes) -> ReportSlot:
    """The report with R of the newest epoch that counts. Raises VaultError where the words open nothing.

    An epoch that does not count is passed over: what was written under it shows as changed. The same queries for a
    hit and for a miss (`receipt` None), and the same look at a roster.
    """
    rows = _epochs(report_id)
    of_receipt = ReceiptEpoch.objects.filter(receipt_id=receipt.pk if receipt else NOWHERE)
    later = {each.epoch: bytes(each.sealed) for each in of_receipt}
    good = vouched_for(rows if len(rows) > 1 else [*rows, _made_up()])
    first = unwrap_report_key(keys, report_id, FIRST_EPOCH, wrapped)
    for number in range(len(rows), 1, -1):
        if rows[number - 1].pk not in good:
            continue
        try:
            key = _open_later(keys, report_id, rows[:number], later, first)
            return ReportSlot(report_id, key, key.epoch, len(rows))
        except VaultError:
            continue
    key = open_all_epochs(ObjectKind.REPORT, report_id, {"R": first}, rows[:1])["R"]
    return ReportSlot(report_id, key, FIRST_EPOCH, len(rows))


def open_slot(slot: ReportSlot) -> ReportSlot | None:
    """The session's report with its earlier keys; None where somebody made a newer key, which the words alone open.

    `intact` is False where there is a newer epoch that nobody vouches for, or the epochs do not lead to this key. One
    query, more where there is a newer one.
    """
    rows = _epochs(slot.report_id)
    if not rows:
        return slot  # of no report: there is nothing for it to open
    newer = rows[slot.epoch :]
    # What did not count when the words were typed, whoever signed it, does not count now.
    if vouched_for(rows[max(slot.epoch, slot.seen) :]):
        return None
    try:
        opened = open_all_epochs(ObjectKind.REPORT, slot.report_id, {"R": slot.key}, rows[: slot.epoch])["R"]
    except VaultError:
        return replace(slot, intact=False)
    return replace(slot, key=opened, intact=not newer)


def seal_to_receipt(report: Report, key: DataKey, named: str) -> ReceiptEpoch | None:
    """The unsaved row of the newest key for the reporter; None where no receipt of the report is the one it names.

    `named` is the SHA-256 of the receipt's public key, in hexadecimal, as the report keeps it under R: a key that was
    put in its place gets nothing.
    """
    for receipt in report.receipts.all():
        if hmac.compare_digest(hashlib.sha256(bytes(receipt.public_key)).hexdigest(), named):
            sealed = seal_later_key(bytes(receipt.public_key), report.id, key.epoch, key)
            return ReceiptEpoch(receipt=receipt, epoch=key.epoch, sealed=sealed)
    return None


def keep_newest(row: ReceiptEpoch) -> None:
    """Save the row and delete those of earlier epochs: the newest key has them in it."""
    ReceiptEpoch.objects.filter(receipt__report=row.receipt.report_id).delete()
    row.save(force_insert=True)


def _open_later(
    keys: ReceiptKeys, report_id: uuid.UUID, rows: Sequence[Epoch], later: dict[int, bytes], first: bytes
) -> DataKey:
    newest = rows[-1]
    sealed = later.get(newest.epoch, b"")
    if not hmac.compare_digest(hashlib.sha256(sealed).digest(), bytes(newest.receipt_hash or b"")):
        raise CannotOpen
    key = open_later_key(keys, report_id, newest.epoch, sealed)
    opened = open_all_epochs(ObjectKind.REPORT, report_id, {"R": key}, rows)["R"]
    if not hmac.compare_digest(opened.earlier[FIRST_EPOCH], first):
        raise CannotOpen
    return opened


def _epochs(report_id: uuid.UUID) -> list[Epoch]:
    return list(Epoch.objects.filter(object_kind=ObjectKind.REPORT, object_id=report_id).order_by("epoch"))


def _made_up() -> Epoch:
    """A later epoch that nobody signed: looking at it takes what looking at a signed one takes."""
    return Epoch(
        object_kind=ObjectKind.REPORT,
        object_id=NOWHERE,
        epoch=2,
        commitment=b"",
        signer_id=NOWHERE,
        signed_desk=PSD,
        signed_version=1,
        signature=bytes(64),
    )

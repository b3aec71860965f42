"""What stands in a report under R, for either of those who hold it: its reporter and its readers."""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from speakup.reporting.answers import Answers
from speakup.reporting.attachments import AttachedFile, Holder, open_attachment_details
from speakup.reporting.messages import OpenedMessage, open_messages
from speakup.reporting.models import Report
from speakup.reporting.progress import ProgressLine, open_progress
from speakup.vault.content import Place, open_document, seal_document
from speakup.vault.errors import VaultError

SMALLEST_ANSWERS = 16 * 1024


@dataclass(frozen=True, repr=False)
class ReportContent:
    """Everything under R. `intact` is False where something stored with the report does not open, or its answers
    name another receipt: the database was changed by hand, and the page says so. What does not open is left out."""

    answers: Answers
    messages: Sequence[OpenedMessage]
    progress: Sequence[ProgressLine]
    files: Sequence[AttachedFile]
    intact: bool


def open_report_content(report: Report, key: bytes, epoch: int) -> ReportContent:
    """Open it all with R of this epoch. Never raises for what is stored: see `intact`. Five queries."""
    answers, answers_intact = _answers(report, key, epoch)
    messages, messages_intact = open_messages(report.messages.all(), key, epoch)
    progress, progress_intact = open_progress(report.progress.all(), key, epoch)
    files, files_intact = _files(report, key, epoch)
    intact = answers_intact and messages_intact and progress_intact and files_intact
    return ReportContent(answers, messages, progress, files, intact)


def open_answers(report: Report, key: bytes, epoch: int) -> Answers:
    """The answers alone. Raises VaultError where they are not what was sealed for this report."""
    return Answers(_stored(report, key, epoch)["answers"])


def kept_from_name(report: Report, key: bytes, epoch: int) -> frozenset[UUID]:
    """The custodians whom staff came to know to be told about: a reporter's session keeps her name from them too.

    Raises VaultError as open_answers.
    """
    return frozenset(UUID(each) for each in _stored(report, key, epoch).get("kept_from_name", ()))


def seal_answers(
    report: Report,
    key: bytes,
    epoch: int,
    answers: Answers,
    receipt_key: str,
    *,
    kept_from: Collection[UUID] = (),
) -> bytes:
    """`Report.answers`: the answers without a name given in confidence, the SHA-256 (hexadecimal) of the receipt's
    public key, and which custodians her name is kept from by what staff know, under R."""
    stored = {
        "answers": dict(answers.without_name().document),
        "receipt_key": receipt_key,
        "kept_from_name": sorted(each.hex for each in kept_from),
    }
    return seal_document(key, _answers_place(report, epoch), stored, at_least=SMALLEST_ANSWERS)


def reseal_answers(
    report: Report, key: bytes, epoch: int, answers: Answers, *, also_kept_from: Collection[UUID] = ()
) -> bytes:
    """`Report.answers` with other answers, or more custodians that the name is kept from, for the receipt that they
    were sent under. Raises VaultError."""
    kept_from = kept_from_name(report, key, epoch) | set(also_kept_from)
    return seal_answers(report, key, epoch, answers, _stored(report, key, epoch)["receipt_key"], kept_from=kept_from)


def _answers_place(report: Report, epoch: int) -> Place:
    return Place(report.id, "R", epoch, "Report.answers", report.id)


def receipt_named(report: Report, key: bytes, epoch: int) -> str:
    """The SHA-256, in hexadecimal, of the public key of the report's own receipt. Raises VaultError as open_answers."""
    return str(_stored(report, key, epoch)["receipt_key"])


def _stored(report: Report, key: bytes, epoch: int) -> Any:
    return open_document(key, _answers_place(report, epoch), bytes(report.answers))


def _answers(report: Report, key: bytes, epoch: int) -> tuple[Answers, bool]:
    try:
        document = _stored(report, key, epoch)
    except VaultError:
        return Answers(), False
    receipts = [hashlib.sha256(bytes(receipt.public_key)).hexdigest() for receipt in report.receipts.all()]
    # Every one of them: a second row beside hers would receive later keys too.
    named = bool(receipts) and all(hmac.compare_digest(each, document["receipt_key"]) for each in receipts)
    return Answers(document["answers"]), named


def _files(report: Report, key: bytes, epoch: int) -> tuple[list[AttachedFile], bool]:
    holder, opened, all_open = Holder(report.id, "R", epoch, key), [], True
    for row in report.attachments.all():
        try:
            opened.append(open_attachment_details(row, holder))
        except VaultError:
            all_open = False
    return sorted(opened, key=lambda attached: (attached.name, attached.id)), all_open

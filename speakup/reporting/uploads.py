"""Who takes files, and what becomes of them.

A view that takes files is marked `@takes_files("draft")` or `@takes_files("report")`; what it finds in
`request.FILES` are SealedUpload objects, sealed or refused with a reason, or dropped where no report is open, and it
gives the sealed ones to `attach_file`. What it does not attach is deleted when the response is made. No
`csrf_exempt` is needed: the upload handlers are chosen before the CSRF check reads the body. Every other view drops
files unread.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from django.core.files.uploadhandler import FileUploadHandler
from django.db import transaction
from django.http import HttpRequest

from speakup.ledger.actions import Action
from speakup.ledger.services import note_pending_act
from speakup.ledger.written import written
from speakup.reporting import files
from speakup.reporting.attachments import SEALED_FIELDS, AttachedFile, Holder, open_attachment_details, seal_attachment
from speakup.reporting.examining import NotTaken, Shelf, examine
from speakup.reporting.later_keys import open_slot
from speakup.reporting.models import FIRST_EPOCH, Attachment, Draft, Report
from speakup.reporting.sealing import (
    CHUNK,
    LARGEST_FILE,
    LARGEST_REPORT,
    LEAST_FREE,
    MOST_FILES,
    Held,
    Refusal,
    SealedFile,
    SealedUpload,
    SealingUploadHandler,
    shown_name,
)
from speakup.reporting.slots import DraftSlot, ReportSlot
from speakup.reporting.watching import watch_message
from speakup.web.days import london_day

__all__ = [
    "LARGEST_FILE",
    "LARGEST_REPORT",
    "LEAST_FREE",
    "MOST_FILES",
    "FileRefused",
    "NoOwner",
    "NotTaken",
    "Refusal",
    "RefusingUploadHandler",
    "SealedFile",
    "SealedUpload",
    "SealingUploadHandler",
    "attach_file",
    "attached_files",
    "detach_file",
    "examine_upload",
    "shown_name",
    "takes_files",
]

View = TypeVar("View", bound=Callable[..., Any])
Slot = DraftSlot | ReportSlot


class FileRefused(Exception):
    """The owner has no room left for this file; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class NoOwner(Exception):
    """The draft or report that the file was for is gone."""

    def __init__(self) -> None:
        super().__init__("nothing to attach to")


class RefusingUploadHandler(FileUploadHandler):
    """The default: whatever comes as a file is read to its end and dropped."""

    chunk_size = CHUNK

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


class DroppingUploadHandler(RefusingUploadHandler):
    """Where no draft or report is open: nothing is stored; what came is named, so that the page can say it is lost."""

    def file_complete(self, file_size: int) -> SealedUpload:  # type: ignore[override]
        return SealedUpload(shown_name(self.file_name or ""))


def takes_files(owner: Literal["draft", "report"]) -> Callable[[View], View]:
    """Mark a view whose posts may carry files for the live draft, or for the report whose inbox is open."""

    def mark(view: View) -> View:
        view.takes_files_for = owner  # type: ignore[attr-defined]
        return view

    return mark


def install_upload_handlers(request: HttpRequest, view: Callable[..., Any]) -> None:
    """Give a request to a view so marked the handler that seals. Called before anything reads the body.

    Files are sealed only for a draft or report that is there: of what comes without one not a byte is kept, and nobody
    fills the disk of a site without a draft of their own, or without their words.
    """
    owner = getattr(view, "takes_files_for", None)
    if owner is None or request.method != "POST":
        return
    reporter = request.reporter  # type: ignore[attr-defined]
    slots: list[Slot | None] = [reporter.report] if owner == "report" else [reporter.draft, reporter.aside]
    slot = next((each for each in slots if each and _is_there(each)), None)
    if slot is None:
        request.upload_handlers = [DroppingUploadHandler(request)]
        return
    handler = SealingUploadHandler(request, lambda: _held(slot))
    request.upload_handlers = [handler]
    request.sealing = handler  # type: ignore[attr-defined]


def examine_upload(request: HttpRequest, sealed: SealedFile) -> SealedFile:
    """The file as it may be attached: told by its content, scanned and cleaned. Raises NotTaken (examining.py).

    Call it once the request is known to be the reporter's own: no forged one sets a parser to work.
    """
    handler: SealingUploadHandler = request.sealing  # type: ignore[attr-defined]
    return examine(sealed, Shelf(handler.day, handler.also_stored))


def discard_unattached(request: HttpRequest) -> None:
    """Delete what a request stored and no row names: refused, interrupted, or dropped by an error."""
    handler: SealingUploadHandler | None = getattr(request, "sealing", None)
    if handler:
        handler.discard_unnamed()


def attach_file(slot: Slot, sealed: SealedFile, now: dt.datetime) -> Attachment:
    """Put a stored file with the draft or the report of `slot`; a report notes a pending act, and is watched as after
    a message.

    The limits are looked at once more under lock: two tabs may have uploaded at once. Raises FileRefused, or
    NoOwner when draft or report are gone; the file is then deleted with the request.
    """
    holder = holder_of(slot)
    attachment = Attachment(day=london_day(now), file_id=sealed.file_id)
    seal_attachment(attachment, holder, sealed.attached_as(attachment.id), sealed.keys)
    with transaction.atomic():
        owner: Draft | Report | None
        if isinstance(slot, DraftSlot):
            owner = attachment.draft = Draft.objects.select_for_update().filter(id=slot.id).first()
        else:
            owner = attachment.report = Report.objects.select_for_update().filter(id=slot.report_id).first()
        # A report may have got a newer key meanwhile: the words are asked for again (later_keys.py).
        if owner is None or (isinstance(slot, ReportSlot) and open_slot(slot) is None):
            raise NoOwner
        refusal = _held(slot).refusal_of(sealed.size)
        if refusal:
            raise FileRefused(refusal)
        attachment.save(force_insert=True)
        if isinstance(slot, ReportSlot) and isinstance(owner, Report):
            rows = [written(attachment, *SEALED_FIELDS)]
            rows += watch_message(owner, slot.key, slot.epoch, now=now)
            note_pending_act(Action.WRITE, object_id=slot.report_id, written=rows, now=now)
    return attachment


def detach_file(slot: DraftSlot, attachment_id: uuid.UUID, now: dt.datetime) -> None:
    """Take a file out of the draft and delete it. Nothing happens if it is not one of the draft's."""
    with transaction.atomic():
        attachment = Attachment.objects.filter(id=attachment_id, draft=slot.id).first()
        if attachment:
            files.delete_on_commit(attachment.stored, london_day(now))
            attachment.delete()


def attached_files(slot: Slot) -> list[AttachedFile]:
    """The files of the draft or report, by name; VaultError when a row is not what was sealed there."""
    holder = holder_of(slot)
    opened = [open_attachment_details(row, holder) for row in Attachment.objects.filter(**_owned_by(slot))]
    return sorted(opened, key=lambda attached: (attached.name, attached.id))


def holder_of(slot: Slot) -> Holder:
    """What seals the attachments of this slot."""
    if isinstance(slot, DraftSlot):
        return Holder(slot.id, "D", FIRST_EPOCH, slot.key)
    return Holder(slot.report_id, "R", slot.epoch, slot.key)


def _owned_by(slot: Slot) -> dict[str, uuid.UUID]:
    return {"draft": slot.id} if isinstance(slot, DraftSlot) else {"report": slot.report_id}


def _is_there(slot: Slot) -> bool:
    if isinstance(slot, DraftSlot):
        return Draft.objects.filter(id=slot.id).exists()
    return Report.objects.filter(id=slot.report_id).exists()


def _held(slot: Slot) -> Held:
    held = attached_files(slot)
    return Held(len(held), sum(attached.size for attached in held))

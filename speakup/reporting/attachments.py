"""How an attachment is sealed: what it is called and its file key, under the key of the draft or report it is with."""

import uuid
from dataclasses import dataclass

from speakup.reporting.models import Attachment
from speakup.vault.content import Place, open_document, seal_document
from speakup.vault.stream import open_file_key, seal_file_key

PART = "original"


@dataclass(frozen=True, repr=False)
class Holder:
    """What an attachment is with: a draft (key kind D) or a report (R), and the key of its epoch."""

    object_id: uuid.UUID
    key_kind: str
    epoch: int
    key: bytes


@dataclass(frozen=True, repr=False)
class AttachedFile:
    """An attachment as its reader sees it; `size` is the true size in bytes."""

    id: uuid.UUID
    file_id: uuid.UUID
    name: str
    content_type: str
    size: int


def seal_attachment(attachment: Attachment, holder: Holder, attached: AttachedFile, file_key: bytes) -> None:
    """Seal details and file key into the row, bound to holder, row and the row's version. Saves nothing."""
    details = {"name": attached.name, "type": attached.content_type, "size": attached.size}
    attachment.details = seal_document(holder.key, _place(attachment, holder), details)
    attachment.file_key = seal_file_key(holder.key, holder.object_id, holder.epoch, attachment.file_id, file_key)


def move_attachment(attachment: Attachment, old: Holder, new: Holder) -> None:
    """Seal the row for another holder, as the row's next version; the stored file stays as it is. Saves nothing."""
    attached, file_key = open_attachment_details(attachment, old), open_attachment_key(attachment, old)
    attachment.version += 1
    seal_attachment(attachment, new, attached, file_key)


def open_attachment_details(attachment: Attachment, holder: Holder) -> AttachedFile:
    """Name, type and size; VaultError when the row is not what was sealed for this holder."""
    details = open_document(holder.key, _place(attachment, holder), bytes(attachment.details))
    return AttachedFile(attachment.id, attachment.file_id, details["name"], details["type"], details["size"])


def open_attachment_key(attachment: Attachment, holder: Holder) -> bytes:
    """The key of the stored file; VaultError as above."""
    return open_file_key(holder.key, holder.object_id, holder.epoch, attachment.file_id, bytes(attachment.file_key))


def _place(attachment: Attachment, holder: Holder) -> Place:
    return Place(
        holder.object_id, holder.key_kind, holder.epoch, "Attachment.details", attachment.id, attachment.version
    )

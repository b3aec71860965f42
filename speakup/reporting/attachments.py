"""How an attachment is sealed: what it is called, what is known of it, and its file keys (ADR 0025).

Details and the key of a cleaned copy stand under the key of the draft or report that the file is with. The key of the
original stands under the draft's, and from sending on under the report's staff-only key T. A file that was added later,
by a reporter who holds R alone, has its original's key under R too.
"""

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from speakup.reporting.cleaning.kinds import Removed
from speakup.reporting.models import Attachment
from speakup.vault.content import Place, open_document, seal_document
from speakup.vault.stream import open_file_key, seal_file_key

# Which form of a file a stored one is (vault/stream.py, `part`).
ORIGINAL, CLEAN = "original", "clean"
# The columns of a row that are ciphertext, in the order in which their hash is on the ledger.
SEALED_FIELDS = ("details", "file_key", "clean_key")


class Kept(StrEnum):
    """Whether there is a cleaned copy of a file; if not, why not."""

    CLEANED = "cleaned"
    KIND = "kind"
    LARGE = "large"
    INFECTED = "infected"


class Scan(StrEnum):
    """What the force's scanner for harmful programs said."""

    NOT_SCANNED = "not_scanned"
    NOTHING_FOUND = "nothing_found"
    FOUND = "found"


@dataclass(frozen=True, repr=False)
class Holder:
    """What an attachment is with: a draft (key kind D) or a report (R; T for originals), and the key of its epoch."""

    object_id: uuid.UUID
    key_kind: str
    epoch: int
    key: bytes


@dataclass(frozen=True, repr=False)
class AttachedFile:
    """An attachment as its reader sees it. `size` and `clean_size` are true sizes in bytes, the types by content.

    `pages` are those of a PDF's cleaned copy, 0 of other kinds.
    """

    id: uuid.UUID
    file_id: uuid.UUID
    name: str
    content_type: str
    size: int
    kept: Kept = Kept.KIND
    scan: Scan = Scan.NOT_SCANNED
    removed: tuple[Removed, ...] = ()
    clean_file_id: uuid.UUID | None = None
    clean_size: int = 0
    clean_type: str = ""
    pages: int = 0

    @property
    def is_cleaned(self) -> bool:
        return self.kept is Kept.CLEANED and self.clean_file_id is not None


@dataclass(frozen=True, repr=False)
class FileKeys:
    """The keys of the stored files, 32 bytes each: of the original, and of the cleaned copy if there is one."""

    original: bytes
    clean: bytes | None = None


def seal_attachment(
    attachment: Attachment, holder: Holder, attached: AttachedFile, keys: FileKeys, *, staff: Holder | None = None
) -> None:
    """Seal details and file keys into the row, bound to holder, row and the row's version. Saves nothing.

    The original's key goes to `staff` (T) where that is known.
    """
    over_original = staff or holder
    details: dict[str, Any] = {
        "name": attached.name,
        "type": attached.content_type,
        "size": attached.size,
        "kept": attached.kept.value,
        "scan": attached.scan.value,
        "removed": [each.value for each in attached.removed],
        "clean_size": attached.clean_size,
        "clean_type": attached.clean_type,
        "pages": attached.pages,
        "original_under": over_original.key_kind,
    }
    attachment.details = seal_document(holder.key, _place(attachment, holder), details)
    attachment.file_key = _seal_key(over_original, attachment.file_id, keys.original)
    attachment.clean_file_id = attached.clean_file_id
    attachment.clean_key = None
    if attached.clean_file_id and keys.clean:
        attachment.clean_key = _seal_key(holder, attached.clean_file_id, keys.clean)


def move_attachment(attachment: Attachment, old: Holder, new: Holder, *, staff: Holder) -> None:
    """Seal a draft's row for the report it becomes, as the row's next version; the stored files stay. Saves nothing."""
    attached = open_attachment_details(attachment, old)
    clean = open_clean_key(attachment, old) if attached.is_cleaned else None
    keys = FileKeys(open_original_key(attachment, old), clean)
    attachment.version += 1
    seal_attachment(attachment, new, attached, keys, staff=staff)


def open_attachment_details(attachment: Attachment, holder: Holder) -> AttachedFile:
    """Name, type, size and what was done to it; VaultError when the row is not what was sealed for this holder."""
    details = _details(attachment, holder)
    return AttachedFile(
        attachment.id,
        attachment.file_id,
        details["name"],
        details["type"],
        details["size"],
        kept=Kept(details.get("kept", Kept.KIND)),
        scan=Scan(details.get("scan", Scan.NOT_SCANNED)),
        removed=tuple(Removed(each) for each in details.get("removed", ())),
        clean_file_id=attachment.clean_file_id,
        clean_size=details.get("clean_size", 0),
        clean_type=details.get("clean_type", ""),
        pages=details.get("pages", 0),
    )


def open_clean_key(attachment: Attachment, holder: Holder) -> bytes:
    """The key of the cleaned copy. VaultError as above; ValueError where there is no copy."""
    if attachment.clean_file_id is None or attachment.clean_key is None:
        raise ValueError("this file has no cleaned copy")
    return _open_key(holder, attachment.clean_file_id, bytes(attachment.clean_key))


def open_original_key(attachment: Attachment, holder: Holder, *, staff: Holder | None = None) -> bytes:
    """The key of the file as it was sent; VaultError as above. `staff` opens what was sealed under T."""
    under = _details(attachment, holder).get("original_under", holder.key_kind)
    over_original = staff if staff and under == staff.key_kind else holder
    return _open_key(over_original, attachment.file_id, bytes(attachment.file_key))


def _details(attachment: Attachment, holder: Holder) -> Any:
    return open_document(holder.key, _place(attachment, holder), bytes(attachment.details))


def _seal_key(holder: Holder, file_id: uuid.UUID, file_key: bytes) -> bytes:
    return seal_file_key(holder.key, holder.object_id, holder.epoch, file_id, file_key)


def _open_key(holder: Holder, file_id: uuid.UUID, sealed: bytes) -> bytes:
    return open_file_key(holder.key, holder.object_id, holder.epoch, file_id, sealed)


def _place(attachment: Attachment, holder: Holder) -> Place:
    return Place(
        holder.object_id, holder.key_kind, holder.epoch, "Attachment.details", attachment.id, attachment.version
    )

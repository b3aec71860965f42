"""How staff read a file: what is known of it, drawn pages, the cleaned copy, and, for a reason, what was sent.

The order is opening.py's: the `read` entry, with the exact act and the reason sealed under T, is committed before
anything is decrypted. Nothing of a file that was found harmful, or that nobody cleaned, is ever drawn.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from speakup.accounts.keyring import Keyring, NotGranted, OpenedGrant
from speakup.accounts.models import StaffMember
from speakup.reporting import files
from speakup.reporting.attachments import (
    CLEAN,
    ORIGINAL,
    AttachedFile,
    Holder,
    open_attachment_details,
    open_clean_key,
    open_original_key,
)
from speakup.reporting.cleaning.kinds import safe_name
from speakup.reporting.cleaning.running import FileLocked, ParserFailed, parsed
from speakup.reporting.models import Attachment, Report
from speakup.reporting.opening import enter_read, open_grant_or_refuse, refuse
from speakup.vault.gates import Gate
from speakup.vault.stream import open_file

# Drawing takes as much memory as cleaning does: one at a time a process.
GATE = Gate(at_once=1, waiting=8, seconds=20)
DRAWN = ("application/pdf", "image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff")
LONGEST_WHY = 10_000


class ReasonMissing(Exception):
    """Nobody opens an original without saying why."""

    def __init__(self) -> None:
        super().__init__("no reason was given")


class NoCleanCopy(Exception):
    """There is no cleaned copy of this file, or none that can be drawn."""

    def __init__(self) -> None:
        super().__init__("there is no such copy")


@dataclass(frozen=True, repr=False)
class OpenedFile:
    """A file of a report as its page shows it."""

    report: Report
    attached: AttachedFile

    @property
    def can_be_drawn(self) -> bool:
        return self.attached.is_cleaned and self.attached.clean_type in DRAWN


@dataclass(frozen=True, repr=False)
class FileOnItsWay:
    """A file on its way out: what to save it as, its true size in bytes, and its content piece by piece."""

    name: str
    size: int
    pieces: Iterator[bytes]


@dataclass(frozen=True, repr=False)
class DrawnPage:
    """A page as a PNG, and how many pages there are."""

    png: bytes
    pages: int


@dataclass(frozen=True, repr=False)
class _Opened:
    report: Report
    row: Attachment
    attached: AttachedFile
    content: Holder
    staff: Holder


def open_file_page(
    report_id: uuid.UUID, attachment_id: uuid.UUID, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> OpenedFile:
    """What is known of a file. Raises NotGranted, after a `refuse` entry, where `actor` cannot open the report, and
    for a file that is not the report's."""
    opened = _open(report_id, attachment_id, "open_attachment", keyring=keyring, actor=actor, now=now)
    return OpenedFile(opened.report, opened.attached)


def open_clean_copy(
    report_id: uuid.UUID, attachment_id: uuid.UUID, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> FileOnItsWay:
    """The cleaned copy, in flat memory. Raises NotGranted as above, and NoCleanCopy.

    The pieces raise the vault's CannotOpen, in the middle if need be, where the stored file was changed or cut.
    """
    opened = _open(report_id, attachment_id, "open_clean_copy", keyring=keyring, actor=actor, now=now)
    attached = opened.attached
    if not attached.is_cleaned:
        raise NoCleanCopy
    return FileOnItsWay(safe_name(attached.name, attached.clean_type), attached.clean_size, _clean_pieces(opened))


def open_original(
    report_id: uuid.UUID, attachment_id: uuid.UUID, *, why: str, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> FileOnItsWay:
    """The file as it was sent, in flat memory; `why` goes on the ledger with the reading. Raises NotGranted as above,
    and ReasonMissing. The pieces raise as those of the cleaned copy."""
    if not why.strip() or len(why) > LONGEST_WHY:
        raise ReasonMissing
    opened = _open(report_id, attachment_id, "open_original", keyring=keyring, actor=actor, now=now, why=why)
    attached = opened.attached
    key = open_original_key(opened.row, opened.content, staff=opened.staff)
    pieces = _stored(key, attached.file_id, ORIGINAL, attached.size)
    return FileOnItsWay(safe_name(attached.name, attached.content_type), attached.size, pieces)


def draw_page(
    report_id: uuid.UUID,
    attachment_id: uuid.UUID,
    page: int,
    *,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> DrawnPage:
    """A page of the cleaned copy, drawn anew by a process that holds nothing. Raises NotGranted as above, NoCleanCopy
    also where it cannot be drawn or has no such page, and the vault's Busy."""
    opened = _open(report_id, attachment_id, "draw_page", keyring=keyring, actor=actor, now=now, page=str(page))
    attached = opened.attached
    if not attached.is_cleaned or attached.clean_type not in DRAWN:
        raise NoCleanCopy
    with GATE:
        try:
            with parsed("preview", attached.clean_type, str(page), source=_clean_pieces(opened)) as drawn:
                return DrawnPage(b"".join(drawn.pieces), drawn.pages)
        except (ParserFailed, FileLocked):
            raise NoCleanCopy from None


def _open(
    report_id: uuid.UUID,
    attachment_id: uuid.UUID,
    act: str,
    *,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
    **detail: str,
) -> _Opened:
    row = Attachment.objects.filter(id=attachment_id, report=report_id).first()
    if row is None:
        # Without a file the same steps as with one: a decoy must not cost more than a report that does not exist.
        open_grant_or_refuse(report_id, keyring, actor, now)
        refuse(actor, now)
        raise NotGranted
    report, grant = enter_read(report_id, keyring, actor, act, now, attachment=row.id.hex, **detail)
    content, staff = holders(report.id, grant)
    return _Opened(report, row, open_attachment_details(row, content), content, staff)


def holders(report_id: uuid.UUID, grant: OpenedGrant) -> tuple[Holder, Holder]:
    """What seals a report's files: R, and T for originals."""
    return (
        Holder(report_id, "R", grant.epoch, grant.keys["R"]),
        Holder(report_id, "T", grant.epoch, grant.keys["T"]),
    )


def _clean_pieces(opened: _Opened) -> Iterator[bytes]:
    attached = opened.attached
    if attached.clean_file_id is None:
        raise NoCleanCopy
    return _stored(open_clean_key(opened.row, opened.content), attached.clean_file_id, CLEAN, attached.clean_size)


def _stored(key: bytes, file_id: uuid.UUID, part: str, size: int) -> Iterator[bytes]:
    with files.open_stored(file_id) as source:
        yield from open_file(key, file_id, part, source, size)

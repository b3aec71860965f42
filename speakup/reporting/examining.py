"""What becomes of a file that was just sealed: scanned, told by its content, and cleaned, all from its stored form.

The file is opened again piece by piece and handed to a process that holds nothing (reporting/cleaning); the cleaned
copy comes back piece by piece and is sealed on its way to the disk. No byte of either is on a disk in clear, and a web
process holds some pieces of 64 KiB of them. One file at a time a process: that bounds the memory of its children.
"""

import datetime as dt
import itertools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from speakup.reporting import files
from speakup.reporting.attachments import CLEAN, ORIGINAL, Kept, Scan
from speakup.reporting.cleaning.kinds import LARGEST_CLEANED, Kind, Way, kind_of
from speakup.reporting.cleaning.running import FileLocked, ParserFailed, parsed
from speakup.reporting.scanning import scan
from speakup.reporting.sealing import LEAST_FREE, CleanCopy, Refusal, SealedFile
from speakup.vault.content import new_key
from speakup.vault.errors import Busy
from speakup.vault.gates import Gate
from speakup.vault.stream import FileSealer, open_file

# Who waits holds a thread; who is told to come back has lost nothing but the file.
GATE = Gate(at_once=1, waiting=6, seconds=60)
# libmagic needs no more of a file that is too large to be cleaned.
HEAD_PIECES = 16


class NotTaken(Exception):
    """The file is not kept; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True)
class Shelf:
    """Where a cleaned copy is put: dated `day`, and told to `stored` before its first byte, so that none is left."""

    day: dt.date
    stored: Callable[[uuid.UUID], None]


def examine(sealed: SealedFile, shelf: Shelf) -> SealedFile:
    """The file with its true type, what the scanner said, and its cleaned copy where one is made. Raises NotTaken.

    What the scanner found harmful is handed to no parser: it is kept as it was sent.
    """
    try:
        with GATE:
            kind, content_type = _tell(sealed)
            sealed = replace(sealed, content_type=content_type, scan=scan(_original(sealed)))
            if sealed.scan is Scan.FOUND:
                return replace(sealed, kept=Kept.INFECTED)
            if kind.way is Way.AS_SENT:
                return replace(sealed, kept=Kept.KIND)
            if sealed.size > LARGEST_CLEANED:
                return replace(sealed, kept=Kept.LARGE)
            return _cleaned(sealed, kind, shelf)
    except Busy:
        raise NotTaken(Refusal.BUSY) from None


def _tell(sealed: SealedFile) -> tuple[Kind, str]:
    pieces = _original(sealed)
    if sealed.size > LARGEST_CLEANED:
        pieces = itertools.islice(pieces, HEAD_PIECES)
    try:
        with parsed("type", source=pieces) as told:
            kind, content_type = kind_of(told.type), told.type
    except (ParserFailed, FileLocked):
        raise NotTaken(Refusal.NOT_CLEANED) from None
    if content_type == "application/encrypted":
        raise NotTaken(Refusal.LOCKED)
    if kind is None:
        raise NotTaken(Refusal.KIND)
    return kind, content_type


def _cleaned(sealed: SealedFile, kind: Kind, shelf: Shelf) -> SealedFile:
    if files.free_bytes() < LEAST_FREE:
        raise NotTaken(Refusal.NO_ROOM)
    try:
        with parsed(kind.way.value, sealed.content_type, source=_original(sealed)) as made:
            clean = CleanCopy(uuid.uuid4(), new_key(), made.size, made.type, made.pages)
            _store(clean, made.pieces, shelf)
            return replace(sealed, kept=Kept.CLEANED, clean=clean, removed=made.removed)
    except FileLocked:
        raise NotTaken(Refusal.LOCKED) from None
    except ParserFailed:
        raise NotTaken(Refusal.NOT_CLEANED) from None
    except OSError:
        raise NotTaken(Refusal.NO_ROOM) from None


def _store(clean: CleanCopy, pieces: Iterator[bytes], shelf: Shelf) -> None:
    shelf.stored(clean.file_id)
    with files.create(clean.file_id) as target:
        sealer = FileSealer(clean.key, clean.file_id, CLEAN, target)
        for piece in pieces:
            sealer.write(piece)
        sealer.finish()
    files.date_to_midnight(clean.file_id, shelf.day)


def _original(sealed: SealedFile) -> Iterator[bytes]:
    with files.open_stored(sealed.file_id) as source:
        yield from open_file(sealed.key, sealed.file_id, ORIGINAL, source, sealed.size)

"""Files on their way in: each is sealed piece by piece as it arrives. Nothing of it is in clear on any disk."""

import contextlib
import datetime as dt
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils import timezone

from speakup.reporting import files
from speakup.reporting.attachments import ORIGINAL, AttachedFile, FileKeys, Kept, Scan
from speakup.reporting.cleaning.kinds import Removed
from speakup.reporting.models import named_files
from speakup.vault.content import new_key
from speakup.vault.stream import FileSealer
from speakup.web.days import london_day

CHUNK = 64 * 1024
LARGEST_FILE = 250 * 1024 * 1024
LARGEST_REPORT = 1024 * 1024 * 1024
MOST_FILES = 20
LEAST_FREE = 1024 * 1024 * 1024
ROOM_LOOKED_AT = 4 * 1024 * 1024  # how many bytes of a file arrive between two looks at the free disk
LONGEST_NAME = 120
LONGEST_TYPE = 100


class Refusal(StrEnum):
    """Why a file was not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    REPORT_TOO_LARGE = "report_too_large"
    TOO_MANY = "too_many"
    NO_ROOM = "no_room"
    KIND = "kind"
    LOCKED = "locked"
    NOT_CLEANED = "not_cleaned"
    BUSY = "busy"


@dataclass(frozen=True)
class Held:
    """What an owner has already: number of files, and their true sizes together in bytes."""

    count: int = 0
    size: int = 0

    def refusal_of(self, size: int) -> Refusal | None:
        """Why a file of `size` bytes cannot be added, if it cannot."""
        if self.count >= MOST_FILES:
            return Refusal.TOO_MANY
        if size > LARGEST_FILE:
            return Refusal.TOO_LARGE
        if self.size + size > LARGEST_REPORT:
            return Refusal.REPORT_TOO_LARGE
        return None


@dataclass(frozen=True, repr=False)
class CleanCopy:
    """A stored cleaned copy that no row names yet. `size` is the true size in bytes."""

    file_id: uuid.UUID
    key: bytes
    size: int
    content_type: str
    pages: int = 0


@dataclass(frozen=True, repr=False)
class SealedFile:
    """A stored file that no row names yet: how to open it and what to call it. `size` is the true size in bytes.

    `content_type` is the browser's word for it until the file was examined (examining.py).
    """

    file_id: uuid.UUID
    key: bytes
    name: str
    content_type: str
    size: int
    kept: Kept = Kept.KIND
    scan: Scan = Scan.NOT_SCANNED
    removed: tuple[Removed, ...] = ()
    clean: CleanCopy | None = None

    @property
    def keys(self) -> FileKeys:
        return FileKeys(self.key, self.clean.key if self.clean else None)

    def attached_as(self, attachment_id: uuid.UUID) -> AttachedFile:
        """What the row with this id says of it."""
        return AttachedFile(
            attachment_id,
            self.file_id,
            self.name,
            self.content_type,
            self.size,
            kept=self.kept,
            scan=self.scan,
            removed=self.removed,
            clean_file_id=self.clean.file_id if self.clean else None,
            clean_size=self.clean.size if self.clean else 0,
            clean_type=self.clean.content_type if self.clean else "",
            pages=self.clean.pages if self.clean else 0,
        )


class SealedUpload(UploadedFile):  # type: ignore[type-arg]  # the class takes none at run time
    """What `request.FILES` holds of a file: `sealed`, or `refusal` where it was not taken. Nothing to read from."""

    def __init__(self, name: str, *, sealed: SealedFile | None = None, refusal: Refusal | None = None) -> None:
        super().__init__(file=None, name=name, size=sealed.size if sealed else 0)
        self.sealed = sealed
        self.refusal = refusal

    def __bool__(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing is open."""


class SealingUploadHandler(FileUploadHandler):
    """Seals each file of a request under a key of its own while it arrives; some pieces of 64 KiB are in memory.

    Over a limit the rest of that file is drained, what was stored of it is deleted, and the reason given. `held` is
    asked once, at the first file, for what counts towards the limits already.
    """

    chunk_size = CHUNK

    def __init__(self, request: HttpRequest, held: Callable[[], Held]) -> None:
        super().__init__(request)
        self._ask_held = held
        self._held: Held | None = None
        self._today = london_day(timezone.now())
        self._stored: list[uuid.UUID] = []
        self._refusal: Refusal | None = None
        self._writing: _Writing | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._held = self._held or self._ask_held()
        self._give_up(None)
        refusal = self._held.refusal_of(0) or (Refusal.NO_ROOM if files.free_bytes() < LEAST_FREE else None)
        if refusal:
            self._give_up(refusal)
            return
        try:
            self._writing = _Writing(uuid.uuid4())
        except OSError:
            self._give_up(Refusal.NO_ROOM)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._writing is None or self._held is None:
            return
        refusal = self._held.refusal_of(start + len(raw_data))
        if start % ROOM_LOOKED_AT < CHUNK and files.free_bytes() < LEAST_FREE:
            refusal = refusal or Refusal.NO_ROOM
        if refusal:
            self._give_up(refusal)
            return
        try:
            self._writing.sealer.write(raw_data)
        except OSError:  # the disk is full, or gone
            self._give_up(Refusal.NO_ROOM)
        else:
            files.date_to_midnight(self._writing.file_id, self._today)

    def file_complete(self, file_size: int) -> SealedUpload:
        name = shown_name(self.file_name or "")
        sealed = None
        if self._writing is not None and file_size == 0:
            self._give_up(Refusal.EMPTY)
        elif self._writing is not None:
            sealed = self._finish(self._writing, name)
        return SealedUpload(name, sealed=sealed, refusal=self._refusal)

    def upload_interrupted(self) -> None:
        self._give_up(None)

    @property
    def day(self) -> dt.date:
        """The day that this request's files are dated."""
        return self._today

    def also_stored(self, file_id: uuid.UUID) -> None:
        """A file that the request made of another, to be deleted with it where no row names it."""
        self._stored.append(file_id)

    def discard_unnamed(self) -> None:
        """Delete every file of this request, whole or in part, that no row names."""
        self._give_up(None)
        named = named_files(self._stored)
        for file_id in self._stored:
            if file_id not in named:
                files.delete(file_id, self._today)

    def _finish(self, writing: "_Writing", name: str) -> SealedFile | None:
        try:
            size = writing.sealer.finish()
            writing.target.close()
        except OSError:
            self._give_up(Refusal.NO_ROOM)
            return None
        files.date_to_midnight(writing.file_id, self._today)
        self._writing = None
        self._stored.append(writing.file_id)
        held = self._held or Held()
        self._held = Held(held.count + 1, held.size + size)
        return SealedFile(writing.file_id, writing.key, name, shown_type(self.content_type or ""), size)

    def _give_up(self, refusal: Refusal | None) -> None:
        """Close and delete what is being written, if anything; the rest of it is drained for this reason."""
        self._refusal = refusal
        if self._writing is not None:
            with contextlib.suppress(OSError):
                self._writing.target.close()
            files.delete(self._writing.file_id, self._today)
        self._writing = None


class _Writing:
    """A file that is being written; OSError where it cannot be made."""

    def __init__(self, file_id: uuid.UUID) -> None:
        self.file_id = file_id
        self.key = new_key()
        self.target: BinaryIO = files.create(file_id)
        self.sealer = FileSealer(self.key, file_id, ORIGINAL, self.target)


def shown_name(typed: str) -> str:
    """A file's name as it may be shown and offered for saving: no path, nothing invisible, of bounded length.

    Control, format (bidirectional marks too), surrogate, private and separator characters go; the rest stays as it
    was, and of a long name the beginning and the ending.
    """
    last = typed.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(
        character
        for character in last
        if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    ).strip()
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        kept = dot + ending if stem and len(ending) <= 10 else ""
        name = name[: LONGEST_NAME - len(kept)] + kept
    return "file" if name in {"", ".", ".."} else name


def shown_type(typed: str) -> str:
    """A media type as the browser named it, or application/octet-stream where it is not a plain one."""
    kind, _, subtype = typed.partition("/")
    plain = all(
        part and part.isascii() and part.replace("+", "").replace("-", "").replace(".", "").isalnum()
        for part in (kind, subtype)
    )
    return typed.lower() if plain and len(typed) <= LONGEST_TYPE else "application/octet-stream"

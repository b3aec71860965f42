"""Files: STREAM over 64 KiB chunks, in flat memory both ways (vault.md, 'Content').

STREAM: Hoang, Reyhanitabar, Rogaway and Vizar, 'Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance'
(CRYPTO 2015), section 7. Layout: format version (1 byte), nonce prefix (7 random bytes), then each chunk's ciphertext
and tag (16). A chunk's nonce is prefix, chunk number (4 bytes, big-endian, from 0), last-chunk flag (1 byte).

The plaintext ends in zeros up to a bucket of 64 or 256 KiB, then PADME; the true size is a content value kept
elsewhere. The context has only what never changes, file id and part, then chunk number and flag: the file is sealed
once, while it may move from a draft to a report. Who owns it, at which epoch, is bound by the file's *key*
(`seal_file_key`), which is sealed again when the owner changes.
"""

import secrets
from collections.abc import Iterator
from typing import BinaryIO
from uuid import UUID

from . import aead, padding
from .content import open_in_some_epoch
from .data_key import epoch_to_seal
from .encoding import KEY_SIZE, VERSION_BYTE, context
from .errors import CannotOpen

CHUNK = 65536
PREFIX_SIZE = 7
HEADER_SIZE = 1 + PREFIX_SIZE
SEALED_CHUNK = CHUNK + aead.TAG_SIZE
MOST_CHUNKS = 2**32


def padded_size(true_size: int) -> int:
    """The bytes of plaintext and padding that are sealed for a file of `true_size` bytes: at least one chunk."""
    return padding.bucket(max(true_size, CHUNK))


def _chunks(size: int) -> int:
    return -(-size // CHUNK)


class _Chunks:
    """The nonce and the associated data of each chunk of one file."""

    def __init__(self, file_id: UUID, part: str, prefix: bytes) -> None:
        self._file_id = file_id
        self._part = part
        self._prefix = prefix

    def nonce(self, number: int, last: bool) -> bytes:
        return self._prefix + number.to_bytes(4, "big") + bytes([last])

    def context(self, number: int, last: bool) -> bytes:
        return context("file", self._file_id, self._part, number, int(last))


class FileSealer:
    """Seals a file as it comes in: any number of `write`, one `finish`. Holds at most one chunk of it.

    `key` is the file's own (32 bytes), used for this one stream; `part` names which form of the file this is, such as
    'original'. What `target` holds is no file until `finish` has returned.
    """

    def __init__(self, key: bytes, file_id: UUID, part: str, target: BinaryIO) -> None:
        if len(key) != KEY_SIZE:
            raise ValueError("a key has 32 bytes")
        prefix = secrets.token_bytes(PREFIX_SIZE)
        self._key = key
        self._chunks = _Chunks(file_id, part, prefix)
        self._target = target
        self._waiting = bytearray()
        self._number = 0
        self._size = 0
        self._finished = False
        target.write(VERSION_BYTE + prefix)

    def write(self, data: bytes) -> None:
        """Seal some more of the file. ValueError after `finish`."""
        if self._finished:
            raise ValueError("this file is finished")
        self._size += len(data)
        self._take(data)

    def finish(self) -> int:
        """Pad, seal the last chunk and return the true size in bytes: it is needed to open the file."""
        if self._finished:
            raise ValueError("this file is finished")
        self._finished = True
        missing = padded_size(self._size) - self._size
        while missing:
            zeros = min(missing, CHUNK)
            self._take(bytes(zeros))
            missing -= zeros
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()
        return self._size

    def _take(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            # A full chunk waits until more comes: only then is it known not to be the last.
            if len(self._waiting) == CHUNK:
                self._seal(bytes(self._waiting), last=False)
                self._waiting.clear()
            room = CHUNK - len(self._waiting)
            self._waiting += view[:room]
            view = view[room:]

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        if self._number >= MOST_CHUNKS:
            raise ValueError("this file is too long")
        nonce = self._chunks.nonce(self._number, last)
        self._target.write(aead.encrypt(self._key, nonce, chunk, self._chunks.context(self._number, last)))
        self._number += 1


def open_file(key: bytes, file_id: UUID, part: str, source: BinaryIO, true_size: int) -> Iterator[bytes]:
    """The file, chunk by chunk, `true_size` bytes in all; no byte comes out that did not verify.

    CannotOpen for a wrong key, file, part or size, and for chunks changed, swapped, repeated, missing at the end or
    too many; UnknownFormat for another version. The error may come after good chunks: what reads must not take the
    end of the chunks for the end of the file until the iterator has ended.
    """
    header = _read(source, HEADER_SIZE)
    aead.check_version(header)
    if len(header) != HEADER_SIZE or true_size < 0:
        raise CannotOpen
    chunks = _Chunks(file_id, part, header[1:])
    size = padded_size(true_size)
    count = _chunks(size)
    left = true_size
    for number in range(count):
        last = number == count - 1
        plaintext_size = size - CHUNK * number if last else CHUNK
        sealed = _read(source, plaintext_size + aead.TAG_SIZE)
        chunk = aead.decrypt(key, chunks.nonce(number, last), sealed, chunks.context(number, last))
        if chunk is None or len(chunk) != plaintext_size or any(chunk[max(left, 0) :]):
            raise CannotOpen
        if last and _read(source, 1):
            raise CannotOpen
        if left > 0:
            yield chunk[:left]
        left -= len(chunk)


def _read(source: BinaryIO, size: int) -> bytes:
    """Exactly `size` bytes, fewer only at the end: a source may give less than it was asked for."""
    pieces = []
    while size and (piece := source.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def seal_file_key(key: bytes, object_id: UUID, epoch: int, file_id: UUID, file_key: bytes) -> bytes:
    """A file's key under D, R or T: bound to its owner, which the file itself is not (entities.md, 'file-key')."""
    if len(file_key) != KEY_SIZE:
        raise ValueError("a key has 32 bytes")
    return aead.seal(key, context("file-key", object_id, epoch_to_seal(key, epoch), file_id), file_key)


def open_file_key(key: bytes, object_id: UUID, epoch: int, file_id: UUID, sealed: bytes) -> bytes:
    """The file's key, 32 bytes; CannotOpen or UnknownFormat."""
    return open_in_some_epoch(
        key, epoch, lambda each, its: aead.open_sealed(each, context("file-key", object_id, its, file_id), sealed)
    )

"""Content: everything written about a report, a case or an identity, bound to the place where it stands.

vault.md, 'Content'; entities.md section 2, rows 'field under R, T, C, I, D' and 'entry detail'.
"""

import hmac
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from . import aead, padding
from .encoding import KEY_SIZE, canonical, context, hkdf, parse
from .errors import CannotOpen


def new_key() -> bytes:
    """A fresh random data key (R, T, C, I, D or a file's own), 32 bytes."""
    return secrets.token_bytes(KEY_SIZE)


@dataclass(frozen=True)
class Place:
    """Where a sealed value stands: moved to any other place, it does not open.

    `key_kind` is R, T, C, I or D; `field` is 'Entity.field'; the row's version counts from 1.
    """

    object_id: UUID
    key_kind: str
    epoch: int
    field: str
    row_id: UUID
    row_version: int = 1

    def context(self) -> bytes:
        """The associated data of a value that stands here."""
        return context("content", self.object_id, self.key_kind, self.epoch, self.field, self.row_id, self.row_version)


def seal_content(key: bytes, place: Place, plaintext: bytes, *, at_least: int = padding.BUCKETS[0]) -> bytes:
    """The plaintext padded to a bucket (none smaller than `at_least` bytes) and sealed to its place."""
    return aead.seal(key, place.context(), padding.pad(plaintext, at_least=at_least))


def open_content(key: bytes, place: Place, sealed: bytes) -> bytes:
    """The plaintext; CannotOpen or UnknownFormat."""
    return padding.unpad(aead.open_sealed(key, place.context(), sealed))


def seal_document(key: bytes, place: Place, document: Any, *, at_least: int = padding.BUCKETS[0]) -> bytes:
    """A JSON document in its canonical form, padded and sealed; ValueError when it has no canonical form."""
    return seal_content(key, place, canonical(document), at_least=at_least)


def open_document(key: bytes, place: Place, sealed: bytes) -> Any:
    """The document; CannotOpen or UnknownFormat."""
    return parse(open_content(key, place, sealed))


def commit(key: bytes, object_id: UUID, key_kind: str, epoch: int) -> bytes:
    """The key's commitment, 32 bytes: AES-GCM alone lets one value open under two keys."""
    return hkdf(key, context("commit", object_id, key_kind, epoch))


def check_commitment(key: bytes, object_id: UUID, key_kind: str, epoch: int, commitment: bytes) -> None:
    """CannotOpen unless this is the key that was committed to for this object and epoch."""
    if len(key) != KEY_SIZE or not hmac.compare_digest(commit(key, object_id, key_kind, epoch), commitment):
        raise CannotOpen


def seal_detail(key: bytes, entry_id: UUID, object_id: UUID, epoch: int, document: Any) -> bytes:
    """The exact act and reason of a ledger entry, under T, C or I, padded to a bucket."""
    return aead.seal(key, context("ledger", entry_id, object_id, epoch), padding.pad(canonical(document)))


def open_detail(key: bytes, entry_id: UUID, object_id: UUID, epoch: int, sealed: bytes) -> Any:
    """The ledger entry's detail; CannotOpen or UnknownFormat."""
    return parse(padding.unpad(aead.open_sealed(key, context("ledger", entry_id, object_id, epoch), sealed)))

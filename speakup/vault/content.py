"""Content: everything written about a report, a case or an identity, bound to the place where it stands.

vault.md, 'Content'; entities.md section 2, rows 'field under R, T, C, I, D' and 'entry detail'.
"""

import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from . import aead, padding
from .data_key import DataKey, epoch_to_seal, keys_to_try, open_earlier
from .encoding import KEY_SIZE, canonical, context, hkdf, parse
from .errors import CannotOpen, VaultError


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
    """The plaintext padded to a bucket (none smaller than `at_least` bytes) and sealed to its place.

    With a DataKey the epoch is the key's own, the newest.
    """
    return aead.seal(key, place_to_seal(key, place).context(), padding.pad(plaintext, at_least=at_least))


def open_content(key: bytes, place: Place, sealed: bytes) -> bytes:
    """The plaintext, with a DataKey of whichever epoch it was sealed in; CannotOpen or UnknownFormat."""
    return padding.unpad(open_at(key, place, sealed))


def open_at(key: bytes, place: Place, sealed: bytes) -> bytes:
    """The padded plaintext of a value that stands here; CannotOpen or UnknownFormat."""
    return open_in_some_epoch(
        key, place.epoch, lambda each, epoch: aead.open_sealed(each, replace(place, epoch=epoch).context(), sealed)
    )


def open_in_some_epoch(key: bytes, epoch: int, open_one: Callable[[bytes, int], bytes]) -> bytes:
    """What `open_one(key, epoch)` opens, with the key of `epoch` or, of a DataKey, with another; raises the last
    VaultError where none opens.
    """
    failed: VaultError = CannotOpen()
    for each, its_epoch in keys_to_try(key, epoch):
        try:
            return open_one(bytes(each), its_epoch)
        except VaultError as error:
            failed = error
    raise failed from None


def place_to_seal(key: bytes, place: Place) -> Place:
    """Where a value sealed with `key` stands: in the newest epoch, where the key knows its own."""
    return replace(place, epoch=epoch_to_seal(key, place.epoch))


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


@dataclass(frozen=True)
class Link:
    """An epoch as the database keeps it for one kind of key: the commitment, and the key before, sealed under it."""

    epoch: int
    commitment: bytes
    earlier: bytes | None


def open_chain(key: bytes, object_id: UUID, key_kind: str, links: Sequence[Link]) -> DataKey:
    """The newest key with every earlier one. `links` are epochs of the object, in order, none left out between; the
    first of them has no key before it.

    CannotOpen where an epoch is missing, a commitment is another key's, or an earlier key does not open.
    """
    epochs = [link.epoch for link in links]
    if not epochs or epochs != list(range(epochs[0], epochs[0] + len(epochs))):
        raise CannotOpen
    opened, current = {}, bytes(key)
    for link in reversed(links):
        check_commitment(current, object_id, key_kind, link.epoch, bytes(link.commitment))
        opened[link.epoch] = current
        if link.epoch == epochs[0]:
            break
        current = open_earlier(current, object_id, key_kind, link.epoch, bytes(link.earlier or b""))
    return DataKey(opened.pop(epochs[-1]), epochs[-1], opened)


def seal_detail(key: bytes, entry_id: UUID, object_id: UUID, epoch: int, document: Any) -> bytes:
    """The exact act and reason of a ledger entry, under T, C or I, padded to a bucket."""
    place = context("ledger", entry_id, object_id, epoch_to_seal(key, epoch))
    return aead.seal(key, place, padding.pad(canonical(document)))


def open_detail(key: bytes, entry_id: UUID, object_id: UUID, epoch: int, sealed: bytes) -> Any:
    """The ledger entry's detail; CannotOpen or UnknownFormat."""
    opened = open_in_some_epoch(
        key, epoch, lambda each, its: aead.open_sealed(each, context("ledger", entry_id, object_id, its), sealed)
    )
    return parse(padding.unpad(opened))

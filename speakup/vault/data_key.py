"""The key of an object with those of its earlier epochs: what opens whatever was ever sealed for it.

vault.md, 'Content'. The row of each epoch after the first keeps the key before it, sealed under its own: who gets the
newest key opens everything, and who had an earlier one opens nothing that came after. Sealing takes the newest always.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NoReturn
from uuid import UUID

from . import aead
from .encoding import KEY_SIZE, context

EARLIER_SIZE = aead.OVERHEAD + KEY_SIZE


class DataKey(bytes):
    """The newest key of an object, 32 bytes, with its `epoch` and the `earlier` keys by theirs.

    Wherever a key is asked for it stands for the newest; `content`, `stream` and `identity` open values of any of its
    epochs with it. Never shown, pickled or copied.
    """

    epoch: int
    earlier: Mapping[int, bytes]

    def __new__(cls, key: bytes, epoch: int, earlier: Mapping[int, bytes] = MappingProxyType({})) -> "DataKey":
        """ValueError for a key that has not 32 bytes, or an earlier one of no earlier epoch."""
        if len(key) != KEY_SIZE or any(len(each) != KEY_SIZE for each in earlier.values()):
            raise ValueError("a key has 32 bytes")
        if any(not 0 < each < epoch for each in earlier):
            raise ValueError("earlier keys are those of earlier epochs")
        made = super().__new__(cls, key)
        made.epoch = epoch
        made.earlier = MappingProxyType(dict(earlier))
        return made

    def __repr__(self) -> str:
        return "<DataKey>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a key is never stored or copied")


def seal_earlier(key: bytes, object_id: UUID, key_kind: str, epoch: int, earlier: bytes) -> bytes:
    """The key of the epoch before, under the key of `epoch`: EARLIER_SIZE bytes."""
    if len(earlier) != KEY_SIZE:
        raise ValueError("a key has 32 bytes")
    return aead.seal(key, context("earlier", object_id, key_kind, epoch), bytes(earlier))


def open_earlier(key: bytes, object_id: UUID, key_kind: str, epoch: int, sealed: bytes) -> bytes:
    """The key of the epoch before `epoch`, 32 bytes; CannotOpen or UnknownFormat."""
    return aead.open_sealed(bytes(key), context("earlier", object_id, key_kind, epoch), sealed)


def keys_to_try(key: bytes, epoch: int) -> Iterator[tuple[bytes, int]]:
    """The key for `epoch` first, then every other one with its own, the newest first; a plain key alone."""
    if not isinstance(key, DataKey):
        yield key, epoch
        return
    known: dict[int, bytes] = {**key.earlier, key.epoch: key}
    if epoch in known:
        yield known.pop(epoch), epoch
    for each in sorted(known, reverse=True):
        yield known[each], each


def epoch_to_seal(key: bytes, epoch: int) -> int:
    """The epoch that a value sealed with `key` belongs to: the newest, whatever row it stands in."""
    return key.epoch if isinstance(key, DataKey) else epoch

"""Grants: who can read, and the decoys that hide who cannot (vault.md, 'Grants: who can read').

A grant is a canonical JSON document {headline, identifiers, keys, real}, padded to one size and sealed to one public
key. A decoy is the same with the flag down and nothing in it: of one size, and opened only by the person it excludes.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from . import envelope, padding
from .encoding import KEY_SIZE, canonical, context, parse
from .errors import CannotOpen, UnknownFormat

GRANT_SIZE = 2048
HEADLINE_SIZE = 160
_PLAINTEXT_SIZE = GRANT_SIZE - envelope.OVERHEAD


@dataclass(frozen=True)
class GrantContents:
    """What a grant says to its target: keys by kind (32 bytes each), a headline, the people reported.

    `GrantContents(False, {}, {}, ())` is a decoy.
    """

    real: bool
    keys: Mapping[str, bytes] = field(repr=False)
    headline: Mapping[str, Any] = field(repr=False)
    identifiers: Sequence[str] = field(repr=False)


def seal_grant(  # noqa: PLR0917 -- the parts of the context, in its order
    public_key: bytes, kind: str, object_id: UUID, epoch: int, target_id: UUID, contents: GrantContents
) -> bytes:
    """A grant of exactly GRANT_SIZE bytes on the object (`kind`: report, case, identity) for one target.

    Identifiers that do not fit are left out, in order. ValueError for keys that have not 32 bytes, a headline of
    more than 160 bytes, a decoy that says anything, or keys that do not fit; UnknownFormat for no public key.
    """
    info = context("grant", kind, object_id, epoch, target_id)
    return envelope.seal_to(public_key, info, padding.pad_to(_encode(contents), _PLAINTEXT_SIZE))


def open_grant(  # noqa: PLR0917 -- the parts of the context, in its order
    seed: bytes, kind: str, object_id: UUID, epoch: int, target_id: UUID, sealed: bytes
) -> GrantContents:
    """What the grant says; a decoy opens too, with `real` False. CannotOpen or UnknownFormat."""
    if len(sealed) != GRANT_SIZE:
        raise CannotOpen
    info = context("grant", kind, object_id, epoch, target_id)
    contents = _decode(parse(padding.unpad(envelope.open_with(seed, info, sealed))))
    if contents is None:
        raise UnknownFormat
    return contents


def _encode(contents: GrantContents) -> bytes:
    headline = dict(contents.headline)
    if any(len(key) != KEY_SIZE for key in contents.keys.values()):
        raise ValueError("a key has 32 bytes")
    if not all(isinstance(identifier, str) for identifier in contents.identifiers):
        raise ValueError("an identifier is text")
    if len(canonical(headline)) > HEADLINE_SIZE:
        raise ValueError("a headline has at most 160 bytes")
    if not contents.real and (contents.keys or headline or contents.identifiers):
        raise ValueError("a decoy says nothing")
    document: dict[str, Any] = {
        "headline": headline,
        "identifiers": [],
        "keys": {kind: base64.b64encode(key).decode("ascii") for kind, key in contents.keys.items()},
        "real": contents.real,
    }
    room = _PLAINTEXT_SIZE - 1 - len(canonical(document))
    for identifier in contents.identifiers:
        # One byte for the comma: the first identifier needs none, and that byte stays padding.
        needed = len(canonical(identifier)) + 1
        if needed <= room:
            document["identifiers"].append(identifier)
            room -= needed
    return canonical(document)


def _decode(document: Any) -> GrantContents | None:
    match document:
        case {"headline": dict(headline), "identifiers": list(identifiers), "keys": dict(keys), "real": bool(real)}:
            pass
        case _:
            return None
    if len(document) != 4 or not all(isinstance(identifier, str) for identifier in identifiers):
        return None
    decoded = {kind: _decode_key(key) for kind, key in keys.items()}
    opened = {kind: key for kind, key in decoded.items() if key is not None}
    if len(opened) != len(keys) or (not real and (keys or headline or identifiers)):
        return None
    return GrantContents(real, opened, headline, tuple(identifiers))


def _decode_key(text: Any) -> bytes | None:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        return None
    return key if len(key) == KEY_SIZE else None

"""The identity value: one size for every report, whether somebody gave a name or nobody did (vault.md, 'Identity').

It is content under I, in content's own context: only the size is fixed here.
"""

from typing import Any

from . import aead, padding
from .content import Place, open_at, place_to_seal
from .encoding import canonical, parse
from .errors import CannotOpen

IDENTITY_SIZE = 1024


def seal_identity(key: bytes, place: Place, document: Any) -> bytes:
    """The identity, exactly IDENTITY_SIZE bytes; ValueError when it does not fit."""
    padded = padding.pad_to(canonical(document), IDENTITY_SIZE - aead.OVERHEAD)
    return aead.seal(key, place_to_seal(key, place).context(), padded)


def open_identity(key: bytes, place: Place, sealed: bytes) -> Any:
    """The identity; CannotOpen or UnknownFormat."""
    if len(sealed) != IDENTITY_SIZE:
        raise CannotOpen
    return parse(padding.unpad(open_at(key, place, sealed)))

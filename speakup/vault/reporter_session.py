"""What a reporter's session keeps: one blob of one size that only her cookie opens (vault.md, 'Reporter's session')."""

from typing import Any

from . import aead, padding
from .cookies import cookie_key, new_cookie
from .encoding import canonical, context, hkdf, parse
from .errors import CannotOpen

__all__ = ["STATE_SIZE", "new_cookie", "open_state", "seal_state", "session_id"]

STATE_SIZE = 1024


def session_id(cookie: str) -> bytes:
    """The id of the session's row, 32 bytes: HKDF(cookie, 'id'). CannotOpen for a malformed cookie."""
    return hkdf(cookie_key(cookie), b"id")


def seal_state(cookie: str, document: Any) -> bytes:
    """The state, STATE_SIZE bytes whatever it holds; ValueError when it does not fit (994 bytes of JSON)."""
    padded = padding.pad_to(canonical(document), STATE_SIZE - aead.OVERHEAD)
    return aead.seal(_state_key(cookie), context("session", session_id(cookie)), padded)


def open_state(cookie: str, sealed: bytes) -> Any:
    """The state; CannotOpen or UnknownFormat."""
    if len(sealed) != STATE_SIZE:
        raise CannotOpen
    return parse(padding.unpad(aead.open_sealed(_state_key(cookie), context("session", session_id(cookie)), sealed)))


def _state_key(cookie: str) -> bytes:
    return hkdf(cookie_key(cookie), b"key")

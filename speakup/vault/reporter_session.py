"""What a reporter's session keeps: one blob of one size that only her cookie opens (vault.md, 'Reporter's session')."""

import base64
import binascii
import contextlib
from typing import Any

from . import aead, padding
from .cookies import cookie_key, new_cookie
from .encoding import canonical, context, hkdf, parse
from .errors import CannotOpen

__all__ = ["STATE_SIZE", "new_cookie", "open_state", "open_typed", "seal_state", "seal_typed", "session_id"]

STATE_SIZE = 1024
TYPED_SIZE = 1024


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


def seal_typed(cookie: str, pepper: bytes, document: Any) -> str:
    """What was typed on the page before, to be shown once more: text of one length, kept by the browser alone.

    Neither the browser, without the site's `pepper` (at least 32 bytes), nor the site, without the cookie, opens it.
    ValueError when it does not fit. CannotOpen for a malformed cookie.
    """
    padded = padding.pad_to(canonical(document), TYPED_SIZE - aead.OVERHEAD)
    sealed = aead.seal(_typed_key(cookie, pepper), context("typed", session_id(cookie)), padded)
    return base64.urlsafe_b64encode(sealed).decode("ascii").rstrip("=")


def open_typed(cookie: str, pepper: bytes, carried: str) -> Any:
    """The document; CannotOpen or UnknownFormat."""
    sealed = b""
    with contextlib.suppress(binascii.Error, ValueError):
        sealed = base64.b64decode(carried + "=" * (-len(carried) % 4), altchars=b"-_", validate=True)
    if len(sealed) != TYPED_SIZE:
        raise CannotOpen
    opened = aead.open_sealed(_typed_key(cookie, pepper), context("typed", session_id(cookie)), sealed)
    return parse(padding.unpad(opened))


def _typed_key(cookie: str, pepper: bytes) -> bytes:
    return hkdf(cookie_key(cookie) + pepper, b"typed")


def _state_key(cookie: str) -> bytes:
    return hkdf(cookie_key(cookie), b"key")

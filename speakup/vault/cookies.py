"""Cookie values that are keys: 32 random bytes as 43 characters of base64url without padding."""

import base64
import binascii
import secrets

from .encoding import KEY_SIZE
from .errors import CannotOpen

COOKIE_LENGTH = 43


def new_cookie() -> str:
    """A fresh cookie value."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_SIZE)).decode("ascii").rstrip("=")


def cookie_key(cookie: str) -> bytes:
    """The 32 bytes of a cookie that a browser sent; CannotOpen when it is not one of ours, spelt exactly so."""
    key = b""
    if isinstance(cookie, str) and len(cookie) == COOKIE_LENGTH and cookie.isascii():
        try:
            key = base64.b64decode(cookie + "=", altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            key = b""
    # The last character carries four bits that are not ours: a second spelling would be a second name of one row.
    if len(key) != KEY_SIZE or base64.urlsafe_b64encode(key).decode("ascii").rstrip("=") != cookie:
        raise CannotOpen
    return key

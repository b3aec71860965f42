"""The staff site's own cookies: the one that opens the unlocked secret, the mark of a device known to accounts, and
the token of an invitation while somebody joins by it.

Source: vault.md, 'Personal keys and the staff session'. Over plain http (demonstration only) they carry neither
prefix nor Secure and are kept to the staff paths.
"""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from speakup.vault.staff_site import bucket_key

_PREFIX = "" if settings.DEMONSTRATION else "__Host-"
VAULT_COOKIE = f"{_PREFIX}vault"
DEVICE_COOKIE = f"{_PREFIX}device"
JOINING_COOKIE = f"{_PREFIX}joining"

_DEVICE_AGE = 400 * 24 * 3600  # the longest that browsers keep a cookie, in seconds
_JOINING_AGE = 3600  # seconds; the link is good for longer and can be opened again
_MOST_ACCOUNTS = 5  # on one shared computer
_TAG_SIZE = 16
_TOKEN_PATTERN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_DEVICE_PATTERN = re.compile(r"[A-Za-z0-9_-]{22}(\.[A-Za-z0-9_-]{22}){1,5}", re.ASCII)


def set_vault_cookie(response: HttpResponseBase, value: str) -> None:
    """Ends with the browser's session: the server ends it earlier."""
    _set(response, VAULT_COOKIE, value)


def forget_vault_cookie(response: HttpResponseBase) -> None:
    # Django's delete_cookie marks a __Host- name Secure; the browser drops it only where path and all agree.
    response.delete_cookie(VAULT_COOKIE, path=settings.SESSION_COOKIE_PATH, samesite="Strict")
    response.cookies[VAULT_COOKIE]["httponly"] = True


@dataclass(frozen=True)
class KnownDevice:
    """A browser that signed in before, and for which accounts: a random id and a tag for each, newest first."""

    id: str
    tags: tuple[str, ...]

    def knows(self, staff_id: UUID) -> bool:
        """Whether this account signed in here before. Nobody without the site's secret can make such a tag."""
        expected = _tag(self.id, staff_id)
        return sum(hmac.compare_digest(tag, expected) for tag in self.tags) > 0

    def with_account(self, staff_id: UUID) -> "KnownDevice":
        own = _tag(self.id, staff_id)
        others = [tag for tag in self.tags if tag != own]
        return KnownDevice(self.id, (own, *others)[:_MOST_ACCOUNTS])


def device_of(request: HttpRequest) -> KnownDevice:
    """The device that the browser says it is; a fresh one where it says nothing or nonsense."""
    value = request.COOKIES.get(DEVICE_COOKIE, "")
    if _DEVICE_PATTERN.fullmatch(value):
        device_id, *tags = value.split(".")
        return KnownDevice(device_id, tuple(tags))
    return KnownDevice(_text(secrets.token_bytes(16)), ())


def set_device_cookie(response: HttpResponseBase, device: KnownDevice) -> None:
    _set(response, DEVICE_COOKIE, ".".join((device.id, *device.tags)), max_age=_DEVICE_AGE)


def set_joining_cookie(response: HttpResponseBase, token: str) -> None:
    """Keep the token of the link that was opened, so that it stands in no address; of nothing that is no token.

    Lax: the link comes from a mail, and a browser brings a Strict cookie to no page that another site led to.
    """
    if _TOKEN_PATTERN.fullmatch(token):
        _set(response, JOINING_COOKIE, token, max_age=_JOINING_AGE, samesite="Lax")
    else:
        forget_joining_cookie(response)


def joining_token(request: HttpRequest) -> str | None:
    """The token of the invitation by which somebody joins in this browser; None without one."""
    value = request.COOKIES.get(JOINING_COOKIE, "")
    return value if _TOKEN_PATTERN.fullmatch(value) else None


def forget_joining_cookie(response: HttpResponseBase) -> None:
    response.delete_cookie(JOINING_COOKIE, path=settings.SESSION_COOKIE_PATH, samesite="Lax")
    response.cookies[JOINING_COOKIE]["httponly"] = True


def _tag(device_id: str, staff_id: UUID) -> str:
    return _text(bucket_key(settings.STAFF_SECRET, f"known-device:{device_id}:{staff_id}")[:_TAG_SIZE])


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def _set(
    response: HttpResponseBase,
    name: str,
    value: str,
    max_age: int | None = None,
    samesite: Literal["Strict", "Lax"] = "Strict",
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=samesite,
    )

"""Members' one-time codes from the sealed secret: what a phone would show. For demonstration mode alone."""

import datetime as dt

from django.conf import settings

from speakup.accounts.models import SealedTotp
from speakup.accounts.totp import current_code
from speakup.vault.errors import VaultError
from speakup.vault.staff_site import open_totp


class NobodyFound(Exception):
    """No code can be shown; the text is one line for the person at the terminal."""


def code_of(typed: str, *, now: dt.datetime) -> str:
    """The six digits that this member's device shows at `now`.

    `typed` is their address, or what stands before its @. Raises NobodyFound.
    """
    wanted = typed.strip().casefold()
    devices = [
        device
        for device in SealedTotp.objects.select_related("user")
        if wanted in {device.user.email.casefold(), device.user.email.casefold().partition("@")[0]}
    ]
    if len(devices) != 1:
        raise NobodyFound(f"There is no member {typed!r}. Their addresses stand in the table that make run prints.")
    (device,) = devices
    try:
        secret = open_totp(settings.STAFF_SECRET, device.user.id, device.id, bytes(device.sealed))
    except VaultError:
        raise NobodyFound(
            "The secret of the staff site is not the one this force was made with: make reset run"
        ) from None
    return current_code(secret, now=now)

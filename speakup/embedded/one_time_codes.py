"""Members' one-time codes from the sealed secret: what a phone would show. For demonstration mode alone."""

import time

from django.conf import settings
from django_otp.oath import TOTP

from speakup.accounts.models import SealedTotp
from speakup.vault.errors import VaultError
from speakup.vault.staff_site import open_totp


class NobodyFound(Exception):
    """No code can be shown; the text is one line for the person at the terminal."""


def current_code(typed: str) -> str:
    """The six digits that this member's device shows now (RFC 6238, steps of 30 seconds).

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
    totp = TOTP(secret)
    totp.time = time.time()
    return f"{totp.token():06d}"

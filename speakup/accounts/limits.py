"""How often a sign-in may be tried: one bucket an account, and one of its own for each device known to it.

Source: vault.md, 'Personal keys and the staff session'. No address is kept, and nobody who floods an account can
lock its owner out of a device that signed in before.
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction

from speakup.accounts.models import TokenBucket
from speakup.vault.staff_site import bucket_key

SLOT_SECONDS = 300


@dataclass(frozen=True)
class Rate:
    """At most `capacity` tries at once, and `refill` more for every five minutes since."""

    capacity: int
    refill: int


ACCOUNT = Rate(capacity=10, refill=1)
KNOWN_DEVICE = Rate(capacity=10, refill=2)


def take(label: str, rate: Rate, *, now: dt.datetime) -> bool:
    """Take one token from the bucket `label`; False where none is left. Commits at once, before the try is judged.

    A row keeps an HMAC of the label, the level and the five-minute slot of its last use.
    """
    slot = _slot(now)
    with transaction.atomic():
        bucket = _locked(bucket_key(settings.STAFF_SECRET, label), rate, slot)
        level = min(rate.capacity, bucket.level + max(0, slot - bucket.slot) * rate.refill)
        if level < 1:
            return False
        bucket.level, bucket.slot = level - 1, max(slot, bucket.slot)
        bucket.save(force_update=True)
    return True


def give_back(label: str, rate: Rate) -> None:
    """Return the token of a try that succeeded: only failures count. In the caller's transaction."""
    bucket = TokenBucket.objects.select_for_update().filter(key_hmac=bucket_key(settings.STAFF_SECRET, label)).first()
    if bucket is not None:
        bucket.level = min(rate.capacity, bucket.level + 1)
        bucket.save(force_update=True)


def sweep_buckets(*, now: dt.datetime) -> int:
    """Delete the buckets that time has filled again; how many."""
    slots_to_full = max(-(-rate.capacity // rate.refill) for rate in (ACCOUNT, KNOWN_DEVICE))
    deleted, _ = TokenBucket.objects.filter(slot__lt=_slot(now) - slots_to_full).delete()
    return deleted


def _slot(now: dt.datetime) -> int:
    return int(now.timestamp()) // SLOT_SECONDS


def _locked(key: bytes, rate: Rate, slot: int) -> TokenBucket:
    buckets = TokenBucket.objects.select_for_update()
    bucket = buckets.filter(key_hmac=key).first()
    if bucket is not None:
        return bucket
    try:
        with transaction.atomic():
            TokenBucket.objects.create(key_hmac=key, level=rate.capacity, slot=slot)
    except IntegrityError:
        pass  # made by another process meanwhile: its row stands
    return buckets.get(key_hmac=key)

"""How often a sign-in may be tried: one bucket an account, and one of its own for each device known to it.

Source: vault.md, 'Personal keys and the staff session'. No address is kept, and nobody who floods an account can
lock its owner out of a device that signed in before. All addresses that lead to nobody share one bucket: what is
typed at random makes no rows.
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F

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
UNKNOWN = Rate(capacity=10, refill=1)


def take(label: str, rate: Rate, *, now: dt.datetime) -> bool:
    """Take one token from the bucket `label`; False where none is left. Commits at once, before the try is judged.

    A row keeps an HMAC of the label, the level and the five-minute slot of its last use. The queries are the same
    whether the bucket is new, used or empty: how long it takes does not say whose it is.
    """
    key, slot = bucket_key(settings.STAFF_SECRET, label), _slot(now)
    with transaction.atomic():
        TokenBucket.objects.bulk_create(
            [TokenBucket(key_hmac=key, level=rate.capacity, slot=slot)], ignore_conflicts=True
        )
        bucket = TokenBucket.objects.select_for_update().get(key_hmac=key)
        level = min(rate.capacity, bucket.level + max(0, slot - bucket.slot) * rate.refill)
        bucket.level, bucket.slot = max(0, level - 1), max(slot, bucket.slot)
        bucket.save(force_update=True)
    return level > 0


def touch(label: str) -> None:
    """Write the bucket's row as it is: so the caller's transaction has something to commit, whatever it undoes."""
    TokenBucket.objects.filter(key_hmac=bucket_key(settings.STAFF_SECRET, label)).update(slot=F("slot"))


def give_back(label: str, rate: Rate) -> None:
    """Return the token of a try that succeeded: only failures count. In the caller's transaction."""
    bucket = TokenBucket.objects.select_for_update().filter(key_hmac=bucket_key(settings.STAFF_SECRET, label)).first()
    if bucket is not None:
        bucket.level = min(rate.capacity, bucket.level + 1)
        bucket.save(force_update=True)


def sweep_buckets(*, now: dt.datetime) -> int:
    """Delete the buckets that time has filled again; how many."""
    slots_to_full = max(-(-rate.capacity // rate.refill) for rate in (ACCOUNT, KNOWN_DEVICE, UNKNOWN))
    deleted, _ = TokenBucket.objects.filter(slot__lt=_slot(now) - slots_to_full).delete()
    return deleted


def _slot(now: dt.datetime) -> int:
    return int(now.timestamp()) // SLOT_SECONDS

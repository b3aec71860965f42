"""Whether the sweep goes on: nobody is reminded while it does not (architecture.md, 'Nobody is forgotten')."""

import datetime as dt

from speakup.clocks.models import LastSweep

LATEST = dt.timedelta(minutes=15)


def last_sweep_at() -> dt.datetime | None:
    """When the last whole sweep ended; None before the first."""
    return LastSweep.objects.values_list("at", flat=True).first()


def is_late(swept_at: dt.datetime | None, now: dt.datetime) -> bool:
    """True where the last whole sweep is more than 15 minutes away, or there was none.

    In the future too: after a clock was set back it says nothing of now, and the next sweep mends it.
    """
    return swept_at is None or abs(now - swept_at) > LATEST


def sweep_is_late(now: dt.datetime) -> bool:
    """Whether the last whole sweep is more than 15 minutes old. One query."""
    return is_late(last_sweep_at(), now)

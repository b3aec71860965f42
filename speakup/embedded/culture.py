"""Statistics for a demonstration: keys, and four past quarters of invented facts, so that HR's page shows something.

The facts go the way of every fact: sealed to their quarter's key, moved, closed, released.
"""

import datetime as dt
import secrets
from pathlib import Path

from django.db import transaction

from speakup.culture.facts import assessed_fact, closed_fact, received_fact, record_fact
from speakup.culture.metrics_keys import write_metrics_keys
from speakup.culture.models import Fact, FactInbox, MetricsKey
from speakup.culture.periods import Quarter, quarter_of
from speakup.culture.releasing import releases_on
from speakup.culture.services import move_facts, run_metrics
from speakup.web.days import london_day

# Assessed and not set aside, oldest quarter first: one of them is too small to be shown.
INVENTED = (43, 7, 58, 61)
_SET_ASIDE = 4
_NOT_YET_ASSESSED = 3


def first_quarter(now: dt.datetime) -> Quarter:
    """The first quarter of a demonstration that begins now: as many can be released today as are invented."""
    today = london_day(now)
    newest = quarter_of(today)
    while releases_on(newest) > today:
        newest = newest.moved(-1)
    return newest.moved(1 - len(INVENTED))


def prepare_statistics(root_seed: bytes, folder: Path, now: dt.datetime) -> None:
    """Make the metrics keys where none are, invent past quarters where nothing was counted yet, and release them.

    Killed anywhere, the next call goes on. `root_seed` is the root's, 32 bytes. Raises OSError.
    """
    if not MetricsKey.objects.exists():
        with transaction.atomic():
            write_metrics_keys(root_seed, first_quarter(now), folder=folder)
    if _nothing_was_counted():
        _invent(first_quarter(now), now)
    run_metrics(now)


def _nothing_was_counted() -> bool:
    closed = MetricsKey.objects.filter(closed_day__isnull=False)
    return not (closed.exists() or Fact.objects.exists() or FactInbox.objects.exists())


def _invent(first: Quarter, now: dt.datetime) -> None:
    facts = []
    for at, count in enumerate(INVENTED):
        days = _days(first.moved(at))
        facts += [received_fact(secrets.choice(days)) for _ in range(count + _SET_ASIDE + _NOT_YET_ASSESSED)]
        facts += [assessed_fact(secrets.choice(days), set_aside=False) for _ in range(count)]
        facts += [assessed_fact(secrets.choice(days), set_aside=True) for _ in range(_SET_ASIDE)]
        facts += [closed_fact(secrets.choice(days)) for _ in range(count // 2)]
    with transaction.atomic():
        for fact in facts:
            record_fact(fact)
        move_facts(now)


def _days(quarter: Quarter) -> list[dt.date]:
    return [quarter.first_day + dt.timedelta(days=at) for at in range((quarter.last_day - quarter.first_day).days + 1)]

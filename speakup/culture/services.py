"""What is done with facts by night and by the metrics worker: moved, closed, released."""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from secrets import SystemRandom

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from speakup.culture.closing import NotYet, close_quarter, closes_on
from speakup.culture.metrics_keys import NoMetricsKey, NoPrivateKey, delete_private_key, keys_folder
from speakup.culture.models import Fact, FactInbox, MetricsKey, Release
from speakup.culture.periods import Quarter, is_quarter, quarter_of, read_quarter
from speakup.culture.releasing import make_release, releases_on
from speakup.web.days import london_day

logger = logging.getLogger(__name__)
# Shuffles what the night moves: the system's generator, never a seeded one.
SHUFFLER = SystemRandom()


@dataclass(frozen=True)
class MetricsRun:
    """What one run of the metrics worker did, quarter by quarter. `failed` are those that it could not do."""

    closed: tuple[Quarter, ...] = ()
    released: tuple[Quarter, ...] = ()
    failed: tuple[Quarter, ...] = ()


def move_facts(now: dt.datetime) -> int:
    """Move the facts of every day that is over out of the inbox, in random order; how many.

    Part of the night, and of the metrics worker's day: no quarter may close before what a missed night left is moved.
    Run twice, or by two at once, a fact is moved once. Today's wait on: a handful moved after midnight would stand
    apart from the rest of their day.
    """
    # No savepoint: on PostgreSQL that is a transaction of its own, with a number of its own, and the night has one.
    with transaction.atomic(savepoint=False):
        waiting = list(FactInbox.objects.select_for_update().filter(day__lt=london_day(now)))
        SHUFFLER.shuffle(waiting)
        Fact.objects.bulk_create(
            [Fact(id=fact.id, period=quarter_of(fact.day).code, sealed=fact.sealed) for fact in waiting]
        )
        FactInbox.objects.filter(id__in=[fact.id for fact in waiting]).delete()
    return len(waiting)


def facts_of_open_quarters(today: dt.date) -> QuerySet[Fact]:
    """Every fact of a quarter that is not yet to be closed, for the night to write again beside those that it moved.

    Else each night's would stand together, and say to whoever has the key of the quarter what came of which day: of a
    day with one report, what its reporter said of herself (ADR 0030). Closing shuffles the others, and takes them away.
    """
    quarters = map(read_quarter, filter(is_quarter, MetricsKey.objects.values_list("period", flat=True)))
    return Fact.objects.filter(period__in=[quarter.code for quarter in quarters if closes_on(quarter) > today])


def run_metrics(now: dt.datetime) -> MetricsRun:
    """Close every quarter that is over and release every one whose time has come; the metrics worker's whole work.

    Killed anywhere, the next run goes on where this one was. What one quarter lacks stops no other. In production it
    closes and does not release. Raises NoPrivateKey in a process that keeps no metrics keys.
    """
    keys_folder()
    move_facts(now)  # where the night did not run: what is still in the inbox when its key goes is lost for good
    today = london_day(now)
    quarters = sorted(
        read_quarter(period) for period in MetricsKey.objects.values_list("period", flat=True) if is_quarter(period)
    )
    closed_before = set(MetricsKey.objects.filter(closed_day__isnull=False).values_list("period", flat=True))
    released_before = set(Release.objects.values_list("period", flat=True))
    failed: list[Quarter] = []

    def each(due: Callable[[Quarter], dt.date], done: set[str], act: Callable[[Quarter], object]) -> list[Quarter]:
        did = []
        for quarter in quarters:
            if quarter.code in done or due(quarter) > today or quarter in failed:
                continue
            try:
                act(quarter)
            except (NoPrivateKey, NoMetricsKey, NotYet) as reason:
                logger.warning("a quarter could not be closed or released", exc_info=reason)
                failed.append(quarter)
            else:
                did.append(quarter)
        return did

    for period in closed_before:
        delete_private_key(period)  # where an earlier run was killed between closing and deleting
    closed = each(closes_on, closed_before, lambda quarter: close_quarter(quarter, now=now))
    released: list[Quarter] = []
    if settings.DEMONSTRATION:
        released = each(releases_on, released_before, lambda quarter: make_release(quarter, now=now))
    return MetricsRun(tuple(closed), tuple(released), tuple(failed))

"""Releases: one number a quarter, protected, written once (disclosure-control.md, section 3.3)."""

import datetime as dt
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction

from speakup.culture.closing import METRICS_WORKER, NotYet, is_closed
from speakup.culture.facts import FactKind, ReadFact, read_fact
from speakup.culture.metrics_keys import NoPrivateKey, private_seed, verified_key
from speakup.culture.models import Fact, PublishedTable, Release
from speakup.culture.periods import Quarter, read_quarter
from speakup.culture.protection import NOTICE, protected
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.ledger.written import written
from speakup.vault.encoding import canonical, parse
from speakup.vault.envelope import public_from_seed
from speakup.vault.errors import VaultError
from speakup.vault.facts import open_fact
from speakup.web.days import london_day

LAG = dt.timedelta(weeks=6)
FACTS_AT_ONCE = 500


class PublishingRefused(Exception):
    """Nothing is published in production; the text is one line for the person at the terminal."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing is published in production: the statistics are not audited against disclosure yet "
            "(docs/adr/0012-one-protected-statistic.md). Quarters are closed all the same."
        )


@dataclass(frozen=True)
class ReleasedQuarter:
    """What was released of a quarter, and when. `shown` is None for 'not shown'."""

    quarter: Quarter
    shown: int | None
    day: dt.date


def releases_on(quarter: Quarter) -> dt.date:
    """The first day on which a quarter may be released: six weeks after its last."""
    return quarter.last_day + LAG


def make_release(quarter: Quarter, *, now: dt.datetime) -> Release:
    """Release a closed quarter: how many reports were assessed in it and not set aside, protected. Written once.

    Made again, or by two at once, the answer is the release that stands. Counted from the year's facts, in memory.
    Raises PublishingRefused in production, NotYet before its day or its closing, NoPrivateKey and NoMetricsKey where
    this process does not hold the year's own key.
    """
    if not settings.DEMONSTRATION:
        raise PublishingRefused
    stands = _standing(quarter)
    if stands is not None:
        return stands
    if london_day(now) < releases_on(quarter) or not is_closed(quarter):
        raise NotYet
    counted = sum(_counts(fact, quarter) for fact in _facts_of_year(quarter))
    release = Release(period=quarter.code, kind=Release.Kind.FORCE_TOTAL, day=london_day(now))
    cells = canonical({"cells": [{"period": quarter.code, "shown": protected(counted)}], "notice": NOTICE})
    table = PublishedTable(release=release, code=PublishedTable.Code.ASSESSED, cells=cells)
    try:
        with transaction.atomic():
            release.save(force_insert=True)
            table.save(force_insert=True)
            append_entry(
                Action.EXPORT,
                actor_id=None,
                role=METRICS_WORKER,
                object_id=release.id,
                written=[written(table, "cells")],
                now=now,
            )
    except IntegrityError:
        stands = _standing(quarter)
        if stands is None:
            raise
        return stands
    return release


def released_quarters() -> list[ReleasedQuarter]:
    """Everything that was released, the oldest quarter first. One query."""
    tables = PublishedTable.objects.filter(code=PublishedTable.Code.ASSESSED).select_related("release")
    return sorted((_read_table(table) for table in tables), key=lambda released: released.quarter)


def _counts(fact: ReadFact, quarter: Quarter) -> bool:
    """Only what was assessed and not set aside: whoever sends reports of their own making lifts no number with them."""
    return fact.kind is FactKind.ASSESSED and not fact.set_aside and fact.period == quarter.code


def _facts_of_year(quarter: Quarter) -> Iterator[ReadFact]:
    year = quarter.year_code
    seed = private_seed(year)
    if not hmac.compare_digest(public_from_seed(seed), verified_key(year).public):
        raise NoPrivateKey
    for fact in Fact.objects.filter(period=year).iterator(chunk_size=FACTS_AT_ONCE):
        try:
            yield read_fact(open_fact(seed, fact.id, year, bytes(fact.sealed)))
        except (VaultError, ValueError):
            continue  # nothing that closing wrote


def _standing(quarter: Quarter) -> Release | None:
    return Release.objects.filter(period=quarter.code, kind=Release.Kind.FORCE_TOTAL).first()


def _read_table(table: PublishedTable) -> ReleasedQuarter:
    (cell,) = parse(bytes(table.cells))["cells"]
    return ReleasedQuarter(read_quarter(cell["period"]), cell["shown"], table.release.day)

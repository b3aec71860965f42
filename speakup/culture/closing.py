"""Closing a quarter: what was sealed to its key is sealed to the year's, and its key goes (vault.md, 'Facts ...').

So a dump from before and one from after cannot be joined: other ids, other bytes, another order, one transaction; and
whoever takes the worker's keys afterwards opens nothing of an older dump.
"""

import datetime as dt
import hmac
import logging
import uuid
from collections.abc import Sequence
from secrets import SystemRandom

from django.db import transaction

from speakup.culture.facts import read_fact
from speakup.culture.metrics_keys import NoMetricsKey, NoPrivateKey, delete_private_key, private_seed, verified_key
from speakup.culture.models import Fact, FactInbox, MetricsKey
from speakup.culture.periods import Quarter
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.vault.envelope import public_from_seed
from speakup.vault.errors import VaultError
from speakup.vault.facts import open_fact, seal_fact
from speakup.web.days import london_day

logger = logging.getLogger(__name__)
# The role in the ledger of what no person did.
METRICS_WORKER = "metrics_worker"
# A fact made in the quarter's last minutes may be saved after midnight, and is moved in the night after that.
DAYS_AFTER_THE_END = 2
ATTEMPTS = 5
# The system's generator, never a seeded one: the order is the one thing that could still join two dumps.
SHUFFLER = SystemRandom()


class NotYet(Exception):
    """It is too early for this quarter: its day has not come, or facts of it have not been moved yet."""

    def __init__(self, *_: object) -> None:
        super().__init__("it is too early for this quarter")


class _FactsChanged(Exception):
    """Facts were moved in after the others were read."""


def closes_on(quarter: Quarter) -> dt.date:
    """The first day on which a quarter may be closed."""
    return quarter.last_day + dt.timedelta(days=DAYS_AFTER_THE_END)


def close_quarter(quarter: Quarter, *, now: dt.datetime) -> int:
    """Seal the quarter's facts to its year's key, in one transaction, then delete its private key; how many facts.

    Facts are opened in memory alone. Killed anywhere, all of them are as they were or all are closed; run again it
    finishes: the key goes only after the closing is committed, and of a closed quarter nothing but the key that is
    left is touched. What does not open, or says what a fact cannot, is left out: it would keep the key for ever.
    Raises NotYet before its day and while a fact of it waits in the inbox, NoPrivateKey where this process does not
    hold the quarter's own key, NoMetricsKey where the year has none, and RuntimeError inside a transaction: there the
    key would go before the closing stands.
    """
    if london_day(now) < closes_on(quarter):
        raise NotYet
    for _ in range(ATTEMPTS):
        if is_closed(quarter):
            delete_private_key(quarter.code)
            return 0
        try:
            closed = _close(quarter, now)
        except _FactsChanged:
            continue
        except (NoPrivateKey, NoMetricsKey):
            if is_closed(quarter):  # by somebody else, a moment ago
                continue
            raise
        delete_private_key(quarter.code)
        return closed
    raise NotYet


def is_closed(quarter: Quarter) -> bool:
    """Whether the quarter's facts are sealed to its year's key."""
    return MetricsKey.objects.filter(period=quarter.code, closed_day__isnull=False).exists()


def _close(quarter: Quarter, now: dt.datetime) -> int:
    seed = private_seed(quarter.code)
    if not hmac.compare_digest(public_from_seed(seed), verified_key(quarter.code).public):
        raise NoPrivateKey  # of another installation: closing with it would lose every fact
    facts = list(Fact.objects.filter(period=quarter.code))
    closed = seal_again(facts, seed, quarter)
    _write(quarter, [fact.id for fact in facts], closed, now)
    return len(closed)


def seal_again(facts: Sequence[Fact], seed: bytes, quarter: Quarter) -> list[Fact]:
    """The quarter's facts under the year's key: new rows with new ids, not saved, in random order."""
    year = verified_key(quarter.year_code)
    opened = [document for fact in facts if (document := _open(fact, seed, quarter)) is not None]
    if len(opened) < len(facts):
        logger.warning("facts that cannot be read were left out of a quarter")
    SHUFFLER.shuffle(opened)
    closed = []
    for document in opened:
        fact = Fact(id=uuid.uuid4(), period=year.period)
        fact.sealed = seal_fact(year.public, fact.id, year.period, document)
        closed.append(fact)
    return closed


def _open(fact: Fact, seed: bytes, quarter: Quarter) -> object | None:
    try:
        document = open_fact(seed, fact.id, quarter.code, bytes(fact.sealed))
        return document if read_fact(document).period == quarter.code else None
    except (VaultError, ValueError):
        return None


def _write(quarter: Quarter, read: Sequence[uuid.UUID], closed: Sequence[Fact], now: dt.datetime) -> None:
    with transaction.atomic(durable=True):
        key = MetricsKey.objects.select_for_update().filter(period=quarter.code, closed_day=None).first()
        if key is None:
            raise NoMetricsKey
        # Before the facts are looked at, never after: what is moved in between is found by one of the two.
        if FactInbox.objects.filter(day__lte=quarter.last_day).exists():
            raise NotYet
        if set(Fact.objects.filter(period=quarter.code).values_list("id", flat=True)) != set(read):
            raise _FactsChanged
        Fact.objects.filter(period=quarter.code).delete()
        Fact.objects.bulk_create(closed)
        key.closed_day = london_day(now)
        key.save(update_fields=["closed_day"])
        append_entry(Action.ADMINISTER, actor_id=None, role=METRICS_WORKER, object_id=key.id, now=now)

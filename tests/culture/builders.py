"""What tests of the statistics build: keys whose private halves lie in a folder of the test's own, and facts."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from speakup.culture.facts import assessed_fact, record_fact
from speakup.culture.metrics_keys import write_metrics_keys
from speakup.culture.models import Fact, FactInbox, MetricsKey
from speakup.culture.periods import Quarter
from speakup.culture.services import move_facts
from speakup.vault.facts import open_fact

SPRING = Quarter(2026, 1)
SUMMER = SPRING.next()
IN_SPRING = dt.date(2026, 5, 19)
IN_SUMMER = dt.date(2026, 8, 3)
# Days on which spring may be closed and released, at noon in London.
CLOSING = dt.datetime(2026, 7, 2, 11, tzinfo=dt.UTC)
RELEASING = dt.datetime(2026, 8, 11, 11, tzinfo=dt.UTC)
AFTER_SUMMER = dt.datetime(2026, 11, 11, 12, tzinfo=dt.UTC)


def write_keys(root_seed: bytes, folder: Path, *, quarters: int = 8) -> None:
    """Keys from spring 2026 on, in place of those that the force was made with."""
    MetricsKey.objects.all().delete()
    write_metrics_keys(root_seed, SPRING, quarters, folder)


def assess(count: int, day: dt.date = IN_SPRING, *, set_aside: bool = False) -> None:
    """So many facts of assessment, in the inbox."""
    for _ in range(count):
        record_fact(assessed_fact(day, set_aside=set_aside))


def move_all(now: dt.datetime = CLOSING) -> None:
    move_facts(now)
    assert not FactInbox.objects.exists()


def seed_of(folder: Path, period: str) -> bytes:
    return bytes.fromhex((folder / f"{period}.key").read_text())


def opened(facts: Iterable[Fact], seed: bytes) -> list[dict[str, object]]:
    """What facts say to whoever has their period's private half."""
    return [open_fact(seed, fact.id, fact.period, bytes(fact.sealed)) for fact in facts]

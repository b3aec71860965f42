"""Somebody with a dump from before a quarter's end and one from after it tries to say which fact became which.

Whoever takes the metrics worker's files after the closing reads the facts in the later dump. Could they be joined to
the earlier one, or to what stood beside it on the day, a statistic would say who reported. Everything that a dump
has is tried: ids, bytes, the order in which rows lie, the transaction that wrote them.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from speakup.culture import closing
from speakup.culture.closing import close_quarter, closes_on
from speakup.culture.facts import assessed_fact, closed_fact, received_fact, record_fact
from speakup.culture.models import Fact, FactInbox
from speakup.culture.periods import Quarter
from speakup.culture.services import move_facts
from speakup.embedded.demonstration import Force
from speakup.vault.errors import CannotOpen
from speakup.vault.facts import open_fact, seal_fact
from tests.attacks.searching import as_bytes
from tests.culture.builders import SPRING, seed_of, write_keys

FACTS = 200
NIGHTS = 5
# A match by chance is over its 95 % bound once in some fifty closings: most of five are what is judged.
CLOSINGS = 5
WINDOW = 8


@dataclass(frozen=True)
class Row:
    """A fact as it lies in a dump: id, bytes, where it stands and, on PostgreSQL, which transaction wrote it."""

    id: UUID
    sealed: bytes
    place: tuple[int, ...]
    transaction: int


Truth = Mapping[UUID, UUID]
Matcher = Callable[[Sequence[Row], Sequence[Row]], Truth]


@pytest.fixture
def folder(force_in_file: Force, django_db_blocker: Any, settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The metrics worker's keys, and a database with real commits."""
    settings.METRICS_KEYS_DIR = tmp_path / "metrics"
    with django_db_blocker.unblock():
        write_keys(force_in_file.root_seed, settings.METRICS_KEYS_DIR)
        yield settings.METRICS_KEYS_DIR


def rows(period: str) -> list[Row]:
    """The facts of a period as a dump has them, in the order in which it has them."""
    postgresql = connection.vendor == "postgresql"
    where, by = ("ctid::text", "xmin::text::bigint") if postgresql else ("rowid", "0")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, sealed, {where}, {by} FROM culture_fact WHERE period = %s", [period])  # noqa: S608
        found = cursor.fetchall()
    return [
        Row(
            fact_id if isinstance(fact_id, UUID) else UUID(fact_id),
            as_bytes(sealed),
            tuple(int(number) for number in str(place).strip("()").split(",")),
            int(transaction),
        )
        for fact_id, sealed, place, transaction in found
    ]


def record_a_quarter(quarter: Quarter) -> None:
    """Two hundred facts of every kind, moved in several nights."""
    for night in range(NIGHTS):
        day = quarter.first_day + dt.timedelta(days=7 * night)
        with transaction.atomic():  # one for many: what they are joined by comes later
            for number in range(FACTS // NIGHTS):
                record_fact(_made(number, day))
        move_facts(dt.datetime.combine(day + dt.timedelta(days=1), dt.time(2, 30), tzinfo=dt.UTC))


def _made(number: int, day: dt.date) -> FactInbox | None:
    match number % 4:
        case 0:
            return received_fact(day)
        case 1:
            return closed_fact(day)
        case side:
            return assessed_fact(day, set_aside=side == 2)


@pytest.fixture
def truth(monkeypatch: pytest.MonkeyPatch) -> dict[UUID, UUID]:
    """Which fact became which, as the closing itself knows and nobody keeps: new id by old id."""
    became: dict[UUID, UUID] = {}
    opened: list[tuple[Any, UUID]] = []
    really_open, really_seal = open_fact, seal_fact

    def open_and_tell(seed: bytes, fact_id: UUID, period: str, sealed: bytes) -> Any:
        document = really_open(seed, fact_id, period, sealed)
        opened.append((document, fact_id))
        return document

    def seal_and_tell(public: bytes, fact_id: UUID, period: str, document: Any) -> bytes:
        (old,) = [before for known, before in opened if known is document]
        became[old] = fact_id
        return really_seal(public, fact_id, period, document)

    monkeypatch.setattr(closing, "open_fact", open_and_tell)
    monkeypatch.setattr(closing, "seal_fact", seal_and_tell)
    return became


# ---- what is tried


def by_rank(key: Callable[[Row], Any], *, reverse: bool = False) -> Matcher:
    """The first before is the first after, and so on."""

    def match(before: Sequence[Row], after: Sequence[Row]) -> Truth:
        ordered = zip(sorted(before, key=key), sorted(after, key=key, reverse=reverse), strict=True)
        return {one.id: other.id for one, other in ordered}

    return match


def as_dumped(before: Sequence[Row], after: Sequence[Row]) -> Truth:
    return {one.id: other.id for one, other in zip(before, after, strict=True)}


def by_shared_bytes(before: Sequence[Row], after: Sequence[Row]) -> Truth:
    """The same id, or else whoever shares most pieces of eight bytes, wherever they stand, with its id or value."""
    pieces: dict[bytes, set[UUID]] = {}
    for row in after:
        value = row.id.bytes + row.sealed
        for at in range(len(value) - WINDOW + 1):
            pieces.setdefault(value[at : at + WINDOW], set()).add(row.id)
    matched = {}
    for row in before:
        value = row.id.bytes + row.sealed
        shared = Counter(
            other
            for at in range(0, len(value) - WINDOW + 1, WINDOW // 2)
            for other in pieces.get(value[at : at + WINDOW], ())
        )
        if shared:
            matched[row.id] = shared.most_common(1)[0][0]
    return matched


MATCHERS: Mapping[str, Matcher] = {
    "bytes": by_shared_bytes,
    "order of the values": by_rank(lambda row: row.sealed),
    "order of the ids": by_rank(lambda row: row.id.bytes),
    "order of the dump": as_dumped,
    "place": by_rank(lambda row: row.place),
    "place, backwards": by_rank(lambda row: row.place, reverse=True),
    "transaction, then place": by_rank(lambda row: (row.transaction, row.place)),
    "transaction, then value": by_rank(lambda row: (row.transaction, row.sealed)),
}


def bound_of_chance(facts: int) -> int:
    """How many of so many guesses are right in at most 95 % of cases, each being right once in `facts`."""
    total, right = 0.0, -1
    while total < 0.95:
        right += 1
        total += comb(facts, right) * (1 / facts) ** right * (1 - 1 / facts) ** (facts - right)
    return right


def right_ones(truth: dict[UUID, UUID], closings: int = CLOSINGS) -> dict[str, list[int]]:
    """How often each matcher is right, closing by closing."""
    right: dict[str, list[int]] = {name: [] for name in MATCHERS}
    for number in range(closings):
        quarter = SPRING.moved(number)
        record_a_quarter(quarter)
        before, stood = rows(quarter.code), {row.id for row in rows(quarter.year_code)}
        assert len(before) == FACTS
        truth.clear()
        close_quarter(quarter, now=dt.datetime.combine(closes_on(quarter), dt.time(12), tzinfo=dt.UTC))
        after = [row for row in rows(quarter.year_code) if row.id not in stood]
        assert {row.id for row in after} == set(truth.values())
        assert {row.id for row in before} == set(truth)
        for name, match in MATCHERS.items():
            right[name].append(sum(truth[one] == other for one, other in match(before, after).items()))
    return right


# ---- what comes of it


def test_no_more_facts_are_joined_than_chance_would_join(folder: Path, truth: dict[UUID, UUID]) -> None:
    bound = bound_of_chance(FACTS)
    assert bound == 3
    found = right_ones(truth)
    assert {name: numbers for name, numbers in found.items() if median(numbers) > bound} == {}
    assert max(found["bytes"]) == 0


class Unshuffled:
    """Leaves everything in the order in which it came."""

    def shuffle(self, things: list[Any]) -> None:
        pass


def test_twin_without_shuffling_the_order_joins_every_fact(
    folder: Path, truth: dict[UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "SHUFFLER", Unshuffled())
    found = right_ones(truth, 1)
    assert found["place"] == found["order of the dump"] == [FACTS]


@pytest.mark.parametrize("kept", ["ids", "bytes"])
def test_twin_that_keeps_ids_or_bytes_is_joined_by_them(
    folder: Path, truth: dict[UUID, UUID], monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    really = closing.seal_again

    def careless(facts: Sequence[Fact], seed: bytes, quarter: Quarter) -> list[Fact]:
        made = really(facts, seed, quarter)
        old = {new: before for before, new in truth.items()}
        by_id = {fact.id: fact for fact in facts}
        for fact in made:
            before = by_id[old[fact.id]]
            if kept == "bytes":
                fact.sealed = before.sealed
            else:
                # The old rows go only after these are written: another spelling of the same id.
                fact.id = UUID(bytes=before.id.bytes[:-1] + bytes([before.id.bytes[-1] ^ 1]))
            truth[before.id] = fact.id
        return made

    monkeypatch.setattr(closing, "seal_again", careless)
    assert right_ones(truth, 1)["bytes"] == [FACTS]


def test_all_facts_of_a_closed_quarter_carry_one_transaction(folder: Path) -> None:
    record_a_quarter(SPRING)
    close_quarter(SPRING, now=dt.datetime.combine(closes_on(SPRING), dt.time(12), tzinfo=dt.UTC))
    assert len({row.transaction for row in rows(SPRING.year_code)}) == 1


def test_the_next_closing_touches_nothing_of_the_one_before(folder: Path, truth: dict[UUID, UUID]) -> None:
    """What is new in the year's facts is the second quarter's alone: it says nothing of the first."""
    for quarter in (SPRING, SPRING.next()):
        record_a_quarter(quarter)
    close_quarter(SPRING, now=dt.datetime.combine(closes_on(SPRING), dt.time(12), tzinfo=dt.UTC))
    first = set(rows("2026"))
    truth.clear()
    close_quarter(SPRING.next(), now=dt.datetime.combine(closes_on(SPRING.next()), dt.time(12), tzinfo=dt.UTC))
    assert first < set(rows("2026"))
    assert {row.id for row in set(rows("2026")) - first} == set(truth.values())


def test_whoever_takes_the_workers_files_after_the_closing_opens_nothing_of_an_older_dump(folder: Path) -> None:
    record_a_quarter(SPRING)
    older = rows("2026Q1")
    stolen_too_early = seed_of(folder, "2026Q1")
    close_quarter(SPRING, now=dt.datetime.combine(closes_on(SPRING), dt.time(12), tzinfo=dt.UTC))
    seeds = {path.stem: seed_of(folder, path.stem) for path in folder.iterdir()}
    assert "2026Q1" not in seeds
    for row in older[:20]:
        for period in ("2026Q1", "2026"):
            for seed in seeds.values():
                with pytest.raises(CannotOpen):
                    open_fact(seed, row.id, period, row.sealed)
    # Whoever had the file in the quarter itself reads that quarter: said in docs/threat-model.md.
    assert open_fact(stolen_too_early, older[0].id, "2026Q1", older[0].sealed)["period"] == "2026Q1"


def test_what_the_later_dump_says_when_opened_is_coarse(folder: Path) -> None:
    record_a_quarter(SPRING)
    close_quarter(SPRING, now=dt.datetime.combine(closes_on(SPRING), dt.time(12), tzinfo=dt.UTC))
    seed = seed_of(folder, "2026")
    said = Counter(str(sorted(open_fact(seed, row.id, "2026", row.sealed).items())) for row in rows("2026"))
    assert len(said) == 4
    assert min(said.values()) == FACTS // 4


def test_ids_are_made_anew(folder: Path) -> None:
    record_a_quarter(SPRING)
    close_quarter(SPRING, now=dt.datetime.combine(closes_on(SPRING), dt.time(12), tzinfo=dt.UTC))
    assert {row.id.version for row in rows("2026")} == {uuid4().version}

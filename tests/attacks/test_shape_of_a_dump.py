"""A dump has one shape, whoever is excluded and however the reporter wants to be known (vault.md, 'Grants',
'Identity'; adversaries.md). Two reports about one person share no value."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from notifications.nightly import run_nightly
from speakup.accounts.grants import random_list_entry, seal_object
from speakup.accounts.models import Grant
from speakup.embedded.demonstration import Force
from speakup.reporting import excluding, sealed_report
from speakup.vault import aead
from speakup.vault.content import seal_document
from tests.attacks.dumping import OF_REPORTS, REVIEWED, Dump, Holds, Shape, added, dump, shape
from tests.attacks.searching import as_bytes
from tests.reporting.builders import NOW, keep_out, people, person, sent_report

NIGHT = NOW + dt.timedelta(days=1)
LONG = "Somebody with a much longer name than others"
ANONYMOUS = {"mode": {"mode": "anonymous", "name": "", "contact": ""}}
# What is told apart must show nowhere. All of one desk, which a dump may tell.
REPORTS: Mapping[str, Mapping[str, Any]] = {
    "nobody excluded": {},
    "one kept out": keep_out("Grace Adeyemi"),
    "one told about": people(person("Imran Sheikh")),
    "three kept out": keep_out("Grace Adeyemi", "Tomasz Nowak", "Siân Pritchard"),
    "an unknown name": keep_out("Nobody Of Theirs"),
    "a custodian kept out": keep_out("Amit Desai"),
    "nine told about": people(*(person(f"Constable {number}") for number in range(9))),
    "confidential": {"mode": {"mode": "confidential", "name": "Pat Quill", "contact": "pat@example.test"}},
    "confidential, long": {"mode": {"mode": "confidential", "name": LONG, "contact": "c" * 100}},
    "open": {"mode": {"mode": "open", "name": "Pat Quill", "contact": "pat@example.test"}},
    "skipped": {"relation": {"skipped": "skip"}, "mode": None},
}


def shape_of(answers: Mapping[str, Any]) -> Shape:
    """The shape of what sending these answers adds to a database, before and after the night."""
    before = dump()
    sent_report(answers)
    sent = dump()
    run_nightly(NIGHT)
    night = dump()
    return shape(added(before, sent)) + shape(_numbered_alike(added(sent, night)))


def _numbered_alike(dumped: Dump) -> Dump:
    """The ledger goes on where it stood: its numbers differ from report to report, and nothing else does."""
    for table, columns in {"ledger_entry": ("seq",), "ledger_head": ("count",)}.items():
        for row in dumped.get(table, []):
            row.update(dict.fromkeys(columns, 0))
    return dumped


@pytest.mark.parametrize("name", [name for name in REPORTS if name != "nobody excluded"])
def test_two_reports_have_one_shape(force: Force, name: str) -> None:
    first = shape_of(REPORTS["nobody excluded"])
    assert sum(first.values()) > 20
    assert shape_of(REPORTS[name]) == first


def test_twin_without_decoys_the_excluded_show(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """Grants to the remaining members alone name the excluded by subtraction."""
    seal = seal_object

    def only_real(*args: Any, real: Any, **more: Any) -> list[Grant]:
        rows = seal(*args, real=real, **more)
        return [row for row in rows if row.staff_id is None or row.staff_id in real]

    monkeypatch.setattr(sealed_report, "seal_object", only_real)
    first = shape_of(REPORTS["nobody excluded"])
    for name in ("one kept out", "three kept out", "a custodian kept out"):
        assert shape_of(REPORTS[name]) != first


def test_twin_without_one_size_for_the_identity_the_mode_shows(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    identity = sealed_report._identity

    def only_if_named(*args: Any) -> Any:
        row = identity(*args)
        row.day = dt.date(2026, 11, 23)
        if not args[2].known_as.name:
            row.epoch = 0
        return row

    monkeypatch.setattr(sealed_report, "_identity", only_if_named)
    assert shape_of(REPORTS["nobody excluded"]) != shape_of(REPORTS["confidential"])


def test_twin_without_room_for_everybody_the_number_of_excluded_shows(
    force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`Report.excluded` sealed without padding to the size of the rosters."""
    seal = seal_document

    def tight(key: bytes, place: Any, document: Any, **more: Any) -> bytes:
        sealed = seal(key, place, document, **more)
        return sealed + bytes(len(document["excluded"])) if place.field == "Report.excluded" else sealed

    monkeypatch.setattr(excluding, "seal_document", tight)
    assert shape_of(REPORTS["nobody excluded"]) != shape_of(REPORTS["one kept out"])


ABOUT_ONE = people(person("Daniel Orme", "4417"))


def comparable(dumped: Dump) -> set[bytes]:
    """Every value of eight bytes and more that would tell two rows about one thing, cut into blocks of 16 too."""
    found: set[bytes] = set()
    for table in OF_REPORTS:
        for row in dumped.get(table, []):
            for column, value in row.items():
                if value is None or REVIEWED[table][column] not in {Holds.RANDOM, Holds.SEALED, Holds.HASH}:
                    continue
                data = as_bytes(value)
                found.add(data)
                if REVIEWED[table][column] is Holds.SEALED:
                    found.update(data[at : at + 16] for at in range(1, len(data) - 15, 16))
    return found


def two_about_one() -> set[bytes]:
    """What two reports that say the same of the same person have in common."""
    values = []
    for _ in range(2):
        before = dump()
        sent_report(ABOUT_ONE)
        values.append(comparable(added(before, dump())))
    return values[0] & values[1]


def test_two_reports_about_one_person_share_no_value(force: Force) -> None:
    assert two_about_one() == set()


def test_twin_one_key_and_one_nonce_are_noticed(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    cipher = aead._cipher
    monkeypatch.setattr(aead, "_cipher", lambda key: cipher(bytes(32)))
    monkeypatch.setattr(aead, "secrets", SimpleNamespace(token_bytes=bytes))
    assert two_about_one() != set()


def test_twin_an_index_of_names_is_noticed(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyed hash of the person reported in the list entry, as an index would need it, counts their reports."""
    entry = random_list_entry

    def indexed(*args: Any) -> Any:
        row = entry(*args)
        row.sealed = b"".join((bytes(row.sealed)[:1], hashlib.sha256(b"4417").digest(), bytes(row.sealed)[33:]))
        return row

    monkeypatch.setattr(sealed_report, "random_list_entry", indexed)
    assert two_about_one() != set()

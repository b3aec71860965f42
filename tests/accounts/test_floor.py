"""The floor file: it only rises, whole or not at all, and never by itself out of nothing."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from speakup.accounts.floor import FloorUnusable, Mark, raise_floor, read_floor, replace_floor
from speakup.accounts.models import Desk
from speakup.accounts.rosters import RosterInvalid, recovery_key, verify_roster, write_root_roster
from speakup.embedded.demonstration import Force
from tests.attacks.test_forged_rosters import DAY
from tests.builders import make_member
from tests.floors import floor_file, forget_floor_of

ONE, TWO = bytes([1]) * 32, bytes([2]) * 32


@pytest.fixture
def own_floor(settings: Any, tmp_path: Path) -> Path:
    settings.ROSTER_FLOOR_FILE = tmp_path / "rosters" / "floor.json"
    return tmp_path / "rosters" / "floor.json"


def test_what_is_written_is_read(own_floor: Path) -> None:
    marks = {"psd": Mark(1, ONE), "recovery-key": Mark(3, TWO)}
    replace_floor(marks)
    assert read_floor() == marks
    assert own_floor.stat().st_mode & 0o777 == 0o600
    assert own_floor.parent.stat().st_mode & 0o777 == 0o700


def test_it_is_written_elsewhere_to_be_carried(own_floor: Path, tmp_path: Path) -> None:
    replace_floor({"psd": Mark(1, ONE)}, tmp_path / "carried" / "floor.json")
    assert (tmp_path / "carried" / "floor.json").exists()
    assert not own_floor.exists()


def test_it_rises_and_never_falls(own_floor: Path) -> None:
    replace_floor({"psd": Mark(2, TWO), "ccu": Mark(1, ONE)})
    raise_floor({"psd": Mark(1, ONE), "ccu": Mark(2, TWO), "outside": Mark(1, ONE)})
    assert read_floor() == {"psd": Mark(2, TWO), "ccu": Mark(2, TWO), "outside": Mark(1, ONE)}


def test_another_document_at_its_version_raises_nothing(own_floor: Path) -> None:
    replace_floor({"psd": Mark(1, ONE), "ccu": Mark(1, ONE)})
    with pytest.raises(FloorUnusable):
        raise_floor({"ccu": Mark(2, TWO), "psd": Mark(1, TWO)})
    assert read_floor() == {"psd": Mark(1, ONE), "ccu": Mark(1, ONE)}


def test_a_missing_floor_is_not_made_by_raising_it(own_floor: Path) -> None:
    with pytest.raises(FloorUnusable):
        raise_floor({"psd": Mark(1, ONE)})
    assert not own_floor.exists()


@pytest.mark.parametrize(
    "held",
    [
        b"",
        b"[]",
        b"{",
        b'{"psd": [1]}',
        b'{"psd":[true,"' + b"00" * 32 + b'"]}',
        b'{"psd":[-1,"' + b"00" * 32 + b'"]}',
        b'{"psd":[1,"00"]}',
        b'{"psd":["1","' + b"00" * 32 + b'"]}',
    ],
    ids=["nothing", "a list", "half", "no hash", "true", "minus one", "a short hash", "text"],
)
def test_what_is_no_floor_is_refused(own_floor: Path, held: bytes) -> None:
    replace_floor({})
    own_floor.write_bytes(held)
    with pytest.raises(FloorUnusable):
        read_floor()
    with pytest.raises(FloorUnusable):
        raise_floor({"psd": Mark(9, ONE)})
    assert own_floor.read_bytes() == held


def test_killed_while_writing_the_old_one_stands(own_floor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_floor({"psd": Mark(1, ONE)})

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("speakup.accounts.floor.os.fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        raise_floor({"psd": Mark(2, TWO)})
    monkeypatch.undo()
    assert read_floor() == {"psd": Mark(1, ONE)}


def test_many_at_once_lose_nothing(own_floor: Path) -> None:
    replace_floor({})
    threads = [
        threading.Thread(target=raise_floor, args=({f"desk {number % 4}": Mark(number, bytes([number]) * 32)},))
        for number in range(1, 25)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: mark.version for name, mark in read_floor().items()} == {
        "desk 0": 24,
        "desk 1": 21,
        "desk 2": 22,
        "desk 3": 23,
    }


def test_a_folder_that_cannot_be_written_is_said(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.ROSTER_FLOOR_FILE = tmp_path / "file" / "floor.json"
    with pytest.raises(FloorUnusable):
        replace_floor({})


def second_version(force: Force) -> None:
    members = [*verify_roster("psd").members, make_member().on_roster("triage")]
    write_root_roster(Desk.objects.get(code="psd"), members, force.root_seed, day=DAY)


def test_it_follows_what_was_verified_and_committed(own_database: Path, django_db_setup: Force) -> None:
    with transaction.atomic():
        second_version(django_db_setup)
        verify_roster("psd")
        assert read_floor()["psd"].version == 1
    assert read_floor()["psd"] == Mark(2, verify_roster("psd").sha256)


def test_what_is_rolled_back_raises_nothing(own_database: Path, django_db_setup: Force) -> None:
    with transaction.atomic():
        second_version(django_db_setup)
        verify_roster("psd")
        transaction.set_rollback(True)
    assert read_floor()["psd"].version == 1
    assert verify_roster("psd").version == 1


def test_a_floor_that_cannot_follow_costs_nobody_their_work(
    own_database: Path, django_db_setup: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise FloorUnusable

    monkeypatch.setattr("speakup.accounts.rosters.raise_floor", full)
    with transaction.atomic():
        second_version(django_db_setup)
        verify_roster("psd")
    assert verify_roster("psd").version == 2


def test_the_recovery_key_has_a_floor_too(force: Force) -> None:
    recovery_key()
    marks = read_floor()
    replace_floor({**marks, "recovery-key": Mark(2, TWO)})  # a newer one was seen
    with pytest.raises(RosterInvalid):
        recovery_key()
    replace_floor({**marks, "recovery-key": Mark(1, TWO)})
    with pytest.raises(RosterInvalid):
        recovery_key()
    floor_file().unlink()
    with pytest.raises(RosterInvalid):
        recovery_key()
    replace_floor(marks)
    forget_floor_of("recovery-key")
    assert recovery_key().id

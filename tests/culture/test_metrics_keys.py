import os
import stat
from pathlib import Path
from typing import Any

import pytest

from speakup.culture.metrics_keys import (
    NoMetricsKey,
    NoPrivateKey,
    delete_private_key,
    key_file,
    private_seed,
    verified_key,
    write_metrics_keys,
)
from speakup.culture.models import MetricsKey
from speakup.embedded.demonstration import Force
from speakup.vault.envelope import new_seed, public_from_seed
from speakup.vault.signing import new_signing_seed
from tests.culture.builders import IN_SPRING, SPRING, write_keys


def test_each_period_has_a_pair_of_its_own(keys: Path) -> None:
    publics = {key.period: bytes(key.public) for key in MetricsKey.objects.all()}
    assert len(publics) == 8 + 2 == len(set(publics.values()))
    for period, public in publics.items():
        assert verified_key(period).public == public == public_from_seed(private_seed(period))


def test_private_halves_are_their_owners_alone(keys: Path) -> None:
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()} == {0o600}


def test_a_ceremony_that_was_killed_goes_on_with_the_same_keys(force: Force, keys: Path) -> None:
    kept = {path.name: path.read_text() for path in keys.iterdir()}
    MetricsKey.objects.exclude(period="2026Q1").delete()
    (keys / "2027Q1.key").unlink()
    del kept["2027Q1.key"]
    write_metrics_keys(force.root_seed, SPRING, 8, keys)
    assert {name: (keys / name).read_text() for name in kept} == kept
    assert verified_key("2027Q1").public == public_from_seed(private_seed("2027Q1"))
    assert MetricsKey.objects.count() == 10


def test_a_file_that_holds_no_key_is_not_taken(force: Force, keys: Path) -> None:
    (keys / "2026Q1.key").write_text("00" * 32)
    MetricsKey.objects.all().delete()
    with pytest.raises(ValueError, match="no key"):
        write_metrics_keys(force.root_seed, SPRING, 8, keys)


def test_without_a_folder_nobody_keeps_the_private_halves(force: Force, keys: Path) -> None:
    MetricsKey.objects.all().delete()
    before = sorted(os.listdir(keys))
    write_metrics_keys(force.root_seed, SPRING, 4)
    assert sorted(os.listdir(keys)) == before
    assert verified_key("2026Q4").public != public_from_seed(private_seed("2026Q4"))


@pytest.mark.parametrize("column", ["public", "signature", "period"])
def test_a_key_that_the_root_does_not_vouch_for_is_none(keys: Path, column: str) -> None:
    other = MetricsKey.objects.get(period="2026Q2")
    MetricsKey.objects.filter(period="2026Q2").delete()
    if column == "period":
        MetricsKey.objects.filter(period="2026Q1").delete()
        other.period = "2026Q1"
        other.save(force_insert=True)
    else:
        MetricsKey.objects.filter(period="2026Q1").update(**{column: getattr(other, column)})
    with pytest.raises(NoMetricsKey):
        verified_key("2026Q1")


def test_another_root_is_none(force: Force, keys: Path, settings: Any) -> None:
    settings.ROOT_PUBLIC_KEY = public_from_seed(new_seed())[:32]
    with pytest.raises(NoMetricsKey):
        verified_key("2026Q1")
    settings.ROOT_PUBLIC_KEY = b""
    with pytest.raises(NoMetricsKey):
        verified_key("2026Q1")
    write_keys(new_signing_seed(), keys)
    settings.ROOT_PUBLIC_KEY = force.root_public
    with pytest.raises(NoMetricsKey):
        verified_key("2026Q1")


def test_a_closed_key_is_none(keys: Path) -> None:
    MetricsKey.objects.filter(period="2026Q1").update(closed_day=IN_SPRING)
    with pytest.raises(NoMetricsKey):
        verified_key("2026Q1")


def test_a_process_without_the_folder_has_no_private_key(keys: Path, settings: Any) -> None:
    settings.METRICS_KEYS_DIR = None
    with pytest.raises(NoPrivateKey):
        private_seed("2026Q1")
    with pytest.raises(NoPrivateKey):
        delete_private_key("2026Q1")


@pytest.mark.parametrize("held", [None, b"", b"no key", b"\xff\xfe", b"00" * 95, b"00" * 97])
def test_a_file_that_is_lost_or_spoiled_is_no_private_key(keys: Path, held: bytes | None) -> None:
    path = key_file(keys, "2026Q1")
    path.unlink()
    if held is not None:
        path.write_bytes(held)
    with pytest.raises(NoPrivateKey):
        private_seed("2026Q1")


@pytest.mark.parametrize("period", ["../2026Q1", "", "root"])
def test_no_other_file_is_ever_named(keys: Path, period: str) -> None:
    with pytest.raises(ValueError, match="no period"):
        key_file(keys, period)


def test_deleting_twice_is_no_fault(keys: Path) -> None:
    assert delete_private_key("2026Q1")
    assert not delete_private_key("2026Q1")

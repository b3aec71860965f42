"""The recovery quorum: k shares and a copy of the database open everything, k-1 nothing (adversaries.md)."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as deep
from hypothesis import strategies as st

from speakup.accounts.keyring import NotGranted
from speakup.accounts.models import Grant, RecoveryKey
from speakup.accounts.recovering import Quorum
from speakup.accounts.rosters import RosterInvalid
from speakup.embedded.demonstration import Force
from speakup.reporting.sealed_report import IntakeClosed
from speakup.vault.envelope import public_from_seed
from speakup.vault.errors import CannotOpen, VaultError
from speakup.vault.grants import open_grant
from speakup.vault.recovery import Share, join_shares, read_share, recovery_seed, split_secret
from tests.ceremonies import Printed, forget_the_ceremony, hold_ceremony, install
from tests.reporting.builders import keyring_of, people, person, sent_report

HEAD = "helen.marsh@example.test"
ABOUT_THE_HEAD = people(person("Helen Marsh"))


@pytest.fixture
def installed(force: Force, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Printed:
    """A force made of nothing but what a ceremony of three officers, any two of whom are enough, gave."""
    members = forget_the_ceremony()
    return install(hold_ceremony(tmp_path / "ceremony"), members, settings, monkeypatch)


def seeds_of(shares: list[Share]) -> bytes:
    return recovery_seed(join_shares(shares))


def opened_by(seed: bytes, object_id: UUID) -> int:
    """How many rows on the object this key opens as real, whoever's they are."""
    target, found = RecoveryKey.objects.get().pk, 0
    for row in Grant.objects.filter(object_id=object_id):
        try:
            contents = open_grant(
                seed, row.object_kind, row.object_id, row.epoch, row.staff_id or target, bytes(row.sealed)
            )
            found += contents.real
        except VaultError:
            continue
    return found


def test_k_shares_open_a_report_that_excludes_the_head_and_fewer_do_not(installed: Printed, force: Force) -> None:
    sent = sent_report(ABOUT_THE_HEAD)
    with pytest.raises(NotGranted):
        keyring_of(force, force.member(HEAD)).open("report", sent.id)
    shares = [read_share(each) for each in installed.shares]
    for enough in (shares[:2], shares[1:], [shares[2], shares[0]]):
        assert opened_by(seeds_of(enough), sent.id) == 1
        assert set(Quorum(join_shares(enough)).open("report", sent.id).keys) == {"R", "T"}
    for one in shares:
        with pytest.raises(CannotOpen):
            join_shares([one])


def test_one_share_and_a_guess_open_nothing(installed: Printed) -> None:
    """Whoever has one share makes the others up: each guess gives another secret, and none of them is the one."""
    sent = sent_report(ABOUT_THE_HEAD)
    mine = read_share(installed.shares[0])
    for guess in range(20):
        made_up = split_secret(bytes([guess]) * 32, 2, 3)
        forged = [Share(mine.words, made_up[1].of, 1, 2), made_up[1]]
        with pytest.raises(CannotOpen):
            join_shares(forged)
        assert opened_by(seeds_of(made_up[1:]), sent.id) == 0


@deep(max_examples=20, deadline=None)
@given(secret=st.binary(min_size=32, max_size=32), shares=st.integers(3, 6))
def test_shares_under_the_threshold_are_as_good_as_none(secret: bytes, shares: int) -> None:
    made = split_secret(secret, 3, shares)
    with pytest.raises(CannotOpen):
        join_shares(made[:2])
    assert join_shares(made[-3:]) == secret


def test_a_recovery_key_of_an_attacker_gets_nothing(installed: Printed) -> None:
    """Whoever writes the database puts their own key there and waits for reports: intake closes instead."""
    RecoveryKey.objects.update(public=public_from_seed(recovery_seed(bytes(32))))
    with pytest.raises(IntakeClosed):
        sent_report(ABOUT_THE_HEAD)
    with pytest.raises(RosterInvalid):
        Quorum(bytes(32))

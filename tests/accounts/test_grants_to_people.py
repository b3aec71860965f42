"""Sealing to some people and no desk, and taking rows away: cases, and reports that belong to one."""

import secrets
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

import pytest

from speakup.accounts.grants import end_grants, epoch_row, holders, seal_to_people
from speakup.accounts.keyring import NotGranted
from speakup.accounts.models import Grant, RecoveryKey
from speakup.accounts.rosters import RosterInvalid, verify_roster
from speakup.embedded.demonstration import Force
from speakup.vault.content import new_key
from speakup.vault.data_key import EARLIER_SIZE
from speakup.vault.grants import GRANT_SIZE, GrantContents, open_grant
from speakup.vault.personal import hpke_seed
from tests.reporting.builders import keyring_of

CASE = UUID("5f3c1c56-9d2b-4f43-8a3f-8a6b5f2a7c11")
KEYS = {"C": bytes(range(32))}
HEADLINE = {"title": "grundlewick"}


def targets(force: Force, *emails: str) -> dict[UUID, bytes]:
    """The public keys of these members, each from a roster that names them."""
    known: dict[UUID, bytes] = {}
    for code in ("psd", "psd.casework", "ccu"):
        known |= verify_roster(code).public_keys
    wanted = {force.member(f"{email}@example.test").pk for email in emails}
    return {staff_id: public for staff_id, public in known.items() if staff_id in wanted}


def seal(
    people: dict[UUID, bytes],
    real: Iterable[UUID],
    *,
    object_id: UUID = CASE,
    epoch: int = 1,
    with_recovery: bool = True,
) -> list[Grant]:
    return seal_to_people(
        "case",
        object_id,
        epoch,
        KEYS,
        targets=people,
        real=set(real),
        headline=HEADLINE,
        identifiers=["2207"],
        with_recovery=with_recovery,
    )


def save(rows: list[Grant], *, object_id: UUID = CASE, epoch: int = 1) -> None:
    Grant.objects.bulk_create(rows)
    row = epoch_row("case", object_id, epoch, KEYS)
    row.earlier = secrets.token_bytes(EARLIER_SIZE) if epoch > 1 else None
    row.save()


def opened(force: Force, row: Grant) -> GrantContents:
    target = row.staff_id or RecoveryKey.objects.get().pk
    seed = hpke_seed(force.personal_secrets[row.staff_id]) if row.staff_id else force.recovery_seed
    return open_grant(seed, "case", CASE, 1, target, bytes(row.sealed))


def test_each_target_has_one_row_and_whoever_is_kept_out_a_decoy(force: Force) -> None:
    people = targets(force, "helen.marsh", "imran.sheikh", "charlotte.okafor")
    excluded = force.member("imran.sheikh@example.test").pk
    rows = seal(people, set(people) - {excluded})
    assert {row.staff_id for row in rows} == {*people, None}
    assert len(rows) == 4
    for row in rows:
        if row.staff_id == excluded:
            assert opened(force, row) == GrantContents(False, {}, {}, ())
        else:
            assert opened(force, row) == GrantContents(True, KEYS, HEADLINE, ("2207",))
    assert {len(bytes(row.sealed)) for row in rows} == {GRANT_SIZE}
    assert not Grant.objects.exists()


def test_an_investigator_opens_what_they_were_given_and_nobody_else_does(force: Force) -> None:
    save(seal(people := targets(force, "helen.marsh", "charlotte.okafor"), people))
    given = keyring_of(force, force.member("charlotte.okafor@example.test")).open("case", CASE)
    assert given.keys == KEYS
    assert given.headline == HEADLINE
    for other in ("gareth.llewellyn", "imran.sheikh", "stephen.hallam"):
        with pytest.raises(NotGranted):
            keyring_of(force, force.member(f"{other}@example.test")).open("case", CASE)


def test_recovery_has_one_row_and_no_second(force: Force) -> None:
    save(seal(first := targets(force, "helen.marsh"), first))
    more = seal(second := targets(force, "charlotte.okafor"), second, with_recovery=False)
    assert [row.staff_id for row in more] == list(second)
    Grant.objects.bulk_create(more)
    assert Grant.objects.filter(staff=None).count() == 1
    assert keyring_of(force, force.member("charlotte.okafor@example.test")).open("case", CASE).keys == KEYS


def test_recovery_is_not_asked_for_where_it_gets_no_row(force: Force) -> None:
    RecoveryKey.objects.all().delete()
    people = targets(force, "helen.marsh")
    assert len(seal(people, people, with_recovery=False)) == 1
    with pytest.raises(RosterInvalid):
        seal(people, people)


def test_the_order_says_nothing(force: Force) -> None:
    people = targets(force, "helen.marsh", "imran.sheikh", "charlotte.okafor", "grace.adeyemi")
    assert len({tuple(row.staff_id for row in seal(people, people)) for _ in range(12)}) > 1


def test_a_real_reader_is_a_target(force: Force) -> None:
    people = targets(force, "helen.marsh")
    with pytest.raises(ValueError, match="one of the targets"):
        seal(people, [*people, force.member("robert.iveson@example.test").pk])


@pytest.mark.parametrize("wrong", [{}, {"R": new_key()}, {"C": new_key(), "T": new_key()}])
def test_the_keys_are_those_of_the_kind(force: Force, wrong: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match="exactly the keys"):
        seal_to_people("case", CASE, 1, wrong, targets={}, real=(), headline={}, identifiers=(), with_recovery=False)


def test_ending_takes_every_row_but_those_kept_and_recoverys(force: Force) -> None:
    people = targets(force, "helen.marsh", "imran.sheikh", "charlotte.okafor")
    helen = force.member("helen.marsh@example.test").pk
    save(seal(people, people))
    other = uuid4()
    save(seal(people, people, object_id=other), object_id=other)
    assert end_grants("case", CASE, keep={helen}) == sorted(set(people) - {helen})
    assert {row.staff_id for row in Grant.objects.filter(object_id=CASE)} == {helen, None}
    assert Grant.objects.filter(object_id=other).count() == 4
    assert end_grants("case", CASE, keep={helen}) == []
    with pytest.raises(NotGranted):
        keyring_of(force, force.member("imran.sheikh@example.test")).open("case", CASE)


def test_ending_takes_decoys_and_rows_of_earlier_epochs_too(force: Force) -> None:
    people = targets(force, "helen.marsh", "imran.sheikh")
    save(seal(people, ()))
    save(seal(people, people, epoch=2), epoch=2)
    assert end_grants("case", CASE, keep=()) == sorted(people)
    assert {row.staff_id for row in Grant.objects.filter(object_id=CASE)} == {None}


def test_ending_is_of_one_kind(force: Force) -> None:
    people = targets(force, "helen.marsh")
    save(seal(people, people))
    assert end_grants("report", CASE, keep=()) == []
    assert Grant.objects.filter(object_id=CASE).count() == 2


def test_the_holders_are_those_with_a_row_in_the_newest_epoch_decoys_among_them(force: Force) -> None:
    before = targets(force, "helen.marsh", "imran.sheikh")
    save(seal(before, ()))
    assert holders("case", CASE) == frozenset(before)
    after = targets(force, "helen.marsh", "charlotte.okafor")
    save(seal(after, after, epoch=2), epoch=2)
    assert holders("case", CASE) == frozenset(after)
    assert holders("report", CASE) == frozenset()
    assert holders("case", uuid4()) == frozenset()


def test_the_holders_take_one_query(force: Force, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        holders("case", CASE)

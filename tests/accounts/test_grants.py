"""Sealing to people: every row alike, decoys for whoever is kept out (vault.md, 'Grants')."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from speakup.accounts.grants import epoch_row, key_kinds, random_list_entry, seal_object
from speakup.accounts.models import Desk, Epoch, Grant, ListEntry, RecoveryKey, StaffMember
from speakup.accounts.rosters import RosterInvalid, VerifiedRoster, verify_roster
from speakup.embedded.demonstration import Force
from speakup.vault.content import check_commitment, new_key
from speakup.vault.errors import CannotOpen
from speakup.vault.grants import GRANT_SIZE, GrantContents, open_grant
from speakup.vault.personal import hpke_seed

HEADLINE = {"behaviour": "b01", "people": 2, "danger": True}


def keys() -> dict[str, bytes]:
    return {"R": new_key(), "T": new_key()}


def seal(roster: VerifiedRoster, real: Any, object_id: UUID, content_keys: dict[str, bytes]) -> list[Grant]:
    return seal_object(
        "report", object_id, 1, content_keys, roster=roster, real=real, headline=HEADLINE, identifiers=["4411", "smith"]
    )


def opened(force: Force, row: Grant) -> GrantContents:
    recovery = RecoveryKey.objects.get().pk
    seed = hpke_seed(force.personal_secrets[row.staff_id]) if row.staff_id else force.recovery_seed
    return open_grant(seed, row.object_kind, row.object_id, row.epoch, row.staff_id or recovery, bytes(row.sealed))


def test_real_readers_get_the_keys_and_the_rest_decoys(force: Force) -> None:
    roster = verify_roster("psd")
    real = set(list(roster.staff_ids)[:2])
    content_keys = keys()
    rows = seal(roster, real, uuid4(), content_keys)
    assert {row.staff_id for row in rows} == {*roster.staff_ids, None}
    assert len(rows) == len(roster.members) + 1
    for row in rows:
        contents = opened(force, row)
        if row.staff_id is None or row.staff_id in real:
            assert contents == GrantContents(True, content_keys, HEADLINE, ("4411", "smith"))
        else:
            assert contents == GrantContents(False, {}, {}, ())


@pytest.mark.parametrize("excluded", [0, 1, 3])
def test_a_dump_has_the_same_shape_however_many_are_kept_out(force: Force, excluded: int) -> None:
    roster = verify_roster("psd")
    real = sorted(roster.staff_ids)[excluded:]
    rows = Grant.objects.bulk_create(seal(roster, real, uuid4(), keys()))
    shape = sorted((row.object_kind, row.epoch, str(row.staff_id), len(bytes(row.sealed))) for row in rows)
    assert shape == sorted(("report", 1, str(staff_id), GRANT_SIZE) for staff_id in [*roster.staff_ids, None])


def test_the_order_of_the_rows_is_random(force: Force) -> None:
    roster = verify_roster("psd")
    orders = {tuple(row.staff_id for row in seal(roster, roster.staff_ids, uuid4(), keys())) for _ in range(12)}
    assert len(orders) > 1


def test_the_rows_are_not_saved(force: Force) -> None:
    seal(verify_roster("psd"), (), uuid4(), keys())
    epoch_row("report", uuid4(), 1, keys())
    assert not Grant.objects.exists()
    assert not Epoch.objects.exists()


def test_whoever_left_gets_a_decoy_even_when_named_a_reader(force: Force) -> None:
    left = force.members["triage"][0]
    StaffMember.objects.filter(pk=left.pk).update(is_active=False)
    roster = verify_roster("psd")
    rows = seal(roster, roster.staff_ids, uuid4(), keys())
    assert not opened(force, next(row for row in rows if row.staff_id == left.pk)).real
    assert sum(opened(force, row).real for row in rows) == len(roster.members)


def test_nobody_off_the_roster_is_a_reader(force: Force) -> None:
    outsider = force.members["ccu_officer"][0]
    with pytest.raises(ValueError, match="member of the roster"):
        seal(verify_roster("psd"), [outsider.pk], uuid4(), keys())


@pytest.mark.parametrize(
    "wrong", [{}, {"R": b"k" * 32}, {"R": b"k" * 32, "T": b"k" * 32, "C": b"k" * 32}, {"I": b"k" * 32}]
)
def test_a_grant_carries_exactly_the_keys_of_its_kind(force: Force, wrong: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match="exactly the keys"):
        seal(verify_roster("psd"), (), uuid4(), wrong)
    with pytest.raises(ValueError, match="exactly the keys"):
        epoch_row("report", uuid4(), 1, wrong)


def test_an_unknown_kind_is_refused(force: Force) -> None:
    with pytest.raises(ValueError, match="gossip"):
        key_kinds("gossip")


def test_without_recovery_nothing_is_sealed(force: Force) -> None:
    roster = verify_roster("psd")
    RecoveryKey.objects.all().delete()
    with pytest.raises(RosterInvalid):
        seal(roster, roster.staff_ids, uuid4(), keys())


def test_an_epoch_commits_to_both_keys(force: Force) -> None:
    object_id, content_keys = uuid4(), keys()
    row = epoch_row("report", object_id, 3, content_keys)
    check_commitment(content_keys["R"], object_id, "R", 3, bytes(row.commitment))
    check_commitment(content_keys["T"], object_id, "T", 3, bytes(row.staff_commitment or b""))
    with pytest.raises(CannotOpen):
        check_commitment(content_keys["T"], object_id, "R", 3, bytes(row.commitment))
    assert epoch_row("identity", object_id, 1, {"I": new_key()}).staff_commitment is None


def test_a_list_entry_is_random_and_of_one_size(force: Force) -> None:
    desk = Desk.objects.get(code="psd")
    first, second = random_list_entry(desk, uuid4()), random_list_entry(desk, uuid4())
    assert len(first.sealed) == len(second.sealed) == 1024
    assert first.sealed != second.sealed


def test_one_row_a_person_and_one_for_recovery(force: Force) -> None:
    object_id = uuid4()
    Grant.objects.bulk_create(seal(verify_roster("psd"), (), object_id, keys()))
    member = force.members["triage"][0]
    for staff_id in (member.pk, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.create(
                object_kind="report", object_id=object_id, epoch=1, staff_id=staff_id, sealed=b"\x01" * GRANT_SIZE
            )
    Grant.objects.create(
        object_kind="report", object_id=object_id, epoch=2, staff_id=member.pk, sealed=b"\x01" * GRANT_SIZE
    )


def test_one_epoch_row_and_one_list_entry_an_object(force: Force) -> None:
    object_id, desk = uuid4(), Desk.objects.get(code="psd")
    epoch_row("report", object_id, 1, keys()).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        epoch_row("report", object_id, 1, keys()).save()
    random_list_entry(desk, object_id).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        random_list_entry(desk, object_id).save()


@pytest.mark.parametrize("size", [0, GRANT_SIZE - 1, GRANT_SIZE + 1])
def test_the_database_refuses_a_grant_of_another_size(force: Force, size: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(object_kind="report", object_id=uuid4(), epoch=1, staff=None, sealed=b"\x01" * size)


def test_the_database_refuses_other_sizes_elsewhere(force: Force) -> None:
    desk = Desk.objects.get(code="psd")
    with pytest.raises(IntegrityError), transaction.atomic():
        ListEntry.objects.create(desk=desk, object_id=uuid4(), sealed=b"short")
    with pytest.raises(IntegrityError), transaction.atomic():
        Epoch.objects.create(object_kind="case", object_id=uuid4(), epoch=1, commitment=b"short")

"""What one member can open, and what only looks as if they could."""

import copy
import datetime as dt
import pickle
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from speakup.accounts.epochs import next_keys, sign_epoch
from speakup.accounts.grants import epoch_row, seal_object
from speakup.accounts.keyring import Forgotten, Keyring, NotGranted
from speakup.accounts.models import Epoch, Grant, StaffMember
from speakup.accounts.rosters import RosterInvalid, verify_roster
from speakup.embedded.demonstration import Force
from speakup.vault.content import new_key
from speakup.vault.data_key import DataKey
from speakup.vault.grants import GrantContents, seal_grant
from speakup.vault.personal import new_personal_secret, public_keys
from speakup.web.days import london_day


@pytest.fixture
def reader(force: Force) -> StaffMember:
    return force.members["triage"][0]


@pytest.fixture
def excluded(force: Force) -> StaffMember:
    return force.members["triage"][1]


@pytest.fixture
def keyring(force: Force, reader: StaffMember) -> Keyring:
    return Keyring(reader, force.personal_secrets[reader.pk])


Send = Callable[..., UUID]


@pytest.fixture
def send(force: Force, reader: StaffMember) -> Send:
    """Grants on a new object, as intake makes them, real for the reader alone unless told otherwise."""

    def sent(
        *, real: Any = None, keys: dict[str, bytes] | None = None, epoch: int = 1, object_id: UUID | None = None
    ) -> UUID:
        object_id = object_id or uuid4()
        keys = keys or {"R": new_key(), "T": new_key()}
        rows = seal_object(
            "report",
            object_id,
            epoch,
            keys,
            roster=verify_roster("psd"),
            real=[reader.pk] if real is None else real,
            headline={"n": 1},
            identifiers=["4411"],
        )
        Grant.objects.bulk_create(rows)
        epoch_row("report", object_id, epoch, keys).save()
        return object_id

    return sent


def row_of(staff: StaffMember, object_id: UUID) -> Grant:
    return Grant.objects.get(staff=staff, object_id=object_id)


def assert_nothing(keyring: Keyring, object_id: UUID) -> None:
    with pytest.raises(NotGranted):
        keyring.open("report", object_id)
    assert keyring.open_rows(Grant.objects.all()) == {}


def test_it_opens_a_real_grant(keyring: Keyring, send: Send) -> None:
    keys = {"R": new_key(), "T": new_key()}
    object_id = send(keys=keys)
    grant = keyring.open("report", object_id)
    assert (grant.keys, grant.headline, grant.identifiers, grant.epoch) == (keys, {"n": 1}, ("4411",), 1)
    assert keyring.open_rows(Grant.objects.all()) == {object_id: GrantContents(True, keys, {"n": 1}, ("4411",))}


def test_a_decoy_and_no_row_are_told_apart_by_nothing(force: Force, excluded: StaffMember, send: Send) -> None:
    mine = Keyring(excluded, force.personal_secrets[excluded.pk])
    errors = []
    for object_id in (send(), uuid4()):
        with pytest.raises(NotGranted) as caught:
            mine.open("report", object_id)
        errors.append((str(caught.value), caught.value.args, caught.value.__cause__, caught.value.__context__))
    assert errors[0] == errors[1]
    assert mine.open_rows(Grant.objects.all()) == {}


def test_a_row_copied_from_another_person_does_not_open(
    force: Force, reader: StaffMember, excluded: StaffMember, send: Send
) -> None:
    object_id = send()
    Grant.objects.filter(staff=excluded).update(sealed=row_of(reader, object_id).sealed)
    assert_nothing(Keyring(excluded, force.personal_secrets[excluded.pk]), object_id)


def test_a_row_copied_from_another_object_does_not_open(keyring: Keyring, reader: StaffMember, send: Send) -> None:
    mine, others = send(), send(real=())
    Grant.objects.filter(staff=reader, object_id=others).update(sealed=row_of(reader, mine).sealed)
    with pytest.raises(NotGranted):
        keyring.open("report", others)
    assert set(keyring.open_rows(Grant.objects.all())) == {mine}


def test_a_row_renamed_to_another_person_does_not_open(
    force: Force, reader: StaffMember, excluded: StaffMember, send: Send
) -> None:
    object_id = send()
    row_of(excluded, object_id).delete()
    Grant.objects.filter(staff=reader).update(staff=excluded)
    assert_nothing(Keyring(excluded, force.personal_secrets[excluded.pk]), object_id)
    assert_nothing(Keyring(reader, force.personal_secrets[reader.pk]), object_id)


def test_a_row_of_another_kind_or_epoch_does_not_open(keyring: Keyring, reader: StaffMember, send: Send) -> None:
    object_id = send()
    Grant.objects.filter(staff=reader).update(object_kind="case")
    Epoch.objects.update(object_kind="case")
    with pytest.raises(NotGranted):
        keyring.open("case", object_id)
    Grant.objects.filter(staff=reader).update(object_kind="report", epoch=2)
    Epoch.objects.update(object_kind="report", epoch=2, earlier=bytes(61), staff_earlier=bytes(61))
    assert_nothing(keyring, object_id)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x00" * 2048, b"\x01" * 2048, b"\x02" * 2048])
def test_a_broken_row_counts_as_none(keyring: Keyring, reader: StaffMember, send: Send, sealed: bytes) -> None:
    object_id = send()
    row = row_of(reader, object_id)
    row.sealed = sealed
    assert keyring.open_rows([row]) == {}
    if len(sealed) == 2048:
        row.save()
        assert_nothing(keyring, object_id)


def test_a_flipped_bit_counts_as_none(keyring: Keyring, reader: StaffMember, send: Send) -> None:
    object_id = send()
    row = row_of(reader, object_id)
    sealed = bytearray(bytes(row.sealed))
    sealed[-1] ^= 1
    Grant.objects.filter(pk=row.pk).update(sealed=bytes(sealed))
    assert_nothing(keyring, object_id)


@pytest.mark.parametrize("keys", [{"R": b"a" * 32}, {"R": b"a" * 32, "T": b"b" * 32}, {}, {"X": b"a" * 32}])
def test_a_forged_grant_fails_at_the_commitment(
    force: Force, keyring: Keyring, reader: StaffMember, send: Send, keys: dict[str, bytes]
) -> None:
    """Anybody can seal to a public key: what they seal must still be the key that was committed to."""
    object_id = send()
    forged = GrantContents(True, keys, {"n": 9}, ())
    public = public_keys(force.personal_secrets[reader.pk]).hpke
    sealed = seal_grant(public, "report", object_id, 1, reader.pk, forged)
    Grant.objects.filter(staff=reader).update(sealed=sealed)
    assert_nothing(keyring, object_id)


def test_a_changed_or_missing_commitment_is_refused(keyring: Keyring, send: Send) -> None:
    object_id = send()
    kept = Epoch.objects.get()
    Epoch.objects.update(staff_commitment=None)
    assert_nothing(keyring, object_id)
    Epoch.objects.update(staff_commitment=kept.staff_commitment, commitment=b"\x00" * 32)
    assert_nothing(keyring, object_id)
    Epoch.objects.all().delete()
    assert_nothing(keyring, object_id)


def test_a_grant_of_an_epoch_that_is_over_opens_nothing(keyring: Keyring, reader: StaffMember, send: Send) -> None:
    object_id = send()
    renewed(keyring, object_id, real=())
    assert_nothing(keyring, object_id)


def renewed(keyring: Keyring, object_id: UUID, **changes: Any) -> dict[str, DataKey]:
    """The next epoch of the object, made by the keyring's member and sealed to `real`: to them alone, unless told
    otherwise; the row of it has `changes`."""
    roster, grant = verify_roster("psd"), keyring.open("report", object_id)
    real = changes.pop("real", [keyring.staff_id])
    keys = next_keys("report", object_id, grant)
    row = sign_epoch("report", object_id, keys, keyring=keyring, roster=roster)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    rows = seal_object(
        "report", object_id, row.epoch, keys, roster=roster, real=real, headline={"n": 1}, identifiers=[]
    )
    Grant.objects.bulk_create(rows)
    return keys


def test_the_newest_epoch_opens_with_those_before(keyring: Keyring, send: Send) -> None:
    object_id = send()
    first = keyring.open("report", object_id).keys
    for epoch in (2, 3):
        newer = renewed(keyring, object_id)
        opened = keyring.open("report", object_id)
        assert opened.epoch == epoch
        assert opened.keys == newer == keyring.open_rows(Grant.objects.all())[object_id].keys
        key = opened.keys["T"]
        assert isinstance(key, DataKey)
        assert key.earlier[1] == first["T"]
        assert set(key.earlier) == set(range(1, epoch))


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": None, "signer_id": None},
        {"signature": bytes(64)},
        {"signed_version": 2},
        {"signed_desk": "ccu"},
        {"signed_desk": "identity_custodians"},
        {"signed_desk": "nowhere"},
        {"receipt_hash": bytes(32)},
        {"earlier": bytes(61)},
        {"staff_earlier": bytes(61)},
        {"staff_earlier": None},
        {"commitment": bytes(32)},
        {"staff_commitment": bytes(32)},
    ],
    ids=lambda changes: "-".join(f"{name}-{str(value)[:20]}" for name, value in changes.items()),
)
def test_an_epoch_that_is_not_as_a_member_signed_it_opens_nothing(
    keyring: Keyring, send: Send, changes: dict[str, Any]
) -> None:
    object_id = send()
    renewed(keyring, object_id, **changes)
    assert_nothing(keyring, object_id)


def test_one_signed_in_another_s_name_opens_nothing(keyring: Keyring, excluded: StaffMember, send: Send) -> None:
    object_id = send()
    renewed(keyring, object_id, signer_id=excluded.pk)
    assert_nothing(keyring, object_id)


def test_a_chain_with_an_epoch_left_out_opens_nothing(keyring: Keyring, send: Send) -> None:
    object_id = send()
    renewed(keyring, object_id)
    renewed(keyring, object_id)
    Epoch.objects.filter(object_id=object_id, epoch=2).delete()
    assert_nothing(keyring, object_id)


def test_only_a_member_of_the_roster_makes_one(force: Force, keyring: Keyring, send: Send) -> None:
    object_id = send()
    keys = next_keys("report", object_id, keyring.open("report", object_id))
    with pytest.raises(RosterInvalid):
        sign_epoch("report", object_id, keys, keyring=keyring, roster=verify_roster("ccu"))


def test_later_epochs_take_as_many_queries_for_three_as_for_one(
    keyring: Keyring, reader: StaffMember, send: Send, django_assert_num_queries: Any
) -> None:
    ids = [send() for _ in range(3)]
    for object_id in ids:
        renewed(keyring, object_id)
    rows = list(Grant.objects.filter(staff=reader, epoch=2))
    counted = []
    for few in (rows[:1], rows):
        with CaptureQueriesContext(connection) as queries:
            assert len(keyring.open_rows(few)) == len(few)
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 4


@pytest.mark.parametrize(("days", "opens"), [(-1, False), (0, True), (1, True)])
def test_a_row_is_refused_after_its_day(
    keyring: Keyring, reader: StaffMember, send: Send, days: int, opens: bool
) -> None:
    object_id = send()
    until = london_day(timezone.now()) + dt.timedelta(days=days)
    Grant.objects.filter(staff=reader).update(until_day=until)
    assert (object_id in keyring.open_rows(Grant.objects.all())) is opens


def test_a_data_key_is_never_shown_or_stored(keyring: Keyring, send: Send) -> None:
    key = keyring.open("report", send()).keys["R"]
    for shown in (repr(key), str(key), format(key)):
        assert shown == "<DataKey>"
    for keep in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            keep(key)


def test_another_secret_opens_nothing(reader: StaffMember, send: Send) -> None:
    assert_nothing(Keyring(reader, new_personal_secret()), send())


def test_fifty_rows_take_one_query(
    keyring: Keyring, reader: StaffMember, send: Send, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        send()
    rows = list(Grant.objects.filter(staff=reader))
    with django_assert_num_queries(1):
        assert len(keyring.open_rows(rows)) == 3
    with django_assert_num_queries(1):  # nothing to open costs what a decoy costs
        assert keyring.open_rows([]) == {}


def test_it_forgets(keyring: Keyring, send: Send) -> None:
    object_id = send()
    keyring.open("report", object_id)
    keyring.forget()
    with pytest.raises(Forgotten):
        keyring.open("report", object_id)
    with pytest.raises(Forgotten):
        keyring.open_rows(Grant.objects.all())


def test_it_is_never_stored_copied_or_shown(force: Force, keyring: Keyring, reader: StaffMember, send: Send) -> None:
    secret = force.personal_secrets[reader.pk]
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            take(keyring)
    assert repr(keyring) == str(keyring) == "<Keyring>"
    grant = keyring.open("report", send())
    assert "R" not in repr(grant)
    assert repr(secret) not in repr(grant)
    with pytest.raises(AttributeError):
        keyring.note = 1  # type: ignore[attr-defined]

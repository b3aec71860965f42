"""Who is on call: who is woken, from when until when, and who may be."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from speakup.accounts.duties import DutyRefused, on_call, set_duty, sweep_duties
from speakup.accounts.models import Duty, Grant, Roster, StaffMember
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def nobody_on_call(force: Force) -> None:
    Duty.objects.all().delete()


@pytest.fixture
def grace(force: Force) -> StaffMember:
    return force.member("grace.adeyemi@example.test")


@pytest.fixture
def imran(force: Force) -> StaffMember:
    return force.member("imran.sheikh@example.test")


def put_on_call(staff: StaffMember, **changed: Any) -> Duty:
    wanted = {"kind": "on_call", "desk": "psd", "from_at": NOW, "until_at": NOW + HOUR, "actor": None, "now": NOW}
    return set_duty(staff, **{**wanted, **changed})


@pytest.mark.usefixtures("nobody_on_call")
def test_whoever_is_on_call_is_so_from_the_beginning_until_before_the_end(grace: StaffMember) -> None:
    put_on_call(grace)
    moments = {minutes: on_call("psd", NOW + dt.timedelta(minutes=minutes)) for minutes in (-1, 0, 59, 60)}
    assert moments == {-1: [], 0: [grace], 59: [grace], 60: []}
    assert on_call("ccu", NOW) == []


def test_it_is_on_the_ledger_and_gives_no_key(grace: StaffMember, imran: StaffMember) -> None:
    put_on_call(grace, actor=imran)
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.action, entry.actor_id, entry.role, entry.object_id) == (
        "administer",
        imran.pk,
        "supervisor",
        grace.pk,
    )
    assert not Grant.objects.exists()


@pytest.mark.usefixtures("nobody_on_call")
def test_several_are_on_call_each_once(grace: StaffMember, imran: StaffMember) -> None:
    put_on_call(grace)
    put_on_call(grace, until_at=NOW + 2 * HOUR)
    put_on_call(imran)
    assert on_call("psd", NOW) == sorted([grace, imran], key=lambda one: one.pk)


@pytest.mark.usefixtures("nobody_on_call")
def test_whoever_left_is_not_woken(grace: StaffMember) -> None:
    put_on_call(grace)
    StaffMember.objects.filter(pk=grace.pk).update(is_active=False)
    assert on_call("psd", NOW) == []


@pytest.mark.usefixtures("nobody_on_call")
def test_custodians_are_on_call_too(force: Force) -> None:
    custodian = force.members["identity_custodian"][1]
    put_on_call(custodian, desk="identity_custodians")
    assert on_call("identity_custodians", NOW) == [custodian]


@pytest.mark.parametrize("desk", ["ccu", "identity_custodians", "psd.casework", "nowhere", ""])
def test_nobody_off_the_roster_is(grace: StaffMember, desk: str) -> None:
    before = (Duty.objects.count(), Entry.objects.count())
    with pytest.raises(DutyRefused):
        put_on_call(grace, desk=desk)
    assert (Duty.objects.count(), Entry.objects.count()) == before


@pytest.mark.parametrize("role", ["hr_analyst", "administrator", "appropriate_authority"])
def test_nobody_without_a_desk_is(force: Force, role: str) -> None:
    with pytest.raises(DutyRefused):
        put_on_call(force.members[role][0])


def test_nobody_is_whose_account_was_closed(grace: StaffMember) -> None:
    StaffMember.objects.filter(pk=grace.pk).update(is_active=False)
    with pytest.raises(DutyRefused):
        put_on_call(grace)


def test_a_roster_that_does_not_verify_puts_nobody_on_call(grace: StaffMember) -> None:
    Roster.objects.filter(desk__code="psd").update(signatures=b"[]")
    with pytest.raises(DutyRefused):
        put_on_call(grace)


@pytest.mark.parametrize(
    ("from_at", "until_at"), [(NOW, NOW), (NOW + HOUR, NOW), (NOW - 2 * HOUR, NOW - HOUR), (NOW - HOUR, NOW)]
)
def test_a_duty_has_a_length_and_is_not_over(grace: StaffMember, from_at: dt.datetime, until_at: dt.datetime) -> None:
    with pytest.raises(DutyRefused):
        put_on_call(grace, from_at=from_at, until_at=until_at)


def test_a_cover_names_a_deputy_of_the_desk(force: Force, grace: StaffMember, imran: StaffMember) -> None:
    duty = put_on_call(grace, kind="cover", deputy=imran)
    assert (duty.staff, duty.deputy) == (grace, imran)
    assert grace not in on_call("psd", NOW)
    for deputy in (None, grace, force.members["ccu_officer"][0]):
        with pytest.raises(DutyRefused):
            put_on_call(grace, kind="cover", deputy=deputy)


def test_on_call_has_no_deputy_and_there_is_no_third_kind(grace: StaffMember, imran: StaffMember) -> None:
    with pytest.raises(DutyRefused):
        put_on_call(grace, deputy=imran)
    with pytest.raises(DutyRefused):
        put_on_call(grace, kind="holiday")


@pytest.mark.parametrize(
    "wrong",
    [
        {"until_at": NOW},
        {"kind": "holiday"},
        {"kind": "cover"},
        {"kind": "cover", "deputy": "staff"},
        {"deputy": "other"},
    ],
)
def test_the_database_refuses_it_too(grace: StaffMember, imran: StaffMember, wrong: dict[str, Any]) -> None:
    people = {"staff": grace, "other": imran}
    row = {"kind": "on_call", "staff": grace, "desk_id": "psd", "from_at": NOW, "until_at": NOW + HOUR, **wrong}
    row["deputy"] = people.get(row.get("deputy", ""))
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(**row)


@pytest.mark.usefixtures("nobody_on_call")
def test_what_is_over_is_swept(grace: StaffMember, imran: StaffMember) -> None:
    put_on_call(grace)
    kept = put_on_call(imran, until_at=NOW + 2 * HOUR)
    assert sweep_duties(NOW + HOUR) == 1
    assert list(Duty.objects.all()) == [kept]
    assert sweep_duties(NOW + HOUR) == 0


def test_asking_takes_one_query(force: Force, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        on_call("psd", NOW)


def test_the_demonstration_has_somebody_on_call_at_every_desk_that_may_be_woken(force: Force) -> None:
    for moment in (NOW, NOW + dt.timedelta(days=365), dt.datetime(2031, 2, 13, 3, 0, tzinfo=dt.UTC)):
        found = {code: len(on_call(code, moment)) for code in ("psd", "ccu", "outside", "identity_custodians")}
        assert set(found.values()) == {1}

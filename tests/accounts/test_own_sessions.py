"""Ending sessions: one's own from their page, anybody's for a reason, and nothing that brings one back."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from speakup.accounts.models import StaffMember, StaffSession, Unlocked
from speakup.accounts.sessions import LONGEST_SESSION, revoke_sessions, sweep_sessions
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.vault.personal import session_hash
from tests.builders import sign_in_client

HOME = "/staff/"
PAGE = "/staff/account/sessions/"

pytestmark = pytest.mark.usefixtures("clock")


def browser_of(force: Force, staff: StaffMember) -> Client:
    return sign_in_client(staff, force.personal_secrets[staff.pk])


def is_in(client: Client) -> bool:
    return bool(client.get(HOME).status_code == 200)


@pytest.fixture
def here(force: Force, member: StaffMember) -> Client:
    return browser_of(force, member)


@pytest.fixture
def there(force: Force, member: StaffMember) -> Client:
    return browser_of(force, member)


def session_of(client: Client) -> StaffSession:
    return StaffSession.objects.get(id_hash=session_hash(client.session.session_key or ""))


def newest() -> Entry:
    return Entry.objects.order_by("-seq")[0]


# ---- one's own page


def test_the_page_lists_where_one_is_signed_in_and_marks_this_one(here: Client, there: Client) -> None:
    page = here.get(PAGE).content.decode()
    assert page.count("20 November 2026, 12:00") >= 2
    assert page.count("This browser") == 1
    assert page.count("Sign out there") == 1


def test_nothing_of_a_browser_is_kept(here: Client) -> None:
    fields = {field.name for field in StaffSession._meta.get_fields()}
    assert fields == {"id", "id_hash", "staff", "opened_at", "seen_at", "factor_at", "revoked_at"}


def test_one_is_ended_and_the_others_go_on(force: Force, member: StaffMember, here: Client, there: Client) -> None:
    third, ended = browser_of(force, member), session_of(there)
    response = here.post(PAGE, {"session": str(ended.id)})
    assert (response.status_code, response["Location"]) == (303, PAGE + "?done=sessions")
    assert (newest().action, newest().actor_id, newest().object_id) == ("administer", member.pk, member.pk)
    assert [is_in(client) for client in (here, there, third)] == [True, False, True]


def test_all_but_this_one_are_ended(force: Force, member: StaffMember, here: Client, there: Client) -> None:
    third = browser_of(force, member)
    assert here.post(PAGE, {"others": "1"}).status_code == 303
    assert [is_in(client) for client in (here, there, third)] == [True, False, False]
    assert Session.objects.count() == Unlocked.objects.count() == 1


def test_ending_where_there_is_no_other_enters_nothing(here: Client) -> None:
    is_in(here)
    before = Entry.objects.count()
    assert here.post(PAGE, {"others": "1"}).status_code == 303
    assert Entry.objects.count() == before


def test_somebody_elses_session_is_not_found(force: Force, here: Client) -> None:
    theirs = browser_of(force, force.members["supervisor"][0])
    assert here.post(PAGE, {"session": str(session_of(theirs).id)}).status_code == 404
    assert is_in(theirs)
    assert session_of(theirs).id.hex not in here.get(PAGE).content.decode().replace("-", "")


@pytest.mark.parametrize("typed", ["", "x", "7cb67ee6-513c-41af-a124-6189fa8a4922", "\x00", "é" * 40])
def test_what_is_no_session_is_not_found(here: Client, typed: str) -> None:
    assert here.post(PAGE, {"session": typed}).status_code == 404


def test_one_that_has_ended_is_not_listed_or_ended_again(here: Client, there: Client) -> None:
    ended = str(session_of(there).id)
    here.post(PAGE, {"session": ended})
    assert "Sign out there" not in here.get(PAGE).content.decode()
    assert here.post(PAGE, {"session": ended}).status_code == 404


def test_an_idle_one_is_not_listed(here: Client, there: Client, clock: time_machine.Traveller) -> None:
    clock.shift(10 * 60)
    here.get(PAGE)
    clock.shift(6 * 60)
    assert "Sign out there" not in here.get(PAGE).content.decode()


# ---- ended for a reason


def revoke(*staff: StaffMember, but: StaffSession | None = None) -> int:
    with transaction.atomic():
        return revoke_sessions([one.pk for one in staff], now=timezone.now(), but=but)


def test_revoking_deletes_the_secret_and_the_session_and_marks_ours(
    force: Force, member: StaffMember, here: Client, there: Client
) -> None:
    other = browser_of(force, force.members["supervisor"][0])
    assert revoke(member) == 2
    assert not is_in(here)
    assert not is_in(there)
    assert is_in(other)
    assert not Unlocked.objects.filter(staff=member).exists()
    assert Session.objects.count() == 1
    assert StaffSession.objects.filter(staff=member, revoked_at=timezone.now()).count() == 2


def test_one_may_be_left_out(member: StaffMember, here: Client, there: Client) -> None:
    assert revoke(member, but=session_of(here)) == 1
    assert is_in(here)
    assert not is_in(there)


def test_revoking_nobody_and_nothing_ends_nothing(force: Force, here: Client) -> None:
    assert revoke() == 0
    assert revoke(force.members["supervisor"][0]) == 0
    assert is_in(here)


def test_what_rolls_back_ends_nothing(member: StaffMember, here: Client) -> None:
    with transaction.atomic():
        revoke_sessions([member.pk], now=timezone.now())
        transaction.set_rollback(True)
    assert is_in(here)


def test_revoked_rows_stay_as_long_as_a_session_may_last(
    member: StaffMember, here: Client, clock: time_machine.Traveller
) -> None:
    revoke(member)
    clock.shift(LONGEST_SESSION - dt.timedelta(minutes=1))
    sweep_sessions(now=timezone.now())
    assert StaffSession.objects.filter(staff=member).exists()
    clock.shift(60)
    sweep_sessions(now=timezone.now())
    assert not StaffSession.objects.filter(staff=member).exists()


# ---- our own row counts beside Django's


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)},
        {"seen_at": dt.datetime(2026, 11, 20, 11, 45, tzinfo=dt.UTC)},
        {"opened_at": dt.datetime(2026, 11, 20, 4, 0, tzinfo=dt.UTC)},
        {"opened_at": dt.datetime(2026, 11, 20, 13, 0, tzinfo=dt.UTC)},
    ],
    ids=["revoked", "idle", "too old", "from a time to come"],
)
def test_a_session_whose_row_says_so_is_over(here: Client, change: dict[str, Any]) -> None:
    assert is_in(here)
    StaffSession.objects.update(**change)
    assert not is_in(here)


def test_a_session_without_our_row_is_none(here: Client) -> None:
    StaffSession.objects.all().delete()
    assert not is_in(here)


def test_a_row_renamed_to_another_member_is_none(force: Force, here: Client) -> None:
    StaffSession.objects.update(staff=force.members["supervisor"][0])
    assert not is_in(here)


def test_signing_out_leaves_no_row_and_is_entered(here: Client, member: StaffMember) -> None:
    assert here.post(reverse("sign-out")).status_code == 303
    assert not StaffSession.objects.exists()
    assert (newest().action, newest().actor_id, newest().object_id) == ("sign-in", member.pk, member.pk)

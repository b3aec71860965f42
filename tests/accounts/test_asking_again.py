"""Sensitive acts ask for the code again after five minutes, and lose nothing that was typed."""

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, path
from django.utils import timezone

from speakup.accounts import asking_again, limits
from speakup.accounts.asking_again import FACTOR_LASTS, asks_again, asks_before
from speakup.accounts.door import for_everybody, for_roles, may_enter
from speakup.accounts.models import RecoveryCode, SealedTotp, StaffMember, StaffSession
from speakup.accounts.recovery_codes import make_codes
from speakup.accounts.totp import current_code
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.urls import staff as staff_urls
from tests.builders import sign_in_client

ACT, FORM = "/staff/act/", "/staff/form/"
TYPED = {"why": 'he said "<stop>" & left\r\nand came back é', "kind": ["a", "b"], "empty": "", "act": "close"}

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, list[str]]]:
    """What reached the two views of a sensitive act."""
    reached: list[dict[str, list[str]]] = []

    def act(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            reached.append(dict(request.POST.lists()))
        return HttpResponse("done" if request.method == "POST" else "the form")

    added = [
        path("staff/act/", for_everybody(asks_again(act)), name="act"),
        path("staff/form/", for_everybody(asks_before(act)), name="form"),
    ]
    monkeypatch.setattr(staff_urls, "urlpatterns", [*staff_urls.urlpatterns, *added])
    clear_url_caches()
    return reached


@pytest.fixture(autouse=True)
def forget_the_urls() -> Any:
    yield
    clear_url_caches()


@pytest.fixture
def client(force: Force, member: StaffMember) -> Client:
    return sign_in_client(member, force.personal_secrets[member.pk])


@pytest.fixture
def late(client: Client, clock: time_machine.Traveller) -> Client:
    """Signed in, and the factor given a moment too long ago."""
    clock.shift(FACTOR_LASTS)
    return client


@pytest.fixture
def code(totp_secret: bytes) -> Callable[[], str]:
    return lambda: current_code(totp_secret, now=timezone.now())


def hidden(page: str) -> dict[str, list[str]]:
    """What the page carries, as a browser would post it."""
    carried: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page):
        if name != "csrfmiddlewaretoken":
            carried.setdefault(html.unescape(name), []).append(html.unescape(value))
    return carried


def as_lists(typed: dict[str, Any]) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in typed.items()}


def test_within_five_minutes_it_goes_straight_on(
    client: Client, done: list[Any], clock: time_machine.Traveller
) -> None:
    clock.shift(FACTOR_LASTS - dt.timedelta(seconds=1))
    assert client.post(ACT, TYPED).content == b"done"
    assert done == [as_lists(TYPED)]


def test_after_five_minutes_the_code_is_asked_for_and_everything_typed_goes_on(
    late: Client, done: list[Any], code: Callable[[], str]
) -> None:
    response = late.post(ACT + "?page=2", TYPED)
    page = response.content.decode()
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "Enter a code again" in page
    assert f'action="{ACT}?page=2"' in page
    assert done == []
    assert hidden(page) == as_lists(TYPED)
    again = late.post(ACT + "?page=2", {**hidden(page), "code_again": code()})
    assert again.content == b"done"
    assert {name: value for name, value in done[0].items() if name != "code_again"} == as_lists(TYPED)


def test_the_code_counts_for_the_next_five_minutes(
    late: Client, done: list[Any], code: Callable[[], str], clock: time_machine.Traveller
) -> None:
    late.post(ACT, {**TYPED, "code_again": code()})
    clock.shift(FACTOR_LASTS - dt.timedelta(seconds=1))
    assert late.post(ACT, TYPED).content == b"done"
    clock.shift(1)
    assert b"Enter a code again" in late.post(ACT, TYPED).content


def test_a_page_that_is_only_looked_at_asks_nothing(late: Client, done: list[Any]) -> None:
    assert late.get(ACT).content == b"the form"


@pytest.mark.parametrize(("typed", "message"), [("", "Enter the 6-digit code"), ("1" * 41, "must be 6 digits")])
def test_what_is_no_code_is_said_beside_the_field(late: Client, done: list[Any], typed: str, message: str) -> None:
    page = late.post(ACT, {**TYPED, "code_again": typed}).content.decode()
    assert message in page
    assert "<title>Error: Enter a code again" in page
    assert hidden(page) == as_lists(TYPED)
    assert done == []


def test_a_wrong_code_is_refused_on_the_ledger_and_loses_nothing(
    late: Client, done: list[Any], member: StaffMember
) -> None:
    page = late.post(ACT, {**TYPED, "code_again": "000000"}).content.decode()
    assert "The code is not right" in page
    assert hidden(page) == as_lists(TYPED)
    assert done == []
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.action, entry.actor_id, entry.role, entry.object_id) == ("refuse", member.pk, "triage", None)


def test_a_code_is_good_once(
    late: Client, done: list[Any], code: Callable[[], str], force: Force, member: StaffMember
) -> None:
    other = sign_in_client(member, force.personal_secrets[member.pk])
    StaffSession.objects.update(factor_at=timezone.now() - FACTOR_LASTS)
    assert late.post(ACT, {**TYPED, "code_again": code()}).content == b"done"
    assert b"The code is not right" in other.post(ACT, {**TYPED, "code_again": code()}).content


def test_a_code_is_good_once_although_two_come_at_the_same_moment(
    late: Client, done: list[Any], code: Callable[[], str], member: StaffMember, monkeypatch: Any
) -> None:
    matching = vars(asking_again)["matching_factor"]

    def and_somebody_is_faster(*args: Any, **kwargs: Any) -> Any:
        found = matching(*args, **kwargs)
        SealedTotp.objects.filter(user=member).update(last_step=found.step)
        return found

    monkeypatch.setattr(asking_again, "matching_factor", and_somebody_is_faster)
    assert b"The code is not right" in late.post(ACT, {**TYPED, "code_again": code()}).content
    assert done == []


def test_a_recovery_code_does_and_is_used_up(late: Client, done: list[Any], member: StaffMember) -> None:
    codes = make_codes(member)
    assert late.post(ACT, {**TYPED, "code_again": f" {codes[3].lower()} "}).content == b"done"
    assert RecoveryCode.objects.filter(staff=member).count() == 9
    StaffSession.objects.update(factor_at=timezone.now() - FACTOR_LASTS)
    assert b"The code is not right" in late.post(ACT, {**TYPED, "code_again": codes[3]}).content


def test_somebody_elses_code_does_not_do(late: Client, done: list[Any], force: Force) -> None:
    other = force.members["supervisor"][0]
    theirs = current_code(force.totp_secrets[other.pk], now=timezone.now())
    assert b"The code is not right" in late.post(ACT, {**TYPED, "code_again": theirs}).content


def test_after_ten_wrong_codes_the_right_one_waits(
    late: Client, done: list[Any], code: Callable[[], str], clock: time_machine.Traveller
) -> None:
    for _ in range(limits.ACCOUNT.capacity):
        late.post(ACT, {**TYPED, "code_again": "000000"})
    entered = Entry.objects.filter(action="refuse").count()
    assert b"too many tries" in late.post(ACT, {**TYPED, "code_again": code()}).content
    assert Entry.objects.filter(action="refuse").count() == entered == limits.ACCOUNT.capacity
    clock.shift(limits.SLOT_SECONDS)
    assert late.post(ACT, {**TYPED, "code_again": code()}).content == b"done"


def test_the_tries_of_one_session_are_not_those_of_another(
    late: Client, done: list[Any], code: Callable[[], str], force: Force, member: StaffMember
) -> None:
    """Whoever stole a session must not keep its owner from ending it, from another browser."""
    for _ in range(limits.ACCOUNT.capacity + 1):
        late.post(ACT, {**TYPED, "code_again": "000000"})
    other = sign_in_client(member, force.personal_secrets[member.pk], now=timezone.now())
    StaffSession.objects.update(factor_at=timezone.now() - FACTOR_LASTS)
    assert other.post(ACT, {**TYPED, "code_again": code()}).content == b"done"


def test_a_factor_from_a_time_to_come_counts_for_nothing(client: Client, done: list[Any]) -> None:
    StaffSession.objects.update(factor_at=timezone.now() + dt.timedelta(hours=1))
    assert b"Enter a code again" in client.post(ACT, TYPED).content


def test_the_door_stands_before_the_question(done: list[Any]) -> None:
    assert Client().post(ACT, TYPED).status_code == 302

    def view(request: HttpRequest) -> HttpResponse:
        raise AssertionError

    assert not may_enter(for_roles("triage")(asks_again(view)), {"supervisor"})
    assert not may_enter(asks_again(for_roles("triage")(view)), {"triage"})


# ---- forms that are not carried: a passphrase is never put into a page


def test_such_a_form_asks_before_it_is_shown(late: Client, done: list[Any], code: Callable[[], str]) -> None:
    assert b"Enter a code again" in late.get(FORM).content
    response = late.post(FORM, {"code_again": code()})
    assert (response.status_code, response["Location"]) == (303, FORM)
    assert late.get(FORM).content == b"the form"
    assert late.post(FORM, {"passphrase": "seven quiet otters"}).content == b"done"


def test_what_is_posted_too_late_is_dropped_and_said_to_be(late: Client, done: list[Any]) -> None:
    page = late.post(FORM, {"passphrase": "seven quiet otters"}).content.decode()
    assert "seven quiet otters" not in page
    assert "was not kept: a passphrase is never put into a page" in page
    assert hidden(page) == {}
    assert done == []


def test_nothing_is_said_to_be_lost_where_nothing_was_typed(late: Client, done: list[Any]) -> None:
    """A button alone, as 'Make the new key' is."""
    assert "was not kept" not in late.post(FORM).content.decode()
    page = late.post(FORM, {"sealed": "of a page before"}).content.decode()
    assert "was not kept" in page
    assert "passphrase" not in page

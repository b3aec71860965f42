"""The door: closed by default for whatever view is ever added, and for every session that is not whole."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from speakup.accounts.cookies import VAULT_COOKIE
from speakup.accounts.door import StaffDoorMiddleware, is_open_before_sign_in, open_before_sign_in
from speakup.accounts.keyring import Forgotten, Keyring
from speakup.accounts.models import SealedTotp, StaffMember, Unlocked
from speakup.accounts.sessions import LONGEST_SESSION, sweep_sessions
from speakup.embedded.demonstration import Force
from speakup.vault import personal
from tests.builders import sign_in_client

HOME = "/staff/"
SIGN_IN = "/staff/sign-in/"


@pytest.fixture
def other(force: Force) -> StaffMember:
    return force.members["ccu_officer"][0]


@pytest.fixture
def staff_client(force: Force, member: StaffMember) -> Client:
    return sign_in_client(member, force.personal_secrets[member.pk])


def is_in(client: Client) -> bool:
    """Whether the door lets this client through: a page that is no redirect to sign-in."""
    response = client.get(HOME)
    assert response.status_code == 200 or response["Location"] == SIGN_IN
    return response.status_code == 200


# ---- nothing is open that was not opened on purpose


def patterns_of(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns_of(entry, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern), entry


EVERY_STAFF_URL = sorted(patterns_of(get_resolver("speakup.urls.staff")), key=lambda one: one[0])


def example(route: str) -> str:
    ids = re.sub(r"<uuid:\w+>", lambda _: str(uuid4()), route)
    return "/" + re.sub(r"<(int|str|slug):\w+>", "1", ids)


def test_the_walk_sees_the_staff_site() -> None:
    routes = {route for route, _ in EVERY_STAFF_URL}
    assert {"staff/", "staff/sign-in/", "staff/sign-out/", "staff/reports/<uuid:report_id>/"} <= routes


# Whoever has an invitation's link has no login yet; without its token there is nothing behind (test_joining.py).
JOINING = {"account-join", "account-join-link"}


def test_only_signing_in_and_joining_are_open() -> None:
    opened = {entry.name for _, entry in EVERY_STAFF_URL if is_open_before_sign_in(entry.callback)}
    assert opened == {"sign-in", "healthz", "readyz"} | JOINING


@pytest.mark.parametrize(("route", "entry"), EVERY_STAFF_URL, ids=[route for route, _ in EVERY_STAFF_URL])
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete", "options", "patch"])
def test_nothing_else_can_be_reached(db: None, client: Client, route: str, entry: URLPattern, method: str) -> None:
    if not route.startswith("staff/") or entry.name in {"sign-in", *JOINING}:
        return
    address = example(route)
    assert resolve(address, "speakup.urls.staff").func is entry.callback
    response = getattr(client, method)(address)
    assert response.status_code == 302
    assert response["Location"].split("?")[0] == SIGN_IN


def added(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a page that somebody added and forgot to close")


def tampered(request: HttpRequest) -> HttpResponse:
    return HttpResponse("another")


tampered.__dict__.update(open_before_sign_in(added).__dict__)  # what a wrapper made with functools.wraps would copy


def door_answers(view: Any, site: str | None, user: Any = None) -> Any:
    request = RequestFactory().get("/staff/added/")
    if site is not None:
        request.site_name = site  # type: ignore[attr-defined]
    request.user = user or get_user(_with_session(request))
    return StaffDoorMiddleware(lambda _: HttpResponse()).process_view(request, view, (), {})


def _with_session(request: HttpRequest) -> HttpRequest:
    from django.contrib.sessions.backends.db import SessionStore

    request.session = SessionStore()
    return request


def test_a_new_view_is_closed(db: None) -> None:
    assert door_answers(added, "staff").status_code == 302
    assert door_answers(tampered, "staff").status_code == 302
    assert door_answers(open_before_sign_in(added), "staff") is None


def test_a_request_that_no_dispatcher_saw_is_the_staffs(db: None) -> None:
    assert door_answers(added, None).status_code == 302


def test_the_reporter_site_passes_by_without_a_keyring(client: Client, db: None) -> None:
    assert door_answers(added, "reporter") is None


# ---- a session must be whole


def test_whoever_signed_in_gets_in(staff_client: Client) -> None:
    assert is_in(staff_client)


def test_without_cookies_nobody_gets_in(client: Client, db: None) -> None:
    assert not is_in(client)


@pytest.mark.parametrize(
    "value", [None, "", "x", "A" * 43, "é", "A" * 4000, pytest.param(personal.new_cookie(), id="another")]
)
def test_without_its_own_vault_cookie_a_session_ends(staff_client: Client, value: str | None) -> None:
    if value is None:
        del staff_client.cookies[VAULT_COOKIE]
    else:
        staff_client.cookies[VAULT_COOKIE] = value
    assert not is_in(staff_client)
    assert not Session.objects.exists()
    assert not Unlocked.objects.exists()


def test_the_vault_cookie_of_another_session_does_not_open(
    force: Force, member: StaffMember, staff_client: Client
) -> None:
    again = sign_in_client(member, force.personal_secrets[member.pk])
    staff_client.cookies[VAULT_COOKIE] = again.cookies[VAULT_COOKIE].value
    assert not is_in(staff_client)
    assert is_in(again)


def test_an_unlocked_row_moved_to_another_session_does_not_open(
    force: Force, other: StaffMember, staff_client: Client, member: StaffMember
) -> None:
    """Somebody of another desk who can write the database puts a member's row on a session of their own."""
    theirs = sign_in_client(other, force.personal_secrets[other.pk])
    mine = Unlocked.objects.get(staff=other)
    victim = Unlocked.objects.get(staff=member)
    Unlocked.objects.filter(pk=mine.pk).update(sealed=victim.sealed)
    assert not is_in(theirs)


def test_an_unlocked_row_and_cookie_moved_together_do_not_open(
    force: Force, other: StaffMember, staff_client: Client, member: StaffMember
) -> None:
    theirs = sign_in_client(other, force.personal_secrets[other.pk])
    victim = Unlocked.objects.get(staff=member)
    Unlocked.objects.filter(staff=other).update(sealed=victim.sealed)
    theirs.cookies[VAULT_COOKIE] = staff_client.cookies[VAULT_COOKIE].value
    assert not is_in(theirs)


def test_a_row_renamed_to_another_member_does_not_open(staff_client: Client, other: StaffMember) -> None:
    Unlocked.objects.update(staff=other)
    assert not is_in(staff_client)


def test_a_session_renamed_to_another_member_does_not_open(staff_client: Client, other: StaffMember) -> None:
    session = staff_client.session
    session["_auth_user_id"] = str(other.pk)
    session.save()
    assert not is_in(staff_client)


def test_a_forged_session_of_another_member_opens_nothing(
    force: Force, staff_client: Client, member: StaffMember, other: StaffMember
) -> None:
    """With the site's secret and the database a session can be written; the personal secret cannot."""
    session = staff_client.session
    session["_auth_user_id"] = str(other.pk)
    session["_auth_user_hash"] = other.get_session_auth_hash()
    session["otp_device_id"] = SealedTotp.objects.get(user=other).persistent_id
    session.save()
    Unlocked.objects.update(staff=other)
    assert not is_in(staff_client)


def test_a_session_without_a_code_does_not_get_in(staff_client: Client) -> None:
    session = staff_client.session
    del session["otp_device_id"]
    session.save()
    assert not is_in(staff_client)


def test_a_second_factor_taken_away_ends_the_session(staff_client: Client, member: StaffMember) -> None:
    SealedTotp.objects.filter(user=member).update(confirmed=False)
    assert not is_in(staff_client)


def test_a_deleted_unlocked_row_ends_the_session(staff_client: Client) -> None:
    Unlocked.objects.all().delete()
    assert not is_in(staff_client)


def test_whoever_left_is_out_at_once(staff_client: Client, member: StaffMember) -> None:
    assert is_in(staff_client)
    StaffMember.objects.filter(pk=member.pk).update(is_active=False)
    assert not is_in(staff_client)


@pytest.mark.parametrize(("seconds", "still_in"), [(14 * 60, True), (15 * 60 + 1, False)])
def test_a_quarter_of_an_hour_without_a_request_ends_it(
    force: Force, member: StaffMember, clock: time_machine.Traveller, seconds: int, *, still_in: bool
) -> None:
    client = sign_in_client(member, force.personal_secrets[member.pk])
    clock.shift(seconds)
    assert is_in(client) is still_in


def test_each_request_begins_the_quarter_of_an_hour_again_for_eight_hours(
    force: Force, member: StaffMember, clock: time_machine.Traveller
) -> None:
    client = sign_in_client(member, force.personal_secrets[member.pk])
    for _ in range(int(LONGEST_SESSION / dt.timedelta(minutes=10)) - 1):
        clock.shift(600)
        assert is_in(client)
    clock.shift(600)
    assert not is_in(client)
    assert not Unlocked.objects.exists()


def test_an_unlocked_row_from_the_future_does_not_open(staff_client: Client) -> None:
    """Moving the moment of opening on would make a session last."""
    Unlocked.objects.update(opened_at=timezone.now() + dt.timedelta(hours=1))
    assert not is_in(staff_client)


def test_the_cookie_is_dropped_with_the_session(staff_client: Client) -> None:
    Unlocked.objects.all().delete()
    response = staff_client.get(HOME)
    assert response.cookies[VAULT_COOKIE].value == ""
    assert response.cookies[VAULT_COOKIE]["max-age"] == 0
    assert response.cookies[django_settings.SESSION_COOKIE_NAME].value == ""


def test_signing_out_ends_it_for_a_thief_of_both_cookies(force: Force, staff_client: Client) -> None:
    thief = Client()
    for name in (VAULT_COOKIE, django_settings.SESSION_COOKIE_NAME):
        thief.cookies[name] = staff_client.cookies[name].value
    assert is_in(thief)
    staff_client.post(reverse("sign-out"))
    assert not is_in(thief)


def test_sessions_past_their_time_are_swept(force: Force, member: StaffMember, clock: time_machine.Traveller) -> None:
    sign_in_client(member, force.personal_secrets[member.pk])
    clock.shift(600)
    live = sign_in_client(member, force.personal_secrets[member.pk])
    clock.shift(600)
    assert sweep_sessions(now=timezone.now()) == 1
    assert (Session.objects.count(), Unlocked.objects.count()) == (1, 1)
    assert is_in(live)


# ---- the way to sign in and back


def test_a_page_asked_for_is_remembered(client: Client, db: None) -> None:
    address = f"/staff/reports/{uuid4()}/"
    assert client.get(address)["Location"] == f"{SIGN_IN}?next={address.replace('/', '%2F')}"
    assert client.get(f"{address}?q=canary")["Location"].endswith("%2F")
    assert client.get(HOME)["Location"] == SIGN_IN


def test_what_was_sent_too_late_is_said_to_be_lost(client: Client, db: None) -> None:
    response = client.post(f"/staff/reports/{uuid4()}/reply/", {"text": "canary"}, follow=True)
    assert response.redirect_chain == [(f"{SIGN_IN}?ended=1", 302)]
    page = response.content.decode()
    assert "You were signed out" in page
    assert "canary" not in page


# ---- the keyring


def test_the_keyring_forgets_when_the_request_ends(
    force: Force, member: StaffMember, staff_client: Client, monkeypatch: Any
) -> None:
    seen: list[Keyring] = []
    remember: Callable[..., None] = Keyring.forget

    def noting(keyring: Keyring) -> None:
        seen.append(keyring)
        remember(keyring)

    monkeypatch.setattr(Keyring, "forget", noting)
    staff_client.get(HOME)
    (keyring,) = seen
    assert keyring.staff_id == member.pk
    with pytest.raises(Forgotten):
        keyring._opening_seed()


def test_the_keyring_forgets_when_the_view_fails() -> None:
    keyring = Keyring(StaffMember(), b"k" * 32)

    def failing(request: HttpRequest) -> HttpResponse:
        request.keyring = keyring  # type: ignore[attr-defined]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        StaffDoorMiddleware(failing)(RequestFactory().get(HOME))
    with pytest.raises(Forgotten):
        keyring._opening_seed()


def test_staff_cookies_stay_off_the_reporter_site(staff_client: Client) -> None:
    response = staff_client.get("/")
    assert not response.cookies.keys() & {VAULT_COOKIE, django_settings.SESSION_COOKIE_NAME}

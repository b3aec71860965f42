"""A session that was ended stays ended: no request in flight, second tab or change under way takes it up again
(adversaries.md, 'thief of a staff browser's cookies'; ADR 0020)."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from speakup.accounts import asking_again, own_account, sessions, sign_in
from speakup.accounts.models import PersonalSecret, SealedTotp, StaffMember, StaffSession, Unlocked
from speakup.accounts.totp import current_code
from speakup.accounts.views import account
from speakup.embedded.demonstration import Force
from speakup.vault.errors import CannotOpen
from tests.builders import sign_in_client

NOW = dt.datetime(2031, 2, 13, 14, 5, 11, tzinfo=dt.UTC)
HEAD = "helen.marsh@example.test"
NEW = "four brass lanterns adrift"


@pytest.fixture(autouse=True)
def at_one_moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def head(force: Force) -> StaffMember:
    return force.member(HEAD)


@pytest.fixture
def browser(force: Force, head: StaffMember) -> Client:
    return sign_in_client(head, force.personal_secrets[head.pk])


@pytest.fixture
def without_argon2(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opens as the force's passphrase would, without its third of a second."""

    def unwrap(wrapped: bytes, passphrase: str, salt: bytes, staff_id: UUID, version: int) -> bytes:
        if passphrase != force.passphrase:
            raise CannotOpen
        return force.personal_secrets[staff_id]

    monkeypatch.setattr(own_account, "unwrap_personal_secret", unwrap)
    monkeypatch.setattr(sign_in, "unwrap_personal_secret", unwrap)


def revoke(staff: StaffMember) -> None:
    with transaction.atomic():
        sessions.revoke_sessions([staff.pk], now=timezone.now())


def is_in(client: Client) -> bool:
    return bool(client.get(reverse("staff-home")).status_code == 200)


def meanwhile(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, act: Callable[[], None]) -> None:
    """Let `act` happen when the request in flight comes to this name, before it goes on."""
    plain = getattr(module, name)

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(module, name, plain)
        act()
        return plain(*args, **kwargs)

    monkeypatch.setattr(module, name, interrupted)


def end_behind(monkeypatch: pytest.MonkeyPatch, staff: StaffMember) -> None:
    """End the session right after a change under way has found it there."""
    plain = own_account._session

    def and_then_it_ends(request: Any) -> StaffSession:
        found = plain(request)
        revoke(staff)
        return found

    monkeypatch.setattr(own_account, "_session", and_then_it_ends)


def nothing_is_left(staff: StaffMember) -> bool:
    alive = StaffSession.objects.filter(staff=staff, revoked_at=None).exists()
    return not alive and not Unlocked.objects.filter(staff=staff).exists() and not Session.objects.exists()


# ---- a request in flight


def test_a_request_in_flight_ends_refused_and_brings_nothing_back(
    browser: Client, head: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has passed the door when the session is ended; the middleware saves the session at its end."""
    meanwhile(monkeypatch, account, "AccountPage", lambda: revoke(head))
    response = browser.get(reverse("account"))
    assert (response.status_code, response["Location"]) == (303, reverse("sign-in"))
    assert nothing_is_left(head)
    assert not is_in(browser)


def test_twin_rows_written_back_at_its_end_bring_the_session_back(
    browser: Client, head: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a session in a cache does: read at the start, set at the end."""
    read = [*StaffSession.objects.all(), *Unlocked.objects.all(), *Session.objects.all()]

    def revoke_and_write_back() -> None:
        revoke(head)
        for row in read:
            row.save()

    meanwhile(monkeypatch, account, "AccountPage", revoke_and_write_back)
    assert browser.get(reverse("account")).status_code == 200
    assert is_in(browser)


@pytest.mark.parametrize("kept", [StaffSession, Unlocked, Session])
def test_one_part_brought_back_alone_is_no_session(browser: Client, head: StaffMember, kept: Any) -> None:
    read = list(kept.objects.all())
    revoke(head)
    for row in read:
        row.save()
    assert not is_in(browser)


def test_a_request_in_flight_in_another_thread_brings_nothing_back(
    own_database: Path, django_db_setup: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With real commits: the request waits in its view until the session has been ended from elsewhere."""
    force, passed, ended = django_db_setup, threading.Event(), threading.Event()
    head = force.member(HEAD)
    browser = sign_in_client(head, force.personal_secrets[head.pk])
    plain, statuses = vars(account)["AccountPage"], []

    def wait(*args: Any) -> Any:
        passed.set()
        assert ended.wait(10)
        return plain(*args)

    monkeypatch.setattr(account, "AccountPage", wait)

    def ask() -> None:
        try:
            statuses.append(browser.get(reverse("account")).status_code)
        finally:
            connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    assert passed.wait(10)
    revoke(head)
    ended.set()
    thread.join()
    assert statuses == [303]
    assert nothing_is_left(head)
    assert not is_in(browser)


# ---- a second tab


def test_a_second_tab_with_the_same_cookies_does_nothing_more(
    browser: Client, head: StaffMember, without_argon2: None
) -> None:
    second = Client()
    for name, cookie in browser.cookies.items():
        second.cookies[name] = cookie.value
    assert is_in(second)
    assert browser.post(reverse("sign-out")).status_code == 303
    assert second.post(reverse("account-recovery-codes")).status_code == 302
    assert not is_in(second)
    assert nothing_is_left(head)


def test_a_second_tab_does_not_outlive_a_new_passphrase(
    browser: Client, head: StaffMember, force: Force, without_argon2: None
) -> None:
    second = Client()
    for name, cookie in browser.cookies.items():
        second.cookies[name] = cookie.value
    typed = {"current": force.passphrase, "passphrase": NEW, "again": NEW}
    assert browser.post(reverse("account-passphrase"), typed).status_code == 303
    assert is_in(browser)
    assert not is_in(second)


# ---- a change under way: each of them would begin a session, or let one go on


def test_a_new_passphrase_under_way_begins_no_session_after_the_end(
    browser: Client, head: StaffMember, force: Force, without_argon2: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    salts = list(PersonalSecret.objects.values_list("salt", flat=True))
    meanwhile(monkeypatch, own_account, "wrap_personal_secret", lambda: revoke(head))
    typed = {"current": force.passphrase, "passphrase": NEW, "again": NEW}
    response = browser.post(reverse("account-passphrase"), typed)
    assert (response.status_code, response["Location"]) == (303, reverse("sign-in") + "?ended=1")
    assert list(PersonalSecret.objects.values_list("salt", flat=True)) == salts
    assert nothing_is_left(head)


def test_twin_a_change_that_does_not_look_begins_one(
    browser: Client, head: StaffMember, force: Force, without_argon2: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def renew(request: Any, staff: StaffMember, device: SealedTotp, secret: bytes, *, now: dt.datetime) -> str:
        return sessions.begin_session(request, staff, device, secret, now=now)

    monkeypatch.setattr(own_account, "renew_session", renew)
    meanwhile(monkeypatch, own_account, "wrap_personal_secret", lambda: revoke(head))
    typed = {"current": force.passphrase, "passphrase": NEW, "again": NEW}
    assert browser.post(reverse("account-passphrase"), typed).status_code == 303
    assert is_in(browser)


def test_a_new_app_under_way_changes_nothing_after_the_end(
    browser: Client, head: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = SealedTotp.objects.get(user=head)
    page = browser.post(reverse("account-factor"))
    enrolment = page.context["enrolment"]
    typed = {"sealed": enrolment.sealed, "code": current_code(enrolment.secret, now=NOW)}
    end_behind(monkeypatch, head)
    assert browser.post(reverse("account-factor"), typed)["Location"] == reverse("sign-in") + "?ended=1"
    assert SealedTotp.objects.get(user=head) == before
    assert nothing_is_left(head)


def test_new_recovery_codes_under_way_are_not_made_after_the_end(
    browser: Client, head: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_behind(monkeypatch, head)
    assert browser.post(reverse("account-recovery-codes"))["Location"] == reverse("sign-in") + "?ended=1"
    assert not head.recoverycode_set.exists()


def test_a_code_given_again_does_not_bring_the_session_back(
    force: Force, browser: Client, head: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    StaffSession.objects.update(factor_at=NOW - dt.timedelta(hours=1))
    meanwhile(monkeypatch, asking_again, "matching_factor", lambda: revoke(head))
    code = current_code(force.totp_secrets[head.pk], now=NOW)
    response = browser.post(reverse("account-recovery-codes"), {"code_again": code})
    assert response["Location"] == reverse("sign-in") + "?ended=1"
    assert not head.recoverycode_set.exists()
    assert not is_in(browser)


def test_signing_in_with_the_old_passphrase_while_it_changes_gets_nobody_in(
    force: Force, head: StaffMember, without_argon2: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thief's try was right when it was judged; the change commits first."""

    def change() -> None:
        PersonalSecret.objects.filter(personal_key__staff=head).update(salt=b"\x07" * 16)
        revoke(head)

    meanwhile(monkeypatch, sign_in, "matching_code", change)
    typed = {"email": HEAD, "passphrase": force.passphrase, "code": current_code(force.totp_secrets[head.pk], now=NOW)}
    assert Client().post(reverse("sign-in"), typed).status_code == 200
    assert nothing_is_left(head)


def test_twin_a_sign_in_that_does_not_look_again_gets_in(
    force: Force, head: StaffMember, without_argon2: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change() -> None:
        PersonalSecret.objects.filter(personal_key__staff=head).update(salt=b"\x07" * 16)
        revoke(head)

    monkeypatch.setattr(sign_in, "_still_the_same", lambda candidate: True)
    meanwhile(monkeypatch, sign_in, "matching_code", change)
    typed = {"email": HEAD, "passphrase": force.passphrase, "code": current_code(force.totp_secrets[head.pk], now=NOW)}
    assert Client().post(reverse("sign-in"), typed).status_code == 303
    assert not nothing_is_left(head)


# ---- what ends a session ends it at once


@pytest.mark.parametrize("column", ["revoked_at", "seen_at"])
def test_no_request_writes_a_session_back_to_life(browser: Client, head: StaffMember, column: str) -> None:
    """Somebody tries again and again: the times of a row that has ended do not move."""
    assert is_in(browser)
    revoke(head)
    before = StaffSession.objects.get(staff=head)
    for _ in range(3):
        assert not is_in(browser)
    assert getattr(StaffSession.objects.get(staff=head), column) == getattr(before, column)

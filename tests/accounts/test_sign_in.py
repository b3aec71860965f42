"""Signing in: passphrase and code together, one answer to whatever is wrong."""

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.test import Client

from speakup.accounts import sign_in
from speakup.accounts.cookies import DEVICE_COOKIE, VAULT_COOKIE
from speakup.accounts.models import (
    PersonalSecret,
    SealedTotp,
    StaffMember,
    TokenBucket,
    Unlocked,
)
from speakup.accounts.totp import current_code, matching_step
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from tests.accounts.conftest import NOON

PATH = "/staff/sign-in/"
HOME = "/staff/"
REPORT = "/staff/reports/5f3c1c56-9d2b-4f43-8a3f-8a6b5f2a7c11/"

pytestmark = pytest.mark.usefixtures("clock", "without_argon2")


def newest() -> Entry:
    return Entry.objects.order_by("-seq")[0]


def test_the_sign_in_is_on_the_ledger(client: Client, member: StaffMember, typed: dict[str, str]) -> None:
    client.post(PATH, typed)
    entry = newest()
    assert (entry.action, entry.actor_id, entry.role, entry.object_id) == ("sign-in", member.pk, "triage", None)


def test_a_dump_after_signing_in_holds_no_secret(
    force: Force, client: Client, member: StaffMember, typed: dict[str, str]
) -> None:
    client.post(PATH, typed)
    kept = b"".join(bytes(row.sealed) + bytes(row.session_hash) for row in Unlocked.objects.all())
    kept += "".join(Session.objects.values_list("session_data", flat=True)).encode()
    session = Session.objects.get().get_decoded()
    cookie = client.cookies[VAULT_COOKIE].value
    assert force.personal_secrets[member.pk] not in kept
    assert cookie.encode() not in kept
    assert Session.objects.get().session_key.encode() not in kept
    assert typed["passphrase"] not in str(session)
    assert set(session) == {"_auth_user_id", "_auth_user_backend", "_auth_user_hash", "otp_device_id"}


def test_the_device_is_known_by_nothing_readable(client: Client, member: StaffMember, typed: dict[str, str]) -> None:
    client.post(PATH, typed)
    value = client.cookies[DEVICE_COOKIE].value
    assert member.pk.hex not in value
    assert member.email not in value
    assert re.fullmatch(r"[\w-]{22}\.[\w-]{22}", value)


def test_a_refusal_keeps_nothing_that_was_typed(client: Client, typed: dict[str, str]) -> None:
    client.post(PATH, {**typed, "email": "canary.canary@example.test"})
    entry = newest()
    assert (entry.actor_id, entry.role, entry.object_id, bytes(entry.written)) == (None, "", None, b"[]")
    for bucket in TokenBucket.objects.all():
        assert b"canary" not in bytes(bucket.key_hmac)
    assert not Session.objects.exists()


def test_a_refusal_names_the_account_that_was_tried(client: Client, member: StaffMember, typed: dict[str, str]) -> None:
    client.post(PATH, {**typed, "passphrase": "wrong"})
    assert (newest().actor_id, newest().role, newest().object_id) == (member.pk, "", None)


def test_the_code_is_checked_although_the_passphrase_is_wrong(
    client: Client, typed: dict[str, str], monkeypatch: Any
) -> None:
    checked: list[str] = []
    match = matching_step

    def noting(device: Any, code: str, **kwargs: Any) -> int | None:
        checked.append(code)
        return match(device, code, **kwargs)

    monkeypatch.setattr(sign_in, "matching_step", noting)
    client.post(PATH, {**typed, "passphrase": "wrong"})
    client.post(PATH, {**typed, "email": "nobody@example.test"})
    assert checked == [typed["code"]] * 2


def test_a_code_is_good_once(client: Client, typed: dict[str, str]) -> None:
    assert client.post(PATH, typed).status_code == 303
    assert Client().post(PATH, typed).status_code == 200


def test_a_code_is_good_once_although_two_come_at_the_same_moment(
    client: Client, typed: dict[str, str], monkeypatch: Any
) -> None:
    """Both passed the check; only one may use the step."""
    checked = matching_step

    def and_somebody_is_faster(device: SealedTotp, code: str, **kwargs: Any) -> int | None:
        step = checked(device, code, **kwargs)
        SealedTotp.objects.filter(pk=device.pk).update(last_step=step or 0)
        return step

    monkeypatch.setattr(sign_in, "matching_step", and_somebody_is_faster)
    assert client.post(PATH, typed).status_code == 200
    assert not Unlocked.objects.exists()


@pytest.mark.parametrize(("seconds", "status"), [(-60, 200), (-30, 303), (30, 303), (60, 200)])
def test_a_clock_may_be_half_a_minute_out(
    client: Client, typed: dict[str, str], totp_secret: bytes, seconds: int, status: int
) -> None:
    code = current_code(totp_secret, now=NOON + dt.timedelta(seconds=seconds))
    assert client.post(PATH, {**typed, "code": f" {code[:3]} {code[3:]} "}).status_code == status


def test_a_refused_try_uses_no_code_up(client: Client, typed: dict[str, str]) -> None:
    client.post(PATH, {**typed, "passphrase": "wrong"})
    assert client.post(PATH, typed).status_code == 303


def test_somebody_elses_code_does_not_do(force: Force, client: Client, typed: dict[str, str]) -> None:
    other = force.members["supervisor"][0]
    assert client.post(PATH, {**typed, "code": current_code(force.totp_secrets[other.pk], now=NOON)}).status_code == 200


def test_who_leaves_while_the_passphrase_is_checked_does_not_get_in(
    client: Client, member: StaffMember, typed: dict[str, str], monkeypatch: Any
) -> None:
    unwrap = vars(sign_in)["unwrap_personal_secret"]

    def meanwhile(*args: Any) -> Any:
        StaffMember.objects.filter(pk=member.pk).update(is_active=False)
        return unwrap(*args)

    monkeypatch.setattr(sign_in, "unwrap_personal_secret", meanwhile)
    assert client.post(PATH, typed).status_code == 200
    assert not Unlocked.objects.exists()


def test_without_a_confirmed_second_factor_nobody_gets_in(
    client: Client, member: StaffMember, typed: dict[str, str]
) -> None:
    SealedTotp.objects.filter(user=member).update(confirmed=False)
    assert client.post(PATH, typed).status_code == 200


def test_the_address_may_be_typed_in_any_case(client: Client, typed: dict[str, str]) -> None:
    assert client.post(PATH, {**typed, "email": f" {typed['email'].upper()} "}).status_code == 303


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"email": ""}, "Enter your email address"),
        ({"email": "not an address"}, "in the correct format"),
        ({"email": "a" * 300 + "@example.test"}, "254 characters or fewer"),
        ({"email": "a\x00@example.test"}, "Null characters are not allowed"),
        ({"passphrase": ""}, "Enter your passphrase"),
        ({"passphrase": "x" * 1025}, "1,024 characters or fewer"),
        ({"passphrase": "a\x00b"}, "Null characters are not allowed"),
        ({"code": ""}, "Enter the 6-digit code"),
        ({"code": "1" * 41}, "must be 6 digits"),
    ],
)
def test_what_is_missing_or_hostile_is_said_beside_its_field(
    client: Client, typed: dict[str, str], change: dict[str, str], message: str
) -> None:
    response = client.post(PATH, {**typed, **change})
    page = response.content.decode()
    assert response.status_code == 200
    assert message in page
    assert "<title>Error: Sign in" in page
    assert not TokenBucket.objects.exists()


def test_what_was_typed_is_kept_but_the_passphrase(client: Client, typed: dict[str, str]) -> None:
    page = client.post(PATH, {**typed, "code": "", "next": "/staff/reports/x/"}).content.decode()
    assert f'value="{typed["email"]}"' in page
    assert typed["passphrase"] not in page
    assert 'name="next" value="/staff/reports/x/"' in page


@pytest.mark.parametrize(
    ("wanted", "location"),
    [
        (REPORT, REPORT),
        ("/staff/", HOME),
        ("", HOME),
        ("https://evil.example/staff/", HOME),
        ("//evil.example/staff/", HOME),
        ("/\\evil.example/staff/", HOME),
        ("\x00/staff/", HOME),
        ("javascript:alert(1)", HOME),
        ("/report/", HOME),
        ("/staff/../report/", HOME),
        ("/staff/nowhere/", HOME),
        ("/staff/sign-in/", HOME),
        ("/staff/sign-out/", HOME),
        ("/staff/\r\nSet-Cookie: a=b", HOME),
    ],
)
def test_it_leads_only_to_pages_of_the_staff_site(
    client: Client, typed: dict[str, str], wanted: str, location: str
) -> None:
    assert client.post(PATH, {**typed, "next": wanted})["Location"] == location


def test_django_authenticates_nobody(client: Client, member: StaffMember, typed: dict[str, str]) -> None:
    assert authenticate(username=member.email, password=typed["passphrase"]) is None
    assert not client.login(username=member.email, password=typed["passphrase"])
    assert not member.check_password(typed["passphrase"])
    assert not member.has_usable_password()
    with pytest.raises(TypeError):
        member.set_password("anything")
    assert not any(field.name in {"password", "last_login"} for field in StaffMember._meta.get_fields())


def test_a_new_wrapped_secret_ends_the_sessions(client: Client, member: StaffMember, typed: dict[str, str]) -> None:
    client.post(PATH, typed)
    assert client.get(PATH).status_code == 302
    PersonalSecret.objects.filter(personal_key__staff=member).update(salt=b"\x07" * 16)
    assert client.get(PATH).status_code == 200

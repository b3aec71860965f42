"""Tries: a bucket an account, one of its own for a known device, and a gate before Argon2."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from speakup.accounts import limits, sign_in
from speakup.accounts.cookies import DEVICE_COOKIE
from speakup.accounts.models import (
    SealedTotp,
    StaffMember,
    TokenBucket,
)
from speakup.accounts.totp import current_code
from speakup.embedded.demonstration import Force
from speakup.vault.gates import Gate
from tests.accounts.conftest import NOON

PATH = "/staff/sign-in/"
HOME = "/staff/"
Retyped = Callable[[], dict[str, str]]

pytestmark = pytest.mark.usefixtures("clock")


def without_tokens(response: Any) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


@pytest.mark.usefixtures("without_argon2")
def test_too_many_tries_are_refused_like_any_other(client: Client, member: StaffMember, typed: dict[str, str]) -> None:
    for _ in range(limits.ACCOUNT.capacity):
        wrong = client.post(PATH, {**typed, "code": "000000"})
    refused = client.post(PATH, typed)
    assert refused.status_code == wrong.status_code == 200
    assert without_tokens(refused).replace(typed["code"], "000000") == without_tokens(wrong)
    assert SealedTotp.objects.get(user=member).last_step == 0


@pytest.mark.usefixtures("without_argon2")
def test_time_lets_tries_in_again(client: Client, typed: dict[str, str], clock: Any, retyped: Retyped) -> None:
    for _ in range(limits.ACCOUNT.capacity + 3):
        client.post(PATH, {**typed, "code": "000000"})
    clock.shift(limits.SLOT_SECONDS)
    assert client.post(PATH, retyped()).status_code == 303


@pytest.mark.usefixtures("without_argon2")
def test_flooding_an_account_does_not_lock_its_known_device_out(
    client: Client, typed: dict[str, str], clock: Any, retyped: Retyped
) -> None:
    client.post(PATH, typed)
    client.post(reverse("sign-out"))
    flooder = Client()
    for _ in range(limits.ACCOUNT.capacity + 3):
        flooder.post(PATH, {**typed, "code": "000000"})
    clock.shift(60)
    again = retyped()
    assert flooder.post(PATH, again).status_code == 200
    assert client.post(PATH, again).status_code == 303


@pytest.mark.usefixtures("without_argon2")
def test_a_known_device_has_its_limit_too(client: Client, typed: dict[str, str], clock: Any, retyped: Retyped) -> None:
    client.post(PATH, typed)
    for _ in range(limits.KNOWN_DEVICE.capacity + 1):
        client.post(PATH, {**typed, "code": "000000"})
    clock.shift(60)
    again = retyped()
    assert client.post(PATH, again).status_code == 200


@pytest.mark.parametrize(
    "value", ["", "x", "." * 30, "A" * 22, f"{'A' * 22}.{'B' * 22}", f"{'A' * 22}.B\x00", "é" * 45]
)
@pytest.mark.usefixtures("without_argon2")
def test_a_made_up_device_is_no_known_device(client: Client, typed: dict[str, str], value: str) -> None:
    client.cookies[DEVICE_COOKIE] = value
    for _ in range(limits.ACCOUNT.capacity + 1):
        client.post(PATH, {**typed, "passphrase": "wrong"})
    assert TokenBucket.objects.count() == 1
    assert TokenBucket.objects.get().level == 0


@pytest.mark.usefixtures("without_argon2")
def test_a_device_known_to_one_account_is_not_known_to_another(
    force: Force, client: Client, typed: dict[str, str]
) -> None:
    client.post(PATH, typed)
    client.post(reverse("sign-out"))
    TokenBucket.objects.all().delete()
    other = force.members["supervisor"][0]
    client.post(PATH, {**typed, "email": other.email})
    fresh = Client()
    fresh.post(PATH, {**typed, "email": other.email})
    assert [bucket.level for bucket in TokenBucket.objects.all()] == [limits.ACCOUNT.capacity - 2]


@pytest.mark.usefixtures("without_argon2")
def test_a_shared_computer_is_known_to_several(force: Force, client: Client, typed: dict[str, str]) -> None:
    client.post(PATH, typed)
    client.post(reverse("sign-out"))
    other = force.members["supervisor"][0]
    code = current_code(force.totp_secrets[other.pk], now=NOON)
    client.post(PATH, {**typed, "email": other.email, "code": code})
    assert client.cookies[DEVICE_COOKIE].value.count(".") == 2


@pytest.mark.usefixtures("without_argon2")
def test_a_success_costs_no_try(client: Client, typed: dict[str, str]) -> None:
    client.post(PATH, typed)
    assert [bucket.level for bucket in TokenBucket.objects.all()] == [limits.ACCOUNT.capacity]


@pytest.mark.usefixtures("without_argon2")
def test_when_too_many_derive_at_once_the_form_comes_back(
    client: Client, typed: dict[str, str], monkeypatch: Any
) -> None:
    busy = Gate(at_once=1, waiting=0, seconds=0)
    monkeypatch.setattr(sign_in, "GATE", busy)
    with busy:
        response = client.post(PATH, typed)
    page = response.content.decode()
    assert response.status_code == 503
    assert "Try again in a moment" in page
    assert f'value="{typed["email"]}"' in page
    assert f'value="{typed["code"]}"' in page
    assert typed["passphrase"] not in page
    assert not TokenBucket.objects.exists()
    assert client.post(PATH, typed).status_code == 303


@pytest.mark.usefixtures("without_argon2")
def test_a_flood_at_the_gate_does_not_hold_a_known_device_up(
    client: Client, typed: dict[str, str], monkeypatch: Any, clock: Any, retyped: Retyped
) -> None:
    client.post(PATH, typed)
    clock.shift(60)
    held = Gate(at_once=1, waiting=0, seconds=0)
    monkeypatch.setattr(sign_in, "GATE", held)
    again = retyped()
    with held:
        assert Client().post(PATH, again).status_code == 503
        assert client.post(PATH, again).status_code == 303


def test_the_passphrase_check_holds_no_lock_on_the_database(
    own_database: Path, django_db_setup: Force, monkeypatch: Any
) -> None:
    """SQLite has one writer: a third of a second of Argon2 inside a transaction would stop every reporter."""
    force = django_db_setup
    member = force.members["triage"][0]
    seen: list[bool] = []

    def noting(*_: object) -> bytes:
        seen.append(connection.in_atomic_block)
        return force.personal_secrets[member.pk]

    monkeypatch.setattr(sign_in, "unwrap_personal_secret", noting)
    code = current_code(force.totp_secrets[member.pk], now=NOON)
    typed = {"email": member.email, "passphrase": force.passphrase, "code": code}
    assert Client().post(PATH, typed).status_code == 303
    assert seen == [False]

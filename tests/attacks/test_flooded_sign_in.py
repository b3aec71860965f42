"""Somebody floods sign-in as the head of the desk: the head gets in all the same, from a device that signed in before
(vault.md, 'Personal keys and the staff session'; adversaries.md, 'Attacks wanted')."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from speakup.accounts import limits, sign_in
from speakup.accounts.models import TokenBucket
from speakup.accounts.totp import current_code
from speakup.embedded.demonstration import Force
from speakup.vault.errors import CannotOpen
from speakup.vault.gates import Gate

NOW = dt.datetime(2031, 2, 13, 14, 5, 11, tzinfo=dt.UTC)
HEAD = "helen.marsh@example.test"
FLOOD = 60


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def without_argon2(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """The flood costs its fifth of a second each in earnest; here it is the order of things that counts."""

    def unwrap(wrapped: bytes, passphrase: str, salt: bytes, staff_id: UUID, version: int) -> bytes:
        if passphrase != force.passphrase or staff_id not in force.personal_secrets:
            raise CannotOpen
        return force.personal_secrets[staff_id]

    monkeypatch.setattr(sign_in, "unwrap_personal_secret", unwrap)


@pytest.fixture
def typed(force: Force) -> Callable[[], dict[str, str]]:
    secret = force.totp_secrets[force.member(HEAD).pk]
    return lambda: {
        "email": HEAD,
        "passphrase": force.passphrase,
        "code": current_code(secret, now=timezone.now()),
    }


@pytest.fixture
def known(typed: Callable[[], dict[str, str]], clock: time_machine.Traveller) -> Client:
    """The head's own browser: signed in here this morning, and out again."""
    client = Client()
    assert client.post(reverse("sign-in"), typed()).status_code == 303
    client.post(reverse("sign-out"))
    clock.shift(3600)
    return client


def flood(typed: Callable[[], dict[str, str]]) -> None:
    for number in range(FLOOD):
        passphrase = f"a guess {number}"
        assert Client().post(reverse("sign-in"), {**typed(), "passphrase": passphrase}).status_code == 200


def test_the_head_s_known_device_gets_in(known: Client, typed: Callable[[], dict[str, str]]) -> None:
    flood(typed)
    assert Client().post(reverse("sign-in"), typed()).status_code == 200
    assert known.post(reverse("sign-in"), typed()).status_code == 303


def test_twin_with_one_bucket_for_all_the_head_is_locked_out(
    known: Client, typed: Callable[[], dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = sign_in._bucket
    monkeypatch.setattr(sign_in, "_bucket", lambda candidate, device: plain(candidate, None))
    flood(typed)
    assert known.post(reverse("sign-in"), typed()).status_code == 200


def test_a_flood_that_waits_at_the_gate_keeps_the_known_device_out_of_no_line(
    known: Client, typed: Callable[[], dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Gate(at_once=1, waiting=0, seconds=0)
    monkeypatch.setattr(sign_in, "GATE", full)
    with full:
        assert Client().post(reverse("sign-in"), typed()).status_code == 503
        assert known.post(reverse("sign-in"), typed()).status_code == 303


def test_twin_at_one_gate_for_all_the_head_waits(
    known: Client, typed: Callable[[], dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Gate(at_once=1, waiting=0, seconds=0)
    monkeypatch.setattr(sign_in, "GATE", full)
    monkeypatch.setattr(sign_in, "KNOWN_DEVICE_GATE", full)
    with full:
        assert known.post(reverse("sign-in"), typed()).status_code == 503


def test_no_more_than_two_derive_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a process is asked for: 64 MiB twice is what a flood can take of its memory."""
    inside, most, lock = [0], [0], threading.Lock()

    def derive(gate: Any) -> None:
        with gate:
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            released.wait(0.2)
            with lock:
                inside[0] -= 1

    released = threading.Event()
    gates = [sign_in.GATE, sign_in.KNOWN_DEVICE_GATE] * 4
    threads = [threading.Thread(target=derive, args=(gate,)) for gate in gates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 2


def test_a_flood_leaves_one_row(known: Client, typed: Callable[[], dict[str, str]]) -> None:
    before = TokenBucket.objects.count()
    flood(typed)
    assert TokenBucket.objects.count() <= before + 1
    assert limits.sweep_buckets(now=NOW + dt.timedelta(days=1)) >= 1

"""The passphrase check itself: opening the personal secret, at the same cost for everybody."""

import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from speakup.accounts.cookies import DEVICE_COOKIE, VAULT_COOKIE
from speakup.accounts.models import (
    PersonalKey,
    PersonalSecret,
    SealedTotp,
    StaffMember,
    Unlocked,
)
from speakup.accounts.totp import current_code
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.vault import personal
from tests.accounts.conftest import NOON

PATH = "/staff/sign-in/"
HOME = "/staff/"

pytestmark = pytest.mark.usefixtures("clock")


def newest() -> Entry:
    return Entry.objects.order_by("-seq")[0]


def without_tokens(response: Any) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


def test_it_signs_in(client: Client, member: StaffMember, typed: dict[str, str]) -> None:
    response = client.post(PATH, typed)
    assert (response.status_code, response["Location"]) == (303, HOME)
    unlocked = Unlocked.objects.get()
    assert unlocked.staff == member
    for name in (VAULT_COOKIE, django_settings.SESSION_COOKIE_NAME, DEVICE_COOKIE):
        cookie = client.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        assert cookie["path"] == "/staff/"
    assert client.get(PATH)["Location"] == HOME
    assert client.get(reverse("sign-out")).status_code == 405


@pytest.mark.parametrize(
    "change",
    [
        {"passphrase": "kettle harbour seventeen lantern"},
        {"passphrase": "KETTLE HARBOUR SEVENTEEN LANTERNS"},
        {"code": "000000"},
        {"code": "abcdef"},
        {"code": "\u0661\u0662\u0663\u0664\u0665\u0666"},
        {"email": "nobody@example.test"},
    ],
)
def test_whatever_is_wrong_the_page_is_the_same(client: Client, typed: dict[str, str], change: dict[str, str]) -> None:
    response = client.post(PATH, {**typed, **change})
    assert response.status_code == 200
    page = without_tokens(response)
    assert "The email address, passphrase or one-time code is not right" in page
    assert typed["passphrase"] not in page
    reference = without_tokens(client.post(PATH, {**typed, "passphrase": "not this one", **change}))
    assert page == reference
    assert VAULT_COOKIE not in client.cookies
    assert DEVICE_COOKIE not in client.cookies
    assert not Unlocked.objects.exists()
    assert newest().action == "refuse"


def test_known_or_not_the_same_work_is_done(client: Client, typed: dict[str, str], monkeypatch: Any) -> None:
    """Counts Argon2 where it is derived, and queries: an unknown address must not answer sooner."""
    derived: list[tuple[int, int, int]] = []
    derive = personal._passphrase_key

    def counting(passphrase: bytes, salt: bytes, costs: personal.Costs) -> bytes:
        derived.append((len(salt), costs.time, costs.memory_kib))
        return derive(passphrase, salt, costs)

    monkeypatch.setattr(personal, "_passphrase_key", counting)
    queries = []
    for email in (typed["email"], "nobody@example.test"):
        with CaptureQueriesContext(connection) as captured:
            client.post(PATH, {**typed, "email": email, "passphrase": "wrong"})
        queries.append(len(captured))
    floor = personal.Costs.FLOOR
    assert derived == [(16, floor.time, floor.memory_kib)] * 2
    assert queries[0] == queries[1]


def test_a_device_or_secret_row_moved_to_another_member_does_not_open(
    force: Force, client: Client, member: StaffMember, typed: dict[str, str]
) -> None:
    """Who can write the database puts their own second factor, or their own wrapped secret, on somebody's account."""
    attacker = force.members["ccu_officer"][0]
    theirs = SealedTotp.objects.get(user=attacker)
    SealedTotp.objects.filter(user=member).update(sealed=theirs.sealed)
    code = current_code(force.totp_secrets[attacker.pk], now=NOON)
    assert client.post(PATH, {**typed, "code": code}).status_code == 200
    row = PersonalSecret.objects.get(personal_key__staff=attacker)
    PersonalSecret.objects.filter(personal_key__staff=member).update(sealed=row.sealed, salt=row.salt)
    assert client.post(PATH, typed).status_code == 200


def test_who_left_does_not_get_in(client: Client, member: StaffMember, typed: dict[str, str]) -> None:
    StaffMember.objects.filter(pk=member.pk).update(is_active=False)
    assert client.post(PATH, typed).status_code == 200


def test_odd_unicode_is_a_wrong_passphrase_and_no_error(client: Client, typed: dict[str, str]) -> None:
    assert client.post(PATH, {**typed, "passphrase": "\U0001f600 \u0301 \ufffd"}).status_code == 200


def test_an_older_key_with_an_older_passphrase_does_not_open(
    force: Force, client: Client, member: StaffMember, typed: dict[str, str]
) -> None:
    """After 'somebody may know it' the old passphrase opens the old key in a backup, and no account."""
    key = PersonalKey.objects.get(staff=member)
    newer = PersonalKey.objects.create(
        staff=member, version=2, hpke_public=key.hpke_public, ed25519_public=key.ed25519_public
    )
    sealed = personal.wrap_personal_secret(b"n" * 32, "a new passphrase", b"s" * 16, member.pk, 2)
    PersonalSecret.objects.create(personal_key=newer, salt=b"s" * 16, sealed=sealed)
    assert client.post(PATH, typed).status_code == 200
    assert client.post(PATH, {**typed, "passphrase": "a new passphrase"}).status_code == 303

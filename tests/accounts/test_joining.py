"""Joining by an invitation: the link's token leaves the address, and the account opens with the last step alone."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from speakup.accounts import sign_in
from speakup.accounts.cookies import DEVICE_COOKIE, JOINING_COOKIE, VAULT_COOKIE
from speakup.accounts.inviting import invite_staff, link_of, renew_invitation
from speakup.accounts.models import (
    Invitation,
    PersonalKey,
    PersonalSecret,
    RecoveryCode,
    SealedTotp,
    StaffMember,
    StaffSession,
)
from speakup.accounts.roles import live_roles
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.vault.gates import Gate
from speakup.vault.invitations import invitation_token
from speakup.vault.personal import public_keys, unwrap_personal_secret
from tests.accounts.conftest import NOON
from tests.accounts.joining import ADDRESS, JOIN, PASSPHRASE, Joiner, administrator, code_of_page, invited, path_of

OVER = "This link cannot be used"
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def invitation(force: Force) -> Invitation:
    return invited(force)


@pytest.fixture
def joiner() -> Joiner:
    return Joiner(Client(enforce_csrf_checks=False))


def newest_entries(count: int) -> list[tuple[str, Any, str]]:
    rows = Entry.objects.order_by("-seq")[:count]
    return [(row.action, row.object_id, row.role) for row in reversed(rows)]


# ---- the link


def test_the_token_leaves_the_address_at_once(invitation: Invitation, client: Client) -> None:
    answer = client.get(path_of(invitation))
    assert (answer.status_code, answer.headers["Location"]) == (303, JOIN)
    cookie = answer.cookies[JOINING_COOKIE]
    assert cookie.value == invitation_token(settings.INVITATION_SECRET, invitation.pk)
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 3600)
    page = client.get(JOIN)
    assert cookie.value not in page.content.decode()
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.headers["Cache-Control"]


def test_opening_the_link_uses_nothing_up(invitation: Invitation, client: Client) -> None:
    """Mail programs open links before people do, and HEAD is asked too."""
    for _ in range(3):
        client.get(path_of(invitation))
        client.head(path_of(invitation))
        client.get(JOIN)
    invitation.refresh_from_db()
    assert invitation.used_at is None
    assert not Entry.objects.filter(object_id=invitation.staff_id, action="sign-in").exists()


def test_nobody_posts_to_the_link(invitation: Invitation, client: Client) -> None:
    assert client.post(path_of(invitation)).status_code == 405


@pytest.mark.parametrize("token", ["x", "A" * 43, "é" * 43, "A" * 44, "A" * 43 + "\n"])
def test_what_is_no_token_leads_to_the_same_page(invitation: Invitation, client: Client, token: str) -> None:
    client.get(f"/staff/join/{token}/")
    page = client.get(JOIN)
    assert page.status_code == 404
    assert OVER in page.text


def test_without_a_link_there_is_nothing(db: None, client: Client) -> None:
    for answer in (client.get(JOIN), client.post(JOIN, {"passphrase": PASSPHRASE, "again": PASSPHRASE})):
        assert answer.status_code == 404
        assert OVER in answer.text


def test_the_page_says_whose_account_it_is(invitation: Invitation, joiner: Joiner) -> None:
    page = joiner.open(path_of(invitation)).text
    assert ADDRESS in page
    assert "Ada Minton" in page
    assert "<title>Choose a passphrase" in page


# ---- the first step


@pytest.mark.parametrize(
    ("passphrase", "again", "message"),
    [
        ("", "", "Enter a passphrase"),
        (PASSPHRASE, "", "Enter the passphrase again"),
        (PASSPHRASE, PASSPHRASE + "s", "The two passphrases are not the same"),
        ("short one", "short one", "14 characters or more"),
        ("passwordpassword", "passwordpassword", "too easy to guess"),
        ("ada minton example", "ada minton example", "too easy to guess"),
        ("x" * 1025, "x" * 1025, "1,024 characters or fewer"),
        ("violin\x00copper umbrella", "violin\x00copper umbrella", "Null characters are not allowed"),
    ],
)
def test_a_passphrase_that_will_not_do_is_told_beside_its_field(
    invitation: Invitation, joiner: Joiner, passphrase: str, again: str, message: str
) -> None:
    joiner.open(path_of(invitation))
    page = joiner.choose(passphrase, again)
    assert message in page.text
    assert "<title>Error: Choose a passphrase" in page.text
    assert not passphrase or f'value="{passphrase}"' not in page.text
    assert not PersonalKey.objects.filter(staff=invitation.staff).exists()


def test_the_first_step_writes_nothing(invitation: Invitation, joiner: Joiner) -> None:
    joiner.open(path_of(invitation))
    page = joiner.choose()
    assert "<title>Set up your authenticator app" in page.text
    assert "<svg" in page.text
    assert PASSPHRASE not in page.text
    for model in (PersonalKey, SealedTotp):
        owner = {"staff": invitation.staff} if model is PersonalKey else {"user": invitation.staff}
        assert not model._default_manager.filter(**owner).exists()


def test_what_the_page_carries_opens_nothing_by_itself(invitation: Invitation, joiner: Joiner) -> None:
    """Two keys made for one passphrase have nothing in common, and only the site's secret opens either."""
    joiner.open(path_of(invitation))
    joiner.choose()
    first = joiner.hidden()["carried"]
    joiner.open(path_of(invitation))
    joiner.choose()
    assert joiner.hidden()["carried"] != first


def test_too_many_at_once_are_told_to_try_again(
    invitation: Invitation, joiner: Joiner, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(at_once=1, waiting=0, seconds=0)
    monkeypatch.setattr(sign_in, "GATE", gate)
    joiner.open(path_of(invitation))
    with gate:
        page = joiner.choose()
    assert page.status_code == 503
    assert "Try again in a moment" in page.text
    assert joiner.choose().status_code == 200


# ---- the second step


def test_it_makes_the_account_and_signs_in(force: Force, invitation: Invitation, joiner: Joiner) -> None:
    page = joiner.join(path_of(invitation))
    assert page.status_code == 200
    staff = StaffMember.objects.get(email=ADDRESS)
    assert staff.is_active
    assert live_roles(staff) == ["triage"]
    invitation.refresh_from_db()
    assert invitation.used_at == NOON
    key = PersonalKey.objects.get(staff=staff)
    kept = PersonalSecret.objects.get(personal_key=key)
    secret = unwrap_personal_secret(bytes(kept.sealed), PASSPHRASE, bytes(kept.salt), staff.pk, key.version)
    public = public_keys(secret)
    assert (bytes(key.hpke_public), bytes(key.ed25519_public)) == (public.hpke, public.ed25519)
    assert newest_entries(2) == [("administer", staff.pk, "triage"), ("sign-in", None, "triage")]
    assert StaffSession.objects.filter(staff=staff, revoked_at=None).count() == 1
    assert VAULT_COOKIE in page.cookies
    assert DEVICE_COOKIE in page.cookies
    assert page.cookies[JOINING_COOKIE]["max-age"] == 0
    assert joiner.client.get("/staff/account/").status_code == 200


def test_the_recovery_codes_are_shown_this_once(invitation: Invitation, joiner: Joiner) -> None:
    page = joiner.join(path_of(invitation))
    codes = re.findall(r"<li>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</li>", page.text)
    assert len(codes) == RecoveryCode.objects.filter(staff=invitation.staff).count() == 10
    assert "no-store" in page.headers["Cache-Control"]


def test_they_sign_in_afterwards(invitation: Invitation, joiner: Joiner, clock: time_machine.Traveller) -> None:
    joiner.open(path_of(invitation))
    shown = joiner.choose().text
    joiner.type_code()
    clock.shift(60)
    typed = {"email": ADDRESS, "passphrase": PASSPHRASE, "code": code_of_page(shown)}
    assert Client().post("/staff/sign-in/", typed).status_code == 303


def test_the_code_that_confirmed_is_used_up(invitation: Invitation, joiner: Joiner) -> None:
    joiner.open(path_of(invitation))
    shown = joiner.choose().text
    joiner.type_code()
    typed = {"email": ADDRESS, "passphrase": PASSPHRASE, "code": code_of_page(shown)}
    assert Client().post("/staff/sign-in/", typed).status_code == 200


@pytest.mark.parametrize(
    ("code", "message"), [("", "Enter the 6-digit code"), ("1" * 21, "must be 6 digits"), ("000000", "does not show")]
)
def test_a_wrong_code_changes_nothing_and_loses_nothing(
    invitation: Invitation, joiner: Joiner, code: str, message: str
) -> None:
    joiner.open(path_of(invitation))
    joiner.choose()
    before = joiner.hidden()
    page = joiner.type_code(code or " ")
    assert message in page.text
    assert "<title>Error: Set up your authenticator app" in page.text
    assert joiner.hidden() == before
    assert not PersonalKey.objects.filter(staff=invitation.staff).exists()
    assert not SealedTotp.objects.filter(user=invitation.staff).exists()
    assert not StaffMember.objects.get(email=ADDRESS).is_active
    assert "Keep your recovery codes" in joiner.type_code().text


def test_a_page_that_was_open_for_hours_shows_a_new_app(
    invitation: Invitation, joiner: Joiner, clock: time_machine.Traveller
) -> None:
    joiner.open(path_of(invitation))
    joiner.choose()
    carried = joiner.hidden()["carried"]
    clock.shift(dt.timedelta(hours=3))
    page = joiner.type_code("123456")
    assert "This page was open too long" in page.text
    assert joiner.hidden()["carried"] == carried
    assert "Keep your recovery codes" in joiner.type_code().text


@pytest.mark.parametrize("carried", ["", "x", "é", "A" * 195, "=" * 8])
def test_a_key_that_this_site_did_not_seal_is_none(invitation: Invitation, joiner: Joiner, carried: str) -> None:
    joiner.open(path_of(invitation))
    joiner.choose()
    page = joiner.type_code(carried=carried)
    assert page.status_code == 404
    assert not StaffMember.objects.get(email=ADDRESS).is_active


def test_a_page_of_another_link_begins_with_this_one(force: Force, invitation: Invitation, joiner: Joiner) -> None:
    """Two invitations opened one after the other in one browser: nobody makes a login for the wrong one."""
    other = invited(force, "investigator", email="ben.cole@example.test")
    joiner.open(path_of(invitation))
    fields = joiner.hidden()
    joiner.client.get(path_of(other))
    page = joiner.client.post(JOIN, {**fields, "passphrase": PASSPHRASE, "again": PASSPHRASE})
    assert "ben.cole@example.test" in page.text
    assert "<title>Choose a passphrase" in page.text


def test_whoever_is_signed_in_here_is_signed_out(force: Force, invitation: Invitation) -> None:
    from tests.accounts.joining import administrators_browser

    joiner = Joiner(administrators_browser(force))
    joiner.join(path_of(invitation))
    assert not StaffSession.objects.filter(staff=administrator(force), revoked_at=None).exists()
    assert joiner.client.get("/staff/people/").status_code == 404


# ---- not any more


def test_a_link_is_good_for_48_hours(invitation: Invitation, joiner: Joiner, clock: time_machine.Traveller) -> None:
    clock.shift(dt.timedelta(hours=48) - dt.timedelta(seconds=1))
    assert joiner.open(path_of(invitation)).status_code == 200
    clock.shift(1)
    assert joiner.choose().status_code == 404
    assert joiner.open(path_of(invitation)).status_code == 404


def test_a_link_that_was_renewed_is_dead(force: Force, invitation: Invitation, joiner: Joiner) -> None:
    again = renew_invitation(invitation.staff, actor=administrator(force), now=timezone.now() + dt.timedelta(minutes=1))
    assert joiner.open(path_of(invitation)).status_code == 404
    assert joiner.open(path_of(again)).status_code == 200


def test_a_row_alone_is_no_invitation(force: Force, invitation: Invitation, joiner: Joiner) -> None:
    """Whoever writes the database can keep the hash of a token of theirs there; the token must be the row's own."""
    other = invited(force, "investigator", email="ben.cole@example.test")
    stolen, hashed = path_of(other), bytes(other.token_hash)
    Invitation.objects.filter(pk=other.pk).update(token_hash=bytes(32))
    Invitation.objects.filter(pk=invitation.pk).update(token_hash=hashed)
    assert joiner.open(stolen).status_code == 404


def test_the_number_of_queries_is_small(
    invitation: Invitation, joiner: Joiner, django_assert_max_num_queries: Any
) -> None:
    joiner.open(path_of(invitation))
    joiner.choose()
    with django_assert_max_num_queries(60):
        joiner.type_code()


def test_the_link_is_the_settings_own(force: Force, settings: Any) -> None:
    settings.SITE_URL = "https://desk.example.test"
    invitation = invite_staff(ADDRESS, "Ada Minton", ["triage"], actor=administrator(force), now=NOON)
    token = invitation_token(settings.INVITATION_SECRET, invitation.pk)
    assert link_of(invitation) == f"https://desk.example.test/staff/join/{token}/"

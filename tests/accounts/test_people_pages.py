"""Administrators' pages: each act works, asks for the code again, and is nobody else's."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from speakup.accounts.fingerprints import fingerprint_words
from speakup.accounts.inviting import waiting_roles
from speakup.accounts.models import Invitation, PersonalKey, RoleAssignment, StaffMember
from speakup.accounts.roles import live_roles
from speakup.accounts.totp import current_code
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.vault.personal import PublicKeys
from tests.accounts.joining import ADDRESS, Joiner, administrator, administrators_browser, invited, path_of, person
from tests.builders import sign_in_client

FIELDS = {"email": ADDRESS, "name": "Ada Minton", "roles": ["triage"]}
pytestmark = pytest.mark.usefixtures("clock")
POSTS = ("person-give-role", "person-take-role", "person-words", "person-renew", "person-reset", "person-end")


@pytest.fixture
def browser(force: Force) -> Client:
    return administrators_browser(force)


@pytest.fixture
def triage(force: Force) -> StaffMember:
    return force.members["triage"][0]


def act(name: str, staff: StaffMember) -> str:
    return reverse(name, args=[staff.pk])


def newest() -> Entry:
    return Entry.objects.order_by("-seq")[0]


# ---- the list


def test_everybody_is_listed_with_how_far_they_are(force: Force, browser: Client) -> None:
    invited(force)
    page = browser.get(reverse("people")).text
    assert "Grace Adeyemi" in page
    assert "grace.adeyemi@example.test" in page
    assert "Ada Minton" in page
    assert "Invited" in page
    assert "In use" in page


def test_a_next_page_is_offered(force: Force, browser: Client) -> None:
    for number in range(60):
        StaffMember.objects.create(name=f"Nobody {number:02d}", email=f"{number}@example.test", is_active=False)
    first = browser.get(reverse("people"))
    assert "Next people" in first.text
    second = browser.get(reverse("people"), {"after": str(first.context["after"])})
    assert "Next people" not in second.text
    for nobody in ("no id", str(uuid4())):
        page = browser.get(reverse("people"), {"after": nobody})
        assert page.context["lines"] == first.context["lines"]


# ---- inviting


def test_it_invites(browser: Client, force: Force) -> None:
    answer = browser.post(reverse("people-invite"), FIELDS)
    staff = StaffMember.objects.get(email=ADDRESS)
    assert answer.headers["Location"] == person(staff) + "?done=invited"
    page = browser.get(answer.headers["Location"]).text
    assert "The invitation goes out by mail" in page
    assert "Good once, until 22 November 2026, 12:00" in page
    assert (newest().action, newest().actor_id, newest().object_id) == (
        "administer",
        administrator(force).pk,
        staff.pk,
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"email": ""}, "Enter their email address"),
        ({"email": "nobody"}, "in the correct format"),
        ({"email": "x" * 250 + "@example.test"}, "254 characters or fewer"),
        ({"email": "a\x00b@example.test"}, "Null characters are not allowed"),
        ({"email": "Helen.Marsh@example.test"}, "has an account already"),
        ({"name": ""}, "Enter their full name"),
        ({"name": "x" * 201}, "200 characters or fewer"),
        ({"roles": []}, "Choose at least one role"),
        ({"roles": ["root"]}, "Choose a role from the list"),
        ({"roles": ["triage", "auditor"]}, "Nobody may be both Triage officer and Auditor"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    browser: Client, change: dict[str, Any], message: str
) -> None:
    page = browser.post(reverse("people-invite"), {**FIELDS, **change}).text
    assert message in page
    assert "<title>Error: Invite somebody" in page
    if "name" not in change:
        assert 'value="Ada Minton"' in page
    assert not Invitation.objects.exists()


def test_a_later_post_asks_for_the_code_and_then_goes_on(
    force: Force, browser: Client, clock: time_machine.Traveller
) -> None:
    clock.shift(dt.timedelta(minutes=6))
    asked = browser.post(reverse("people-invite"), FIELDS)
    assert "Enter a code again" in asked.text
    assert ADDRESS in asked.text
    assert not Invitation.objects.exists()
    code = current_code(force.totp_secrets[administrator(force).pk], now=timezone.now())
    assert browser.post(reverse("people-invite"), {**FIELDS, "code_again": code}).status_code == 303
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("name", POSTS)
def test_every_act_asks_for_the_code_again(
    force: Force, browser: Client, triage: StaffMember, clock: time_machine.Traveller, name: str
) -> None:
    clock.shift(dt.timedelta(minutes=6))
    before = list(RoleAssignment.objects.filter(staff=triage).values())
    page = browser.post(act(name, triage), {"role": "supervisor", "words": "a b c d e f g h"})
    assert "Enter a code again" in page.text
    triage.refresh_from_db()
    assert triage.is_active
    assert list(RoleAssignment.objects.filter(staff=triage).values()) == before


# ---- roles


def test_it_gives_a_role(browser: Client, triage: StaffMember) -> None:
    answer = browser.post(act("person-give-role", triage), {"role": "supervisor"})
    assert answer.headers["Location"] == person(triage) + "?done=role"
    assert live_roles(triage) == ["supervisor", "triage"]


@pytest.mark.parametrize(
    ("role", "message"),
    [
        ("", "Choose a role"),
        ("root", "Choose a role from the list"),
        ("triage", "Choose a role from the list"),
        ("auditor", "Nobody may hold this role beside"),
    ],
)
def test_a_role_that_cannot_be_given_is_told(browser: Client, triage: StaffMember, role: str, message: str) -> None:
    page = browser.post(act("person-give-role", triage), {"role": role}).text
    assert message in page
    assert "<title>Error: Grace Adeyemi" in page
    assert live_roles(triage) == ["triage"]


def test_it_ends_a_role(browser: Client, triage: StaffMember) -> None:
    for _ in range(2):
        answer = browser.post(act("person-take-role", triage), {"role": "triage"})
        assert answer.headers["Location"] == person(triage) + "?done=role-ended"
    assert live_roles(triage) == []


# ---- the words


def test_the_words_are_typed(force: Force, browser: Client) -> None:
    invitation = invited(force, "auditor")
    Joiner().join(path_of(invitation))
    staff = invitation.staff
    assert "Hear the words" in browser.get(person(staff)).text
    key = PersonalKey.objects.get(staff=staff)
    words = " ".join(fingerprint_words(PublicKeys(bytes(key.hpke_public), bytes(key.ed25519_public))))
    wrong = browser.post(act("person-words", staff), {"words": "abbey " * 8}).text
    assert "These are not the words" in wrong
    assert "<title>Error: Type the words" in wrong
    assert "Enter the 8 words" in browser.post(act("person-words", staff), {"words": ""}).text
    assert browser.post(act("person-words", staff), {"words": words}).status_code == 303
    assert live_roles(staff) == ["auditor"]
    assert "No role of theirs waits" in browser.get(act("person-words", staff)).text


# ---- the invitation, the login, the account


def test_a_new_link_is_sent(force: Force, browser: Client) -> None:
    first = invited(force)
    assert browser.post(act("person-renew", first.staff)).status_code == 303
    first.refresh_from_db()
    assert first.withdrawn_at is not None
    assert Invitation.objects.filter(staff=first.staff, withdrawn_at=None).count() == 1


def test_nothing_is_renewed_for_who_has_joined(browser: Client, triage: StaffMember) -> None:
    assert browser.post(act("person-renew", triage)).headers["Location"] == person(triage)
    assert not Invitation.objects.exists()


def test_a_login_is_reset_after_a_page_that_says_what_it_costs(browser: Client, triage: StaffMember) -> None:
    page = browser.get(act("person-reset", triage)).text
    assert "It cannot be undone" in page
    assert StaffMember.objects.get(pk=triage.pk).is_active
    assert browser.post(act("person-reset", triage)).headers["Location"] == person(triage) + "?done=reset"
    assert not StaffMember.objects.get(pk=triage.pk).is_active
    assert browser.post(act("person-reset", triage)).headers["Location"] == person(triage)
    assert "cannot be reset" in browser.get(act("person-reset", triage)).text


def test_an_account_is_ended_after_a_page_that_names_the_roster(browser: Client, triage: StaffMember) -> None:
    page = browser.get(act("person-end", triage)).text
    assert "Tell a keyholder of Professional Standards" in page
    assert StaffMember.objects.get(pk=triage.pk).is_active
    assert browser.post(act("person-end", triage)).headers["Location"] == person(triage) + "?done=ended"
    assert not StaffMember.objects.get(pk=triage.pk).is_active
    shown = browser.get(person(triage)).text
    assert "Give the role" not in shown
    assert "cannot be ended" in browser.get(act("person-end", triage)).text


def test_ones_own_page_has_no_forms_and_takes_no_post(force: Force, browser: Client) -> None:
    own = administrator(force)
    page = browser.get(person(own)).text
    assert "Another administrator looks after it" in page
    assert "<form" not in page.partition("<main")[2]
    for name in POSTS:
        answer = browser.post(act(name, own), {"role": "auditor" if "give" in name else "administrator", "words": "x"})
        # (Of one who signs in there is no link to renew.)
        assert answer.status_code == (303 if name == "person-renew" else 404), name
    assert live_roles(own) == ["administrator"]
    assert StaffMember.objects.get(pk=own.pk).is_active
    assert waiting_roles(own) == []


# ---- nobody else's


@pytest.mark.parametrize("role", ["triage", "head_of_psd", "hr_analyst", "identity_custodian"])
def test_the_pages_are_nobody_elses(force: Force, triage: StaffMember, role: str) -> None:
    staff = force.members[role][0]
    client = sign_in_client(staff, force.personal_secrets[staff.pk])
    for name in ("people", "people-invite"):
        assert client.get(reverse(name)).status_code == 404
    assert client.post(reverse("people-invite"), FIELDS).status_code == 404
    assert client.get(person(triage)).status_code == 404
    for name in POSTS:
        assert client.post(act(name, triage)).status_code == 404
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("name", ["person", *POSTS])
def test_who_is_not_there_is_404(browser: Client, name: str) -> None:
    path = reverse(name, args=[uuid4()])
    assert {browser.get(path).status_code, browser.post(path).status_code} <= {404, 405}


def test_who_is_no_administrator_any_more_is_404(force: Force, browser: Client, triage: StaffMember) -> None:
    RoleAssignment.objects.filter(staff=administrator(force)).update(ended_at=timezone.now())
    assert browser.post(act("person-end", triage)).status_code == 404
    assert StaffMember.objects.get(pk=triage.pk).is_active


@pytest.mark.parametrize("name", ["person-give-role", "person-take-role", "person-renew"])
def test_what_changes_something_is_posted(browser: Client, triage: StaffMember, name: str) -> None:
    assert browser.get(act(name, triage)).status_code == 405

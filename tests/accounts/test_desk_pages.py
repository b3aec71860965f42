"""The pages about a desk's roster, and the words of one's own key."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from speakup.accounts.asking_again import FACTOR_LASTS
from speakup.accounts.fingerprints import fingerprint_words
from speakup.accounts.keyholders import AUTHORITY
from speakup.accounts.models import Desk, PersonalKey, Roster, RosterProposal, StaffSession
from speakup.accounts.rosters import verify_roster
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.vault.personal import new_personal_secret, public_keys
from tests.accounts.test_roster_changes import CCU_HEAD, HEAD, SUPERVISOR, joiner, words_of
from tests.builders import MadeMember, make_member, sign_in_client
from tests.floors import floor_file

NOW = dt.datetime(2026, 11, 20, 12, 0, 7, tzinfo=dt.UTC)
GRACE = "grace.adeyemi@example.test"


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def client(force: Force, email: str) -> Client:
    member = force.member(email)
    return sign_in_client(member, force.personal_secrets[member.pk], now=NOW)


def address(name: str, code: str) -> str:
    return reverse(name, args=[Desk.objects.get(code=code).pk])


def typed(*made: MadeMember) -> dict[str, str]:
    return {f"words-{staff_id}": words for staff_id, words in words_of(*made).items()}


def test_the_words_are_those_of_the_key_in_the_session(force: Force) -> None:
    """And not of what the database says: whoever swapped it there cannot make the owner read out theirs."""
    made = make_member()
    swapped = public_keys(new_personal_secret())
    PersonalKey.objects.filter(staff=made.staff).update(hpke_public=swapped.hpke, ed25519_public=swapped.ed25519)
    page = sign_in_client(made.staff, made.secret, now=NOW).get(reverse("account-words")).content.decode()
    shown = re.findall(r"<li>([a-z]+)</li>", page)
    assert tuple(shown) == fingerprint_words(public_keys(made.secret)) != fingerprint_words(swapped)


@pytest.mark.parametrize("email", ["joanna.whitfield@example.test", "daniel.frost@example.test", HEAD])
def test_everybody_has_words(force: Force, email: str) -> None:
    assert client(force, email).get(reverse("account-words")).status_code == 200


def test_staff_see_their_desks_roster_and_every_change(force: Force) -> None:
    ivy = joiner("triage")
    client(force, HEAD).post(address("desk-change", "psd"), typed(ivy) | {f"number-{ivy.staff.pk}": "9911"})
    page = client(force, GRACE).get(reverse("desk")).content.decode()
    for text in ("Helen Marsh", "Ivy Malory", "9911", "20 November 2026", "Joined: Ivy Malory (Triage officer)."):
        assert text in page
    assert "Helen Marsh (Head of Professional Standards)</td>" in page  # who signed
    assert "the recovery quorum (root key)" in page
    assert "Robert Iveson" not in page
    assert address("desk-change", "psd") not in page


def test_an_investigator_sees_the_investigators(force: Force) -> None:
    page = client(force, "charlotte.okafor@example.test").get(reverse("desk")).content.decode()
    assert "Gareth Llewellyn" in page
    assert "Helen Marsh</td>" not in page


def test_somebody_on_no_roster_is_told_so(force: Force) -> None:
    ivy = joiner("triage")
    page = sign_in_client(ivy.staff, ivy.secret, now=NOW).get(reverse("desk")).content.decode()
    assert "No roster names your key" in page
    assert "Helen Marsh" not in page


def test_a_keyholder_adds_somebody(force: Force) -> None:
    ivy = joiner("triage")
    browser = client(force, SUPERVISOR)
    assert "1 person waits" in browser.get(reverse("desk")).content.decode()
    assert "Ivy Malory" in browser.get(address("desk-change", "psd")).content.decode()
    fields = typed(ivy) | {f"number-{ivy.staff.pk}": "9911", f"former-{ivy.staff.pk}": "Ivy Quill,  Ivy Wren "}
    answer = browser.post(address("desk-change", "psd"), fields)
    assert (answer.status_code, answer["Location"]) == (303, "/staff/desk/?done=signed")
    member = next(each for each in verify_roster("psd").members if each.staff_id == ivy.staff.pk)
    assert (member.collar_number, member.former_names, member.role) == ("9911", ("Ivy Quill", "Ivy Wren"), "triage")
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.action, entry.role) == ("administer", "supervisor")


def test_a_keyholder_removes_somebody(force: Force) -> None:
    grace = force.member(GRACE)
    theirs = client(force, GRACE)
    answer = client(force, HEAD).post(address("desk-change", "psd"), {"leave": str(grace.pk)})
    assert answer.status_code == 303
    assert grace.pk not in verify_roster("psd").staff_ids
    assert theirs.get(reverse("staff-home"))["Location"].startswith("/staff/sign-in/")


def test_wrong_words_stand_beside_their_field_and_nothing_is_lost(force: Force) -> None:
    ivy = joiner("triage")
    fields = {f"words-{ivy.staff.pk}": "not these at all", f"number-{ivy.staff.pk}": "9911"}
    page = client(force, HEAD).post(address("desk-change", "psd"), fields).content.decode()
    assert "<title>Error: " in page
    assert "These are not the words" in page
    assert 'value="9911"' in page
    assert 'value="not these at all"' in page
    assert verify_roster("psd").version == 1


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "Choose who leaves, or type the words of somebody who joins"),
        ({"leave": "nobody"}, "Choose people who are on the roster now"),
        ({"number": "9911"}, "Enter the 8 words that Ivy Malory reads out to you"),
        ({"number": "9" * 21}, "Collar number must be 20 characters or fewer"),
        ({"words": "x " * 150}, "Enter 8 words"),
    ],
    ids=["nothing", "a stranger", "a number alone", "a long number", "too much"],
)
def test_what_cannot_be_is_said(force: Force, fields: dict[str, str], error: str) -> None:
    ivy = joiner("triage")
    named = {name if name == "leave" else f"{name}-{ivy.staff.pk}": value for name, value in fields.items()}
    answer = client(force, HEAD).post(address("desk-change", "psd"), named)
    assert answer.status_code == 200
    assert error in answer.content.decode()
    assert Roster.objects.filter(desk__code="psd").count() == 1


@pytest.mark.parametrize("email", [GRACE, CCU_HEAD, "charlotte.okafor@example.test", "margaret.ellison@example.test"])
@pytest.mark.parametrize("name", ["desk-change", "desk-proposal"])
def test_whoever_holds_no_key_of_the_desk_gets_nothing(force: Force, email: str, name: str) -> None:
    ivy = joiner("triage")
    browser = client(force, email)
    assert browser.get(address(name, "psd")).status_code == 404
    assert browser.post(address(name, "psd"), typed(ivy)).status_code == 404
    assert verify_roster("psd").version == 1
    refusals = Entry.objects.filter(action="refuse", actor_id=force.member(email).pk)
    assert list(refusals.values_list("object_id", flat=True)) == [None, None]


def test_signing_asks_for_the_code_again(force: Force) -> None:
    ivy = joiner("triage")
    browser = client(force, HEAD)
    StaffSession.objects.update(factor_at=NOW - FACTOR_LASTS - dt.timedelta(seconds=1))
    page = browser.post(address("desk-change", "psd"), typed(ivy)).content.decode()
    assert 'name="code_again"' in page
    assert " ".join(words_of(ivy)[ivy.staff.pk].split()) in page
    assert verify_roster("psd").version == 1


def test_a_second_keyholder_signs_what_waits(force: Force) -> None:
    ivy = joiner("head_of_psd")
    answer = client(force, SUPERVISOR).post(address("desk-change", "psd"), typed(ivy))
    assert answer["Location"] == "/staff/desk/?done=waits"
    assert verify_roster("psd").version == 1
    mine = client(force, SUPERVISOR).get(address("desk-proposal", "psd")).content.decode()
    assert "Somebody else must sign it too" in mine
    other = client(force, CCU_HEAD)
    assert address("desk-proposal", "psd") in other.get(reverse("desk")).content.decode()
    assert "Ivy Malory (Head of Professional Standards)" in other.get(address("desk-proposal", "psd")).content.decode()
    assert "Enter the 8 words" in other.post(address("desk-proposal", "psd"), {}).content.decode()
    assert other.post(address("desk-proposal", "psd"), typed(ivy))["Location"] == "/staff/desk/?done=signed"
    assert ivy.staff.pk in verify_roster("psd").staff_ids
    assert other.get(address("desk-proposal", "psd")).status_code == 404


def test_a_second_signature_of_the_same_desk_is_refused_in_words(force: Force) -> None:
    ivy = joiner(AUTHORITY)
    client(force, HEAD).post(address("desk-change", AUTHORITY), typed(ivy))
    page = client(force, SUPERVISOR).post(address("desk-proposal", AUTHORITY), typed(ivy)).content.decode()
    assert "keyholders of two different desks" in page
    assert verify_roster(AUTHORITY).version == 1


def test_a_proposal_is_let_go(force: Force) -> None:
    ivy = joiner("head_of_psd")
    client(force, SUPERVISOR).post(address("desk-change", "psd"), typed(ivy))
    assert client(force, CCU_HEAD).post(address("desk-proposal", "psd"), {"withdraw": "1"}).status_code == 303
    assert not RosterProposal.objects.exists()


def test_a_roster_that_does_not_verify_is_said_to_its_people(force: Force) -> None:
    Roster.objects.filter(desk__code="psd").update(signatures=b"[]")
    assert "This roster does not verify" in client(force, GRACE).get(reverse("desk")).content.decode()
    assert "This roster does not verify" not in client(force, CCU_HEAD).get(reverse("desk")).content.decode()
    floor_file().unlink()
    assert "This roster does not verify" in client(force, CCU_HEAD).get(reverse("desk")).content.decode()


def test_the_page_takes_few_queries(force: Force, django_assert_max_num_queries: Any) -> None:
    browser = client(force, HEAD)
    browser.get(reverse("desk"))
    with django_assert_max_num_queries(40):
        browser.get(reverse("desk"))


# ---- who waits, and who does not


def test_the_people_of_another_desk_with_the_same_role_do_not_wait(force: Force) -> None:
    joiner("investigator")
    for email in (HEAD, CCU_HEAD):
        browser = client(force, email)
        assert "1 person waits" in browser.get(reverse("desk")).content.decode()
    page = client(force, CCU_HEAD).get(address("desk-change", "ccu.casework")).content.decode()
    assert "Ivy Malory" in page
    assert "Charlotte Okafor" not in page


def test_whoever_was_taken_off_is_not_said_to_wait_and_can_be_taken_back(force: Force) -> None:
    grace = force.member(GRACE)
    head = client(force, HEAD)
    head.post(address("desk-change", "psd"), {"leave": str(grace.pk)})
    assert "waits</strong>" not in head.get(reverse("desk")).content.decode()
    page = head.get(address("desk-change", "psd")).content.decode()
    assert "To take Grace Adeyemi back, who left the desk" in page
    words = " ".join(fingerprint_words(public_keys(force.personal_secrets[grace.pk])))
    head.post(address("desk-change", "psd"), {f"words-{grace.pk}": words})
    assert grace.pk in verify_roster("psd").staff_ids


def test_the_words_page_tells_who_is_on_a_roster_that_nothing_waits_for_them(force: Force) -> None:
    assert "nothing waits for these words" in client(force, GRACE).get(reverse("account-words")).content.decode()
    ivy = joiner("triage")
    page = sign_in_client(ivy.staff, ivy.secret, now=NOW).get(reverse("account-words")).content.decode()
    assert "When they are typed and signed you are signed out" in page

"""A desk whose keyholders all have new keys, or are gone: the officers sign its next roster with the root."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from speakup.accounts.fingerprints import fingerprint_words
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import Desk, PersonalKey, RoleAssignment, StaffMember
from speakup.accounts.roster_changes import ChangeRefused, Why, propose_roster
from speakup.accounts.rosters import verify_roster
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.vault.personal import new_personal_secret, public_keys
from tests.accounts.test_roster_changes import joiner, with_another, words_of
from tests.ceremonies import (
    Members,
    Printed,
    forget_the_ceremony,
    hold_ceremony,
    install,
    type_in,
    write_members,
)
from tests.reporting.builders import NOW, sent_report

HEAD, SUPERVISOR = "helen.marsh@example.test", "imran.sheikh@example.test"


@pytest.fixture
def members(force: Force) -> Members:
    return forget_the_ceremony()


@pytest.fixture
def installed(members: Members, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Printed:
    return install(hold_ceremony(tmp_path / "ceremony"), members, settings, monkeypatch)


def new_key(staff: StaffMember) -> bytes:
    """As 'somebody may know it' makes one: the roster names the old one still."""
    secret = new_personal_secret()
    public = public_keys(secret)
    PersonalKey.objects.create(staff=staff, version=2, hpke_public=public.hpke, ed25519_public=public.ed25519)
    return secret


def with_words(people: list[dict[str, Any]], secrets: dict[str, bytes]) -> list[dict[str, Any]]:
    return [
        {**each, "words": " ".join(fingerprint_words(public_keys(secrets[each["email"]])))}
        if each["email"] in secrets
        else each
        for each in people
    ]


def sign(path: Path, monkeypatch: pytest.MonkeyPatch, *shares: str, code: str = "psd") -> str:
    out = io.StringIO()
    type_in(monkeypatch, *shares)
    call_command("next_roster", code, str(path), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def refused(path: Path, monkeypatch: pytest.MonkeyPatch, *shares: str, code: str = "psd") -> str:
    before = Entry.objects.count()
    with pytest.raises(CommandError) as caught:
        sign(path, monkeypatch, *shares, code=code)
    assert Entry.objects.count() == before
    return str(caught.value)


@pytest.fixture
def secrets(force: Force, installed: Printed) -> dict[str, bytes]:
    """Head and supervisor have new keys: nobody is left who could sign."""
    made = {email: new_key(force.member(email)) for email in (HEAD, SUPERVISOR)}
    ivy = joiner("triage")
    for email, secret in made.items():
        keyring = Keyring(force.member(email), secret)
        with pytest.raises(ChangeRefused) as caught:
            propose_roster(
                _desk(),
                with_another("psd", "triage", ivy),
                words_by_member=words_of(ivy),
                keyring=keyring,
                actor=force.member(email),
                now=NOW,
            )
        assert caught.value.why is Why.NOT_YOURS
    return made


def test_officers_make_no_reader_a_custodian(
    installed: Printed, force: Force, members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = next(each for each in members["psd"] if each["email"] == HEAD)
    RoleAssignment.objects.create(staff=force.member(HEAD), role="identity_custodian")
    custodians = [*members["identity_custodians"], {**reader, "role": "identity_custodian"}]
    path = write_members(installed.folder / "custodians.json", custodians)
    said = refused(path, monkeypatch, *installed.shares[:2], code="identity_custodians")
    assert "read no report" in said


def _desk() -> Desk:
    return Desk.objects.get(code="psd")


def test_two_of_three_officers_sign_it_and_the_desk_goes_on_by_itself(
    installed: Printed,
    force: Force,
    members: Members,
    secrets: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = write_members(installed.folder / "psd.json", with_words(members["psd"], secrets))
    said = sign(path, monkeypatch, *installed.shares[:2])
    assert said == "Version 2 of the roster of psd is signed by the root.\n"
    assert not verify_roster("psd").inactive
    report = sent_report()
    assert Keyring(force.member(HEAD), secrets[HEAD]).open("report", report.id)
    entry = Entry.objects.filter(object_id=_desk().pk).latest("seq")
    assert (entry.action, entry.role, entry.actor_id) == ("administer", "recovery", None)
    ivy = joiner("triage")
    propose_roster(
        _desk(),
        with_another("psd", "triage", ivy),
        words_by_member=words_of(ivy),
        keyring=Keyring(force.member(HEAD), secrets[HEAD]),
        actor=force.member(HEAD),
        now=NOW,
    )
    assert verify_roster("psd").version == 3


def test_what_is_wrong_is_said_and_nothing_is_signed(
    installed: Printed, members: Members, secrets: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = with_words(members["psd"], secrets)
    path = installed.folder / "psd.json"
    for people, said in (
        (members["psd"], "The words of"),
        (right[:1], "at least 2 members"),
        ([each for each in right if each["role"] == "triage"], "could sign its next roster"),
        ({"psd": right}, "at least 2 members"),
    ):
        write_members(path, people)
        assert said in refused(path, monkeypatch, *installed.shares[:2])
    write_members(path, right)
    assert "Too few shares" in refused(path, monkeypatch, installed.shares[0])
    assert "There is no desk" in refused(path, monkeypatch, *installed.shares[:2], code="nowhere")
    assert verify_roster("psd").version == 1


def test_a_desk_that_is_as_it_should_be_is_left_alone(
    installed: Printed, members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_members(installed.folder / "psd.json", members["psd"])
    assert "already" in refused(path, monkeypatch, *installed.shares[:2])

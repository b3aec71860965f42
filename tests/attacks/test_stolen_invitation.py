"""An invitation stolen from the mail dies at the roster, or at the words; a used, old or forged one leads nowhere.

adversaries.md, 'the mail system', 'database administrator'; ADR 21.
"""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications.delivery import deliver_outbox
from speakup.accounts import administration, joining
from speakup.accounts.administration import WordsDiffer, confirm_words, end_account, reset_login
from speakup.accounts.fingerprints import fingerprint_words
from speakup.accounts.inviting import ADMINISTRATOR, NotAdministrator, link_of
from speakup.accounts.keyring import Keyring, NotGranted
from speakup.accounts.models import Desk, Invitation, PersonalKey, RoleAssignment, StaffMember
from speakup.accounts.roles import live_roles
from speakup.accounts.roster_changes import ChangeRefused, Why, propose_roster
from speakup.accounts.rosters import Member, verify_roster
from speakup.accounts.services import assign_role
from speakup.embedded.demonstration import Force
from speakup.vault.invitations import invitation_token
from speakup.vault.personal import PublicKeys, new_personal_secret, public_keys, unwrap_personal_secret
from tests.accounts.joining import (
    ADDRESS,
    JOIN,
    PASSPHRASE,
    Joiner,
    administrator,
    administrators_browser,
    invited,
    path_of,
    person,
)
from tests.attacks.conftest import Logs
from tests.attacks.dumping import dump
from tests.attacks.searching import as_bytes
from tests.builders import make_member, sign_in_client
from tests.reporting.builders import sent_report

HEAD = "helen.marsh@example.test"


def stolen(force: Force, *roles: str) -> tuple[Joiner, StaffMember]:
    """A thief read the mail and was first; the browser they joined with, and whose account it was to be."""
    invitation = invited(force, *roles)
    thief = Joiner()
    assert "Keep your recovery codes" in thief.join(path_of(invitation)).text
    return thief, invitation.staff


def secret_of(staff: StaffMember) -> bytes:
    """What the thief's passphrase opens."""
    key = PersonalKey.objects.filter(staff=staff).latest("version")
    kept = key.personalsecret
    return unwrap_personal_secret(bytes(kept.sealed), PASSPHRASE, bytes(kept.salt), staff.pk, key.version)


def words_of(public: PublicKeys) -> str:
    return " ".join(fingerprint_words(public))


def put_on_roster(force: Force, staff: StaffMember, heard: str) -> None:
    """The head of the desk signs a roster with the newest key of this account, having heard these words."""
    key = PersonalKey.objects.filter(staff=staff).latest("version")
    public = PublicKeys(bytes(key.hpke_public), bytes(key.ed25519_public))
    new = Member(staff.pk, staff.name, "", (), "triage", public.hpke_sha256, public.ed25519)
    others = [member for member in verify_roster("psd").members if member.staff_id != staff.pk]
    head = force.member(HEAD)
    propose_roster(
        Desk.objects.get(code="psd"),
        [*others, new],
        words_by_member={staff.pk: heard},
        keyring=Keyring(head, force.personal_secrets[head.pk]),
        actor=head,
        now=timezone.now(),
    )


def opens(staff: StaffMember, report_id: UUID) -> bool:
    try:
        Keyring(staff, secret_of(staff)).open("report", report_id)
    except NotGranted:
        return False
    return True


# ---- at the roster


def test_a_stolen_invitation_reads_nothing(force: Force) -> None:
    before = sent_report()
    thief, staff = stolen(force)
    after = sent_report()
    assert live_roles(staff) == ["triage"]
    for report in (before, after):
        assert not opens(staff, report.id)
        assert thief.client.get(reverse("staff-report", args=[report.id])).status_code == 404
        assert report.report.reference not in thief.client.get(reverse("staff-home")).content.decode()


def test_the_keyholder_hears_other_words_from_its_owner(force: Force) -> None:
    """Whom the invitation was for never came to a page with words: whatever they read out is of another key."""
    _, staff = stolen(force)
    for heard in ("", words_of(public_keys(new_personal_secret()))):
        with pytest.raises(ChangeRefused) as refused:
            put_on_roster(force, staff, heard)
        assert refused.value.why is Why.WORDS
    assert not opens(staff, sent_report().id)


def test_twin_with_the_thiefs_own_words_they_are_in(force: Force) -> None:
    """Had the keyholder taken the words from whoever sent them, the thief would read what comes from now on."""
    before = sent_report()
    _, staff = stolen(force)
    put_on_roster(force, staff, words_of(public_keys(secret_of(staff))))
    assert opens(staff, sent_report().id)
    assert not opens(staff, before.id)


def test_its_owner_finds_the_link_used(force: Force) -> None:
    invitation = invited(force)
    Joiner().join(path_of(invitation))
    owner = Joiner()
    page = owner.open(path_of(invitation))
    assert page.status_code == 404
    assert "somebody seems to have used your link" in page.text


def test_a_stolen_reset_opens_nothing_of_before_or_after(force: Force) -> None:
    triage = force.members["triage"][0]
    before = sent_report()
    reset = reset_login(triage, actor=administrator(force), now=timezone.now())
    thief = Joiner()
    thief.join(path_of(reset))
    after = sent_report()
    for report in (before, after):
        assert not opens(triage, report.id)
        assert thief.client.get(reverse("staff-report", args=[report.id])).status_code == 404
    # Not even under the key from before: what comes now is no more for it than for the new one.
    old = Keyring(triage, force.personal_secrets[triage.pk])
    assert old.open("report", before.id)
    with pytest.raises(NotGranted):
        old.open("report", after.id)


# ---- at the words, where there is no roster


@pytest.mark.parametrize("role", ["administrator", "auditor", "hr_analyst"])
def test_a_role_without_a_roster_is_not_the_thiefs(force: Force, role: str) -> None:
    thief, staff = stolen(force, role)
    pages = ("people", "dead-letters", "culture")
    assert {thief.client.get(reverse(name)).status_code for name in pages} == {404}
    with pytest.raises(WordsDiffer):
        confirm_words(
            staff, words_of(public_keys(new_personal_secret())), actor=administrator(force), now=timezone.now()
        )
    assert live_roles(staff) == []


def test_twin_had_the_role_come_with_the_link_the_thief_would_administer(force: Force) -> None:
    thief, staff = stolen(force, "administrator")
    assign_role(staff, ADMINISTRATOR, actor=administrator(force), now=timezone.now())
    assert sign_in_client(staff, secret_of(staff)).get(reverse("people")).status_code == 200
    # Whoever is signed in meanwhile is signed out by it.
    assert thief.client.get(reverse("people")).status_code == 302


# ---- no copy of the link


def test_neither_dump_nor_log_holds_a_link(force: Force, logs: Logs, settings: Any) -> None:
    administrators_browser(force).post(
        reverse("people-invite"), {"email": ADDRESS, "name": "Ada Minton", "roles": ["triage"]}
    )
    deliver_outbox(timezone.now())
    invitation = Invitation.objects.get()
    Joiner().open(path_of(invitation))
    token = invitation_token(settings.INVITATION_SECRET, invitation.pk)
    assert token in mail.outbox[0].body
    kept = b"".join(as_bytes(value) for rows in dump().values() for row in rows for value in row.values() if value)
    assert token.encode() not in kept
    assert token not in logs.written.getvalue()


def test_a_dump_makes_no_link_without_the_secret(force: Force, settings: Any) -> None:
    invitation = invited(force)
    right = settings.INVITATION_SECRET
    assert Joiner().open(f"/staff/join/{invitation_token(right, invitation.pk)}/").status_code == 200
    for guess in (bytes(32), settings.STAFF_SECRET, bytes(invitation.token_hash)):
        assert Joiner().open(f"/staff/join/{invitation_token(guess, invitation.pk)}/").status_code == 404


# ---- forged, replayed, too late


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil.example"])
def test_a_forged_host_is_in_no_link(force: Force, host: str) -> None:
    browser = administrators_browser(force)
    fields = {"email": ADDRESS, "name": "Ada Minton", "roles": ["triage"]}
    assert browser.post(reverse("people-invite"), fields, headers={"host": host}).status_code == 400
    assert not Invitation.objects.exists()
    browser.post(reverse("people-invite"), fields, headers={"x-forwarded-host": host})
    deliver_outbox(timezone.now())
    assert "evil" not in mail.outbox[0].body
    assert link_of(Invitation.objects.get()) in mail.outbox[0].body


def test_a_replayed_last_step_makes_no_second_key(force: Force) -> None:
    """The whole post once more, in the same browser and with the cookie put back."""
    invitation = invited(force)
    joiner = Joiner()
    joiner.open(path_of(invitation))
    joiner.choose()
    fields = joiner.hidden()
    joiner.type_code()
    joiner.client.get(path_of(invitation))
    replayed = joiner.client.post(JOIN, {**fields, "code": "123456"})
    assert replayed.status_code == 404
    assert PersonalKey.objects.filter(staff=invitation.staff).count() == 1


def test_a_key_carried_for_one_invitation_is_none_for_another(force: Force) -> None:
    first, second = invited(force), invited(force, "auditor", email="ben.cole@example.test")
    one, two = Joiner(), Joiner()
    one.open(path_of(first))
    one.choose()
    two.open(path_of(second))
    two.choose()
    assert two.type_code(carried=one.hidden()["carried"]).status_code == 404
    assert not PersonalKey.objects.filter(staff=second.staff).exists()


def test_whoever_writes_the_database_opens_no_account_with_it(force: Force) -> None:
    """Opened by hand the account still has no key, and no passphrase opens what is not there."""
    invitation = invited(force)
    StaffMember.objects.filter(pk=invitation.staff_id).update(is_active=True)
    Invitation.objects.filter(pk=invitation.pk).update(used_at=timezone.now())
    typed = {"email": ADDRESS, "passphrase": PASSPHRASE, "code": "123456"}
    assert Client().post(reverse("sign-in"), typed).status_code == 200


# ---- two at once


def test_of_two_tabs_the_second_finds_it_used(force: Force) -> None:
    invitation = invited(force)
    first, second = Joiner(), Joiner()
    for tab in (first, second):
        tab.open(path_of(invitation))
        tab.choose()
    assert first.type_code().status_code == 200
    assert second.type_code().status_code == 404
    assert PersonalKey.objects.filter(staff=invitation.staff).count() == 1


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave, or the exception that it raised, all of them begun together in threads of their own."""
    ready, given = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int) -> None:
        try:
            ready.wait()
            given[place] = acts[place]()
        except Exception as fault:
            given[place] = fault  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def test_of_two_who_join_in_one_moment_one_does(force_in_file: Force) -> None:
    invitation = invited(force_in_file)
    tabs = [Joiner(), Joiner()]
    for tab in tabs:
        tab.open(path_of(invitation))
        tab.choose()
    pages = at_once(*[tab.type_code for tab in tabs])
    assert sorted(page.status_code for page in pages) == [200, 404]
    assert PersonalKey.objects.filter(staff=invitation.staff).count() == 1


def test_two_administrators_who_end_each_other_leave_one(force_in_file: Force) -> None:
    first, second = administrator(force_in_file), make_member("Olu Second").staff
    RoleAssignment.objects.create(staff=second, role=ADMINISTRATOR)
    now = dt.datetime.now(dt.UTC)
    given = at_once(
        lambda: end_account(second, actor=first, now=now), lambda: end_account(first, actor=second, now=now)
    )
    assert [type(one) for one in given if one is not None] == [NotAdministrator]
    assert RoleAssignment.objects.filter(role=ADMINISTRATOR, ended_at=None, staff__is_active=True).count() == 1


def test_twin_without_looking_again_both_would_be_gone(force_in_file: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = administrator(force_in_file), make_member("Olu Second").staff
    RoleAssignment.objects.create(staff=second, role=ADMINISTRATOR)
    monkeypatch.setattr(administration, "lock_administrators", lambda actor: None)
    now = dt.datetime.now(dt.UTC)
    end_account(second, actor=first, now=now)
    end_account(first, actor=second, now=now)
    assert not RoleAssignment.objects.filter(role=ADMINISTRATOR, ended_at=None).exists()


def test_killed_before_the_end_nothing_was_made(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stops the last step, the link is good as before, and the next try makes one key."""
    invitation = invited(force)
    joiner = Joiner(Client(raise_request_exception=False))
    joiner.open(path_of(invitation))
    for step in ("confirm_enrolment", "make_codes", "begin_session", "append_entry"):
        joiner.choose() if "carried" not in joiner.hidden() else None
        with monkeypatch.context() as patched:

            def killed(*_: Any, **__: Any) -> None:
                raise KeyboardInterrupt

            patched.setattr(joining, step, killed)
            fields = joiner.page
            with pytest.raises(KeyboardInterrupt):
                joiner.type_code()
            joiner.page = fields
        assert not PersonalKey.objects.filter(staff=invitation.staff).exists()
        assert not StaffMember.objects.get(email=ADDRESS).is_active
    assert joiner.type_code().status_code == 200
    assert joiner.client.get(person(invitation.staff)).status_code == 404

"""Somebody knows a member's passphrase and has a backup from then: what comes after the member said so is closed to
them (ADR 0020; adversaries.md, 'a former member')."""

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from speakup.accounts.keyring import NotGranted
from speakup.accounts.models import PersonalSecret, StaffMember
from speakup.accounts.totp import current_code
from speakup.embedded.demonstration import Force
from speakup.vault.errors import CannotOpen
from speakup.vault.personal import unwrap_personal_secret
from tests.attacks.dumping import dump
from tests.builders import sign_in_client
from tests.reporting.builders import keyring_of, sent_report

NOW = dt.datetime(2031, 2, 13, 14, 5, 11, tzinfo=dt.UTC)
MEMBER = "grace.adeyemi@example.test"
NEW = "four brass lanterns adrift"


@pytest.fixture(autouse=True)
def at_one_moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def member(force: Force) -> StaffMember:
    return force.member(MEMBER)


def say(force: Force, member: StaffMember, page: str) -> None:
    """The member says so on this page, from their own session."""
    client = sign_in_client(member, force.personal_secrets[member.pk])
    typed = {"current": force.passphrase, "passphrase": NEW, "again": NEW}
    assert client.post(reverse(page), typed).status_code == 303


def opens(force: Force, member: StaffMember, report_id: UUID) -> bool:
    """Whether the old secret, which the backup and the passphrase give, opens the report."""
    try:
        keyring_of(force, member).open("report", report_id)
    except NotGranted:
        return False
    return True


def test_what_is_sent_afterwards_is_closed_to_the_old_key(force: Force, member: StaffMember) -> None:
    before = sent_report()
    say(force, member, "account-compromised")
    assert not opens(force, member, sent_report().id)
    assert opens(force, member, before.id)  # said on the page: nothing takes that back


def test_twin_a_new_passphrase_alone_leaves_the_old_key_reading_on(force: Force, member: StaffMember) -> None:
    say(force, member, "account-passphrase")
    assert opens(force, member, sent_report().id)


def test_no_row_that_the_old_passphrase_opens_is_left(force: Force, member: StaffMember) -> None:
    say(force, member, "account-compromised")
    theirs = {row["id"] for row in dump()["accounts_personalkey"] if row["staff_id"] == member.pk.hex}
    (row,) = [row for row in dump()["accounts_personalsecret"] if row["personal_key_id"] in theirs]
    for version in (1, 2):
        with pytest.raises(CannotOpen):
            unwrap_personal_secret(row["sealed"], force.passphrase, row["salt"], member.pk, version)


def test_twin_the_row_from_before_is_opened_by_it(force: Force, member: StaffMember) -> None:
    row = PersonalSecret.objects.get(personal_key__staff=member)
    secret = unwrap_personal_secret(bytes(row.sealed), force.passphrase, bytes(row.salt), member.pk, 1)
    assert secret == force.personal_secrets[member.pk]


def test_the_old_row_put_back_signs_nobody_in(force: Force, member: StaffMember) -> None:
    """A thief who writes the database too: the newest key's row decides, and it is not theirs."""
    old = PersonalSecret.objects.get(personal_key__staff=member)
    say(force, member, "account-compromised")
    old.save(force_insert=True)
    code = current_code(force.totp_secrets[member.pk], now=NOW)
    typed = {"email": MEMBER, "passphrase": force.passphrase, "code": code}
    assert Client().post(reverse("sign-in"), typed).status_code == 200


def test_a_thief_with_the_session_alone_changes_nothing(force: Force, member: StaffMember) -> None:
    """Both cookies and the phone, without the passphrase."""
    client = sign_in_client(member, force.personal_secrets[member.pk])
    for page in ("account-passphrase", "account-compromised"):
        typed = {"current": "seven loud otters counting", "passphrase": NEW, "again": NEW}
        assert client.post(reverse(page), typed).status_code == 200
    row = PersonalSecret.objects.get(personal_key__staff=member)
    assert unwrap_personal_secret(bytes(row.sealed), force.passphrase, bytes(row.salt), member.pk, 1)

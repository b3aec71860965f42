"""Killed with SIGKILL at any statement of signing a roster, of proposing one or of the second signature, or before the
floor follows: the desk has the roster before or the next one, whoever leaves loses all of it or none."""

from collections.abc import Hashable
from pathlib import Path

import pytest
from django.db import connection

from speakup.accounts import roster_changes
from speakup.accounts.floor import raise_floor
from speakup.accounts.models import Grant, RekeyDue, Roster, RosterProposal, StaffMember, StaffSession, Unlocked
from speakup.accounts.rosters import RosterInvalid, verify_roster
from speakup.embedded.demonstration import Force
from speakup.ledger.verification import verify_chain
from tests.accounts.test_roster_changes import HEAD, NOW, propose, sign, without
from tests.attacks.killing import kill_everywhere
from tests.builders import sign_in_client
from tests.reporting.builders import sent_report

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="kills on copies of SQLite's file"),
]
GRACE = "grace.adeyemi@example.test"
PATRICIA, AMIT, ELEANOR = "patricia.lowe@example.test", "amit.desai@example.test", "eleanor.fraser@example.test"


def state_of(desk_code: str, leaver: StaffMember) -> Hashable:
    """The roster that everybody verifies, what waits, what the leaver still has and what is due, and the ledger."""
    roster = verify_roster(desk_code)
    return (
        (roster.version, roster.sha256, leaver.pk in roster.staff_ids),
        (Roster.objects.count(), RosterProposal.objects.count(), RekeyDue.objects.count()),
        Grant.objects.filter(staff=leaver).count(),
        Unlocked.objects.filter(staff=leaver).count(),
        StaffSession.objects.filter(staff=leaver, revoked_at=None).count(),
        verify_chain().count,
    )


def signed_in(force: Force, email: str) -> StaffMember:
    member = force.member(email)
    sign_in_client(member, force.personal_secrets[member.pk], now=NOW)
    return member


def test_a_roster_without_somebody(own_database: Path, django_db_setup: Force) -> None:
    force = django_db_setup
    sent_report(), sent_report()
    grace = signed_in(force, GRACE)
    found = kill_everywhere(
        own_database,
        lambda: propose(force, "psd", HEAD, without("psd", GRACE, force)),
        lambda: state_of("psd", grace),
    )
    assert found.places > 20


def test_a_roster_that_takes_two(own_database: Path, django_db_setup: Force) -> None:
    force = django_db_setup
    sent_report()
    eleanor, members = signed_in(force, ELEANOR), without("identity_custodians", ELEANOR, force)
    before = kill_everywhere(
        own_database,
        lambda: propose(force, "identity_custodians", PATRICIA, members),
        lambda: state_of("identity_custodians", eleanor),
    )
    assert before.places > 5
    proposed = propose(force, "identity_custodians", PATRICIA, members)
    found = kill_everywhere(
        own_database,
        lambda: sign(force, proposed, AMIT),
        lambda: state_of("identity_custodians", eleanor),
    )
    assert found.places > 20


def test_twin_a_floor_that_rises_before_the_roster_is_committed_is_found(
    own_database: Path, django_db_setup: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the two, no roster would verify any more."""
    force = django_db_setup
    monkeypatch.setattr(roster_changes, "raise_floor_on_commit", raise_floor)
    with pytest.raises(RosterInvalid):
        kill_everywhere(
            own_database,
            lambda: propose(force, "psd", HEAD, without("psd", GRACE, force)),
            lambda: state_of("psd", force.member(GRACE)),
        )

"""Killed with SIGKILL at any statement of sending or of giving, what is left is all or nothing, and doing it again
leads to the same end (the same report once, the same readers, a ledger that holds)."""

from collections.abc import Hashable
from pathlib import Path

import pytest
from django.db import connection

from professional_standards.assigning import assign_case
from professional_standards.models import Case
from professional_standards.outcomes import pass_report
from speakup.accounts.models import StaffMember
from speakup.embedded.demonstration import Force
from speakup.ledger.models import PendingAct
from speakup.ledger.verification import verify_chain
from speakup.reporting.models import Draft, Report
from speakup.reporting.sending import send_report
from tests.attacks.killing import kill_everywhere
from tests.professional_standards.casework import Desk
from tests.reporting.builders import NOW, draft_with
from tests.reporting.test_sending import counts
from tests.reporting.test_sessions import again

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="kills on copies of SQLite's file"),
]


@pytest.fixture
def desk(own_database: Path, django_db_setup: Force) -> Desk:
    return Desk(django_db_setup)


def holds() -> int:
    """How long the ledger is, after it was found whole."""
    return verify_chain().count


def test_sending(own_database: Path) -> None:
    reporter = draft_with()

    def state() -> Hashable:
        holds()
        return tuple(sorted(counts().items())), Draft.objects.count(), PendingAct.objects.count()

    found = kill_everywhere(own_database, lambda: send_report(again(reporter), NOW), state)
    assert found.places > 20


def test_assigning_a_case(own_database: Path, desk: Desk) -> None:
    case = desk.case()
    owner, other = desk.member("triage"), desk.member("triage", 1)
    joined = case.joined.get()

    def state() -> Hashable:
        now = Case.objects.get(id=case.id)
        readers = (frozenset(desk.reads("case", case.id)), frozenset(desk.reads("report", joined.report_id)))
        return now.owner_id, now.version, readers, holds()

    def act() -> None:
        assign_case(case.id, other.id, case.supervisor_id, None, case.version, **desk.as_(owner))

    assert kill_everywhere(own_database, act, state).places > 20


def test_passing_a_report_to_another_desk(own_database: Path, desk: Desk) -> None:
    sent = desk.triaged()

    def state() -> Hashable:
        report = Report.objects.get(id=sent.id)
        return report.desk_id, report.state, frozenset(desk.reads("report", sent.id)), holds()

    def act() -> None:
        pass_report(sent.id, "ccu", "Theirs.", **desk.as_(desk.member("triage")))

    assert kill_everywhere(own_database, act, state).places > 20


def test_twin_what_is_no_transaction_is_found_half_done(own_database: Path, desk: Desk) -> None:
    """Two rows, each committed by itself: the killings do find what is neither all nor nothing."""
    both = [desk.member("triage").id, desk.member("supervisor").id]

    def act() -> None:
        for each in both:
            StaffMember.objects.filter(id=each).update(name="Somebody Else")

    def state() -> Hashable:
        return StaffMember.objects.filter(name="Somebody Else").count()

    with pytest.raises(AssertionError, match="neither all nor nothing"):
        kill_everywhere(own_database, act, state)

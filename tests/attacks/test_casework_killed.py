"""Killed with SIGKILL at any statement of opening a case, or of a triage that names somebody of the desk and gives the
report anew: all or nothing, and doing it again leads to the same end."""

from collections.abc import Hashable
from pathlib import Path

import pytest
from django.db import connection

from professional_standards.models import Case, Triage
from professional_standards.triage import NamedSubject, assess_triage
from speakup.clocks.models import Clock
from speakup.embedded.demonstration import Force
from speakup.ledger.verification import verify_chain
from speakup.reporting.models import Report
from tests.attacks.killing import kill_everywhere
from tests.professional_standards.casework import Desk, assessment
from tests.reporting.builders import Sent

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="kills on copies of SQLite's file"),
]
A_COLLEAGUE = NamedSubject("Tomasz Nowak")


@pytest.fixture
def desk(own_database: Path, django_db_setup: Force) -> Desk:
    return Desk(django_db_setup)


def state_of(desk: Desk, sent: Sent) -> Hashable:
    """Where the report stands, who reads it and its case, how many clocks run, and the ledger."""
    report = Report.objects.get(id=sent.id)
    return (
        (report.state, report.version, tuple(Triage.objects.values_list("version", flat=True))),
        frozenset(desk.reads("report", sent.id)),
        tuple(frozenset(desk.reads("case", case_id)) for case_id in Case.objects.values_list("id", flat=True)),
        tuple(sorted(Clock.objects.values_list("key_kind", "state"))),
        verify_chain().count,
    )


def test_opening_a_case(own_database: Path, desk: Desk) -> None:
    sent = desk.triaged()
    found = kill_everywhere(own_database, lambda: desk.case(sent), lambda: state_of(desk, sent))
    assert found.places > 50


def test_a_triage_that_gives_anew(own_database: Path, desk: Desk) -> None:
    sent = desk.triaged()
    grace, tomasz = desk.member("triage"), desk.force.member("tomasz.nowak@example.test")
    assert desk.holds(tomasz, "report", sent.id)
    named = assessment((A_COLLEAGUE,))
    found = kill_everywhere(
        own_database,
        lambda: assess_triage(sent.id, named, 1, **desk.as_(grace)),
        lambda: state_of(desk, sent),
    )
    assert found.places > 20
    assess_triage(sent.id, named, 1, **desk.as_(grace))
    assert not desk.holds(tomasz, "report", sent.id)

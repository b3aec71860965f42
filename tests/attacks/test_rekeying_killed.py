"""Killed with SIGKILL at any statement of declaring a conflict, or of making the next key: all or nothing, and doing it
again leads to the same end."""

import contextlib
from collections.abc import Hashable
from pathlib import Path

import pytest
from django.db import connection

from professional_standards.conflicts import declare_conflict_on_case
from professional_standards.refusals import NotGranted
from professional_standards.rekeying import make_epoch_of_case
from speakup.accounts.models import Epoch, RekeyDue
from speakup.clocks.models import Clock
from speakup.embedded.demonstration import Force
from speakup.ledger.verification import verify_chain
from speakup.reporting.models import ReceiptEpoch
from tests.attacks.killing import kill_everywhere
from tests.professional_standards.casework import Desk

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="kills on copies of SQLite's file"),
]
WITH = "A neighbour."


@pytest.fixture
def desk(own_database: Path, django_db_setup: Force) -> Desk:
    return Desk(django_db_setup)


def test_declaring_and_making_the_next_key(own_database: Path, desk: Desk) -> None:
    case = desk.case()
    report_id = case.joined.get().report_id
    officer, supervisor = desk.member("triage"), desk.member("supervisor")

    def state() -> Hashable:
        return (
            frozenset(desk.reads("case", case.id)),
            frozenset(desk.reads("report", report_id)),
            RekeyDue.objects.count(),
            tuple(sorted(Epoch.objects.values_list("object_kind", "epoch"))),
            ReceiptEpoch.objects.count(),
            Clock.objects.filter(state="open").count(),
            verify_chain().count,
        )

    def declare() -> None:
        with contextlib.suppress(NotGranted):  # done before it was killed: it is theirs no longer
            declare_conflict_on_case(case.id, WITH, **desk.as_(officer))

    def make() -> None:
        make_epoch_of_case(case.id, **desk.as_(supervisor))

    assert kill_everywhere(own_database, declare, state).places > 5
    declare()
    assert kill_everywhere(own_database, make, state).places > 10

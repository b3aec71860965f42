"""Killed with SIGKILL at any statement of taking up what somebody left, of passing older reports on, or of recovery:
each object is all or nothing, and going on leads to the same end."""

from collections.abc import Hashable
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from professional_standards.recovering import Chosen, find_target, recover
from professional_standards.sealing_older import newcomers, seal_older
from professional_standards.work_left import take_up_work_left
from speakup.accounts.models import Batch, Epoch, Grant, ObjectKind, RekeyDue
from speakup.accounts.recovering import Quorum
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.ledger.verification import verify_chain
from speakup.vault.recovery import join_shares, read_share
from tests.accounts.test_roster_changes import HEAD, propose, without
from tests.attacks.killing import kill_everywhere
from tests.attacks.test_rosters_killed import GRACE
from tests.ceremonies import Members, forget_the_ceremony, hold_ceremony, install
from tests.professional_standards.casework import AT, Desk
from tests.professional_standards.test_sealing_older import TOMASZ, joins, opens
from tests.reporting.builders import sent_report

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="kills on copies of SQLite's file"),
]


@pytest.fixture
def desk(own_database: Path, django_db_setup: Force) -> Desk:
    return Desk(django_db_setup)


def test_taking_up_what_somebody_left(own_database: Path, desk: Desk) -> None:
    """A report, and a case with its report: a piece at a time."""
    force, case = desk.force, desk.case()
    pieces = [[sent_report().id], [case.id, case.joined.get().report_id]]
    propose(force, "psd", HEAD, without("psd", GRACE, force))
    head = force.member(HEAD)

    def state() -> Hashable:
        found = []
        for piece in pieces:
            epochs = {Epoch.objects.filter(object_id=each).count() for each in piece}
            due = {RekeyDue.objects.filter(object_id=each).exists() for each in piece}
            assert (epochs, due) in (({1}, {True}), ({2}, {False})), "half a piece has new keys"
            found.append(epochs.pop())
        verify_chain()
        return tuple(found), tuple(frozenset(desk.reads("report", piece[-1])) for piece in pieces)

    found = kill_everywhere(own_database, lambda: take_up_work_left(**desk.as_(head)), state, in_steps=True)
    assert found.places > 50


def test_passing_older_reports_on(own_database: Path, desk: Desk) -> None:
    sent = sorted(sent_report().id for _ in range(2))
    ivy, tomasz = joins(desk.force), desk.force.member(TOMASZ)
    (newcomer,) = newcomers("psd", tomasz)

    def state() -> Hashable:
        batch = Batch.objects.filter(staff=ivy.staff).first()
        cursor = batch.cursor_id if batch else None
        passed = [each for each in sent if cursor is not None and each <= cursor]
        assert [each for each in sent if opens(ivy, "report", each)] == passed
        assert Grant.objects.filter(staff=ivy.staff).count() == len(passed)
        assert Entry.objects.filter(action="grant", object_id=ivy.staff.pk).count() == len(passed)
        verify_chain()
        return len(passed), bool(batch and batch.done)

    found = kill_everywhere(own_database, lambda: seal_older(newcomer, **desk.as_(tomasz)), state, in_steps=True)
    assert found.places > 20
    assert (found.before, found.after) == ((0, False), (2, True))


def test_recovery(
    own_database: Path, desk: Desk, tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case with its report that nobody reads any more: what was opened is entered first, and by itself."""
    members: Members = forget_the_ceremony()
    printed = install(hold_ceremony(tmp_path / "ceremony"), members, settings, monkeypatch)
    case = desk.case()
    objects = {"case": case.id, "report": case.joined.get().report_id}
    Grant.objects.filter(object_id__in=objects.values(), staff__isnull=False).delete()
    (target,) = find_target(desk.force.member(HEAD))
    quorum = Quorum(join_shares([read_share(each) for each in printed.shares[:2]]))

    def entered(action: str) -> set[UUID | None]:
        return set(Entry.objects.filter(role="recovery", action=action).values_list("object_id", flat=True))

    def state() -> Hashable:
        readers = {kind: frozenset(desk.reads(kind, each)) for kind, each in objects.items()}
        given = entered("grant")
        assert given in (set(), set(objects.values()))
        assert given <= entered("read")
        assert all(each == ({target.staff.name} if given else set()) for each in readers.values())
        verify_chain()
        return len(given)

    found = kill_everywhere(
        own_database,
        lambda: recover(Chosen(ObjectKind.CASE, case.id), target, quorum, why="Everybody has left.", now=AT),
        state,
    )
    assert (found.before, found.after) == (0, 2)
    assert found.places > 20

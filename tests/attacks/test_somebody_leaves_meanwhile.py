"""Somebody leaves while something is sealed to them: whoever is on no roster opens nothing that is given afterwards.

What gives anything holds the rosters from its first statement to its end (rosters.hold_rosters, docs/adr/0026).
"""

import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections

from notifications import nightly
from notifications.nightly import run_nightly
from professional_standards import case_rows, cases, rekeying, sealing_older
from professional_standards.conflicts import declare_conflict_on_case, declare_conflict_on_report
from professional_standards.refusals import DeskCannotTake, NotAllowed
from professional_standards.rekeying import make_epoch_of_case, make_epoch_of_report
from professional_standards.sealing_older import newcomers, seal_older
from speakup.accounts.keyring import Keyring, NotGranted
from speakup.accounts.models import RekeyDue, StaffMember
from speakup.accounts.rosters import verify_roster
from speakup.embedded.demonstration import Force
from speakup.reporting import giving, sealed_report, sending
from speakup.reporting.models import Report
from tests.accounts.test_roster_changes import HEAD, joiner, propose, with_another, words_of
from tests.professional_standards.casework import AT, Desk
from tests.reporting.builders import Sent

# How long an act is held up while another wants to go on: with the lock the other waits longer, and is done after it.
A_WHILE = 1.0
AT_MOST = 60


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


@pytest.fixture
def desk_in_file(force_in_file: Force) -> Iterator[Desk]:
    yield Desk(force_in_file)
    connections.close_all()


def leaves(desk: Desk, staff: StaffMember, desk_code: str = "psd") -> None:
    propose(
        desk.force, desk_code, HEAD, [each for each in verify_roster(desk_code).members if each.staff_id != staff.pk]
    )


def at_once(*acts: Callable[[], Any]) -> list[BaseException]:
    """What was raised by acts that run each in a thread of its own."""
    raised: list[BaseException] = []

    def run(act: Callable[[], Any]) -> None:
        try:
            act()
        except Exception as problem:
            raised.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(AT_MOST)
    return raised


def held_up(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *, before: bool) -> threading.Event:
    """Set once the function is called (`before`) or has run, where whoever called it then waits a while."""
    reached, real = threading.Event(), getattr(module, name)

    def slow(*given: Any, **named: Any) -> Any:
        result = None if before else real(*given, **named)
        reached.set()
        time.sleep(A_WHILE)
        return real(*given, **named) if before else result

    monkeypatch.setattr(module, name, slow)
    return reached


def sent_while(desk: Desk, monkeypatch: pytest.MonkeyPatch, who: StaffMember) -> Sent:
    """A report that was sealed by the roster before, and is saved after they left."""
    seal = sealed_report.seal_report

    def seal_and_leave(*given: Any) -> Any:
        sealed = seal(*given)
        if who.pk in verify_roster("psd").staff_ids:
            leaves(desk, who)
        return sealed

    monkeypatch.setattr(sending, "seal_report", seal_and_leave)
    return desk.sent()


def test_who_leaves_while_a_report_is_sent_has_no_row_on_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tomasz = desk.member("triage", 1)
    sent = sent_while(desk, monkeypatch, tomasz)
    assert not desk.holds(tomasz, "report", sent.id)
    assert desk.holds(desk.member("triage"), "report", sent.id)
    assert Report.objects.count() == 1


def test_twin_without_looking_again_they_read_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "hold_rosters", lambda *verified: None)
    tomasz = desk.member("triage", 1)
    sent = sent_while(desk, monkeypatch, tomasz)
    assert desk.holds(tomasz, "report", sent.id)
    assert not RekeyDue.objects.filter(object_id=sent.id).exists()


def test_who_leaves_while_older_reports_are_passed_on_gets_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = [desk.sent() for _ in range(3)]
    ivy = joiner("triage")
    propose(desk.force, "psd", HEAD, with_another("psd", "triage", ivy), words_of(ivy))
    giver = desk.member("triage", 1)
    (newcomer,) = newcomers("psd", giver)
    looked: list[float] = []

    def leaves_after_the_first() -> float:
        looked.append(0.0)
        if len(looked) == 2:
            leaves(desk, ivy.staff)
        return 0.0

    monkeypatch.setattr(sealing_older, "time", SimpleNamespace(monotonic=leaves_after_the_first))
    with pytest.raises(DeskCannotTake):
        seal_older(newcomer, **desk.as_(giver))
    keyring = Keyring(ivy.staff, ivy.secret)
    for each in sent:
        with pytest.raises(NotGranted):
            keyring.open("report", each.id)
    assert RekeyDue.objects.count() == 1


def test_a_case_is_not_opened_for_who_left_meanwhile(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sent, tomasz = desk.triaged(), desk.member("triage", 1)
    seal = case_rows.seal_rows

    def seal_and_leave(*given: Any) -> Any:
        leaves(desk, tomasz)
        return seal(*given)

    monkeypatch.setattr(cases, "seal_rows", seal_and_leave)
    with pytest.raises(NotAllowed):
        desk.case(sent, owner_id=tomasz.id)
    assert not desk.holds(tomasz, "report", sent.id)


def test_who_leaves_while_a_report_has_its_next_key_made(desk_in_file: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are done, whoever is first: the row goes, and what it opened is due another key."""
    desk = desk_in_file
    sent, grace, tomasz = desk.sent(), desk.member("triage"), desk.member("triage", 1)
    declare_conflict_on_report(sent.id, "Mine.", **desk.as_(desk.member("triage", 2)))
    giving_it = held_up(monkeypatch, giving, "give_report", before=True)

    def leave() -> None:
        assert giving_it.wait(AT_MOST)
        leaves(desk, tomasz)

    assert at_once(lambda: make_epoch_of_report(sent.id, **desk.as_(grace)), leave) == []
    assert tomasz.pk not in verify_roster("psd").staff_ids
    assert not desk.holds(tomasz, "report", sent.id)
    assert [due.cause for due in RekeyDue.objects.filter(object_id=sent.id)] == [RekeyDue.Cause.LEFT]


def test_an_investigator_who_leaves_while_a_case_has_its_next_key_made(
    desk_in_file: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_in_file
    sent, investigator = desk.triaged(), desk.member("investigator")
    case = desk.case(sent, investigator_id=investigator.id)
    declare_conflict_on_case(case.id, "Mine.", **desk.as_(desk.member("triage")))
    chosen = held_up(monkeypatch, rekeying, "_who_goes_on", before=False)

    def leave() -> None:
        assert chosen.wait(AT_MOST)
        leaves(desk, investigator, "psd.casework")

    supervisor = desk.member("supervisor")
    assert at_once(lambda: make_epoch_of_case(case.id, **desk.as_(supervisor)), leave) == []
    assert not desk.holds(investigator, "case", case.id)
    assert not desk.holds(investigator, "report", sent.id)
    assert set(RekeyDue.objects.values_list("object_id", flat=True)) == {case.id, sent.id}


def test_neither_a_roster_nor_a_next_key_waits_for_the_other_for_ever(
    desk_in_file: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one locks members and ends their rows, the other ends rows and points new ones at members."""
    desk = desk_in_file
    sent, grace, tomasz = desk.sent(), desk.member("triage"), desk.member("triage", 1)
    declare_conflict_on_report(sent.id, "Mine.", **desk.as_(desk.member("triage", 2)))
    ended = held_up(monkeypatch, giving, "end_requests_of_others", before=False)

    def leave() -> None:
        assert ended.wait(AT_MOST)
        leaves(desk, tomasz)

    assert at_once(lambda: make_epoch_of_report(sent.id, **desk.as_(grace)), leave) == []
    assert not desk.holds(tomasz, "report", sent.id)


class _ReportsLast:
    """The order in which a night would meet whoever holds a report and wants its rows."""

    def shuffle(self, waiting: list[tuple[Any, Any]]) -> None:
        waiting.sort(key=lambda row: row[0] is Report)


def test_the_night_and_a_next_key_do_not_wait_for_each_other(
    desk_in_file: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_in_file
    sent, grace = desk.sent(), desk.member("triage")
    declare_conflict_on_report(sent.id, "Mine.", **desk.as_(desk.member("triage", 2)))
    monkeypatch.setattr("notifications.rewriting.secrets.SystemRandom", _ReportsLast)
    monkeypatch.setattr(nightly, "delete_orphan_files", lambda now: None)
    locked = held_up(monkeypatch, giving, "end_grants", before=True)

    def night() -> None:
        assert locked.wait(AT_MOST)
        run_nightly(AT)

    assert at_once(lambda: make_epoch_of_report(sent.id, **desk.as_(grace)), night) == []

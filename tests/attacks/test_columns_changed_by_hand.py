"""Whoever writes the database names nobody to whom others then seal a case or a report.

Who works a case, and at which desk it or a report stands, are columns; acts seal to whom they name. They count only as
they stand sealed with it (adversaries.md; docs/adr/0022).
"""

import datetime as dt
import secrets
from collections.abc import Callable
from uuid import UUID

import pytest

from professional_standards import case_content, holding
from professional_standards.assigning import assign_case
from professional_standards.extending import extend_report_clock
from professional_standards.joining import join_report, leave_case
from professional_standards.models import Case, CaseReport
from professional_standards.noting import add_note
from professional_standards.outcomes import pass_report
from professional_standards.presenters.refusals import refusal_words
from professional_standards.reading import open_case_page
from professional_standards.refusals import NotAllowed, Why
from professional_standards.rekeying import make_epoch_of_case, make_epoch_of_report
from professional_standards.triage import NamedSubject, assess_triage
from professional_standards.work_left import take_up_work_left
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import ObjectKind, RekeyDue, StaffMember
from speakup.accounts.models.grants import REKEY_DUE_SIZE
from speakup.clocks.models import Clock
from speakup.embedded.demonstration import Force
from speakup.ledger.actions import Action
from speakup.ledger.models import Entry
from speakup.reporting import excluding
from speakup.reporting.models import Report
from speakup.reporting.reading import open_report
from tests.professional_standards.casework import AT, Desk, assessment
from tests.reporting.builders import Sent

LATER = AT + dt.timedelta(hours=1)


@pytest.fixture
def desk(force: Force) -> Desk:
    return Desk(force)


@pytest.fixture
def sent(desk: Desk) -> Sent:
    return desk.triaged()


@pytest.fixture
def case(desk: Desk, sent: Sent) -> Case:
    return desk.case(sent)


@pytest.fixture
def mallory(desk: Desk) -> StaffMember:
    """An investigator who is on no case, and writes the database."""
    return desk.member("investigator", 2)


def due(kind: ObjectKind, object_id: UUID) -> None:
    """As if somebody had left: a row that anybody can write."""
    sealed = secrets.token_bytes(REKEY_DUE_SIZE)
    RekeyDue.objects.create(object_kind=kind, object_id=object_id, day=AT.date(), cause="left", sealed=sealed)


def refused(act: Callable[[], object]) -> None:
    entries = Entry.objects.filter(action=Action.REFUSE).count()
    with pytest.raises(NotAllowed) as caught:
        act()
    assert caught.value.why is Why.CHANGED_BY_HAND
    assert "changed by hand" in refusal_words(caught.value)
    assert Entry.objects.filter(action=Action.REFUSE).count() == entries + 1


def test_an_investigator_that_the_database_names_gets_no_case(
    desk: Desk, case: Case, sent: Sent, mallory: StaffMember
) -> None:
    Case.objects.filter(id=case.id).update(investigator=mallory)
    due(ObjectKind.CASE, case.id)
    grace = desk.member("triage")
    taken = take_up_work_left(keyring=desk.as_(grace)["keyring"], actor=grace, now=AT)
    assert (taken.made, taken.stuck) == (0, 1)
    assert not desk.holds(mallory, "case", case.id)
    assert not desk.holds(mallory, "report", sent.id)


def test_twin_that_believes_the_columns_seals_the_case_to_them(
    desk: Desk, case: Case, sent: Sent, mallory: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_content, "_who_works", lambda case: {})
    Case.objects.filter(id=case.id).update(investigator=mallory)
    due(ObjectKind.CASE, case.id)
    grace = desk.member("triage")
    take_up_work_left(keyring=desk.as_(grace)["keyring"], actor=grace, now=AT)
    assert desk.holds(mallory, "case", case.id)
    assert desk.holds(mallory, "report", sent.id)


@pytest.mark.parametrize("column", ["owner", "supervisor", "investigator", "desk"])
def test_nothing_is_done_on_a_case_whose_columns_were_changed(
    desk: Desk, case: Case, mallory: StaffMember, column: str
) -> None:
    second, grace = desk.triaged(), desk.member("triage")
    value = "ccu" if column == "desk" else mallory
    Case.objects.filter(id=case.id).update(**{column: value})
    as_grace = desk.as_(grace)
    refused(lambda: join_report(second.id, case.id, "The same man.", **as_grace))
    refused(lambda: assign_case(case.id, grace.id, None, None, case.version, **as_grace))
    refused(lambda: add_note(case.id, "A note.", **as_grace))
    assert not desk.holds(mallory, "report", second.id)
    assert not open_case_page(case.id, as_grace["keyring"], grace, AT).intact


def test_nobody_gives_themselves_time_as_the_supervisor_that_the_database_names(desk: Desk, sent: Sent) -> None:
    case = desk.case(sent, investigator_id=desk.member("investigator").id)
    works = desk.member("investigator")
    Case.objects.filter(id=case.id).update(supervisor=works, investigator=desk.member("investigator", 1))
    clock = Clock.objects.filter(key_id=sent.id, state="open").first()
    assert clock is not None
    until = (LATER + dt.timedelta(days=20)).date()
    refused(lambda: extend_report_clock(sent.id, clock.id, until, "More time.", **desk.as_(works)))


def test_put_right_it_goes_on(desk: Desk, case: Case, sent: Sent, mallory: StaffMember) -> None:
    Case.objects.filter(id=case.id).update(investigator=mallory)
    Case.objects.filter(id=case.id).update(investigator=None)
    second = desk.triaged()
    join_report(second.id, case.id, "The same man.", **desk.as_(desk.member("triage")))
    leave_case(second.id, case.id, "Another man.", **desk.as_(desk.member("triage")))
    helen = desk.member("head_of_psd")
    assign_case(case.id, desk.member("triage", 1).id, None, mallory.id, Case.objects.get().version, **desk.as_(helen))
    assert desk.holds(mallory, "case", case.id)
    add_note(case.id, "A note.", **desk.as_(mallory))


def test_a_desk_that_the_database_names_gets_no_report(desk: Desk) -> None:
    sent, grace = desk.triaged(), desk.member("triage")
    Report.objects.filter(id=sent.id).update(desk="ccu")
    due(ObjectKind.REPORT, sent.id)
    refused(lambda: make_epoch_of_report(sent.id, **desk.as_(grace)))
    refused(lambda: assess_triage(sent.id, assessment(), 1, **desk.as_(grace)))
    refused(lambda: pass_report(sent.id, "outside", "Not ours.", **desk.as_(grace)))
    assert not desk.holds(desk.member("ccu_head"), "report", sent.id)
    assert not open_report(sent.id, desk.as_(grace)["keyring"], grace, AT).intact


def test_twin_that_believes_the_column_seals_the_report_to_that_desk(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excluding, "_is_at", lambda report, desk_code: True)
    sent, grace = desk.triaged(), desk.member("triage")
    Report.objects.filter(id=sent.id).update(desk="ccu")
    named = assessment([NamedSubject("Yusuf Demir", "7035", "Constable", "Unit", "officer")])
    assess_triage(sent.id, named, 1, **desk.as_(grace))
    assert desk.holds(desk.member("ccu_head"), "report", sent.id)


def test_a_dump_shows_the_same_sizes_whoever_works_it(desk: Desk) -> None:
    plain = desk.case(desk.triaged())
    full = desk.case(desk.triaged(), investigator_id=desk.member("investigator").id)
    assert len(bytes(plain.sealed)) == len(bytes(full.sealed))


def joined_by_hand(desk: Desk, case: Case, report_id: UUID) -> None:
    """A row that joins a report to a case, with the reason of one that staff wrote."""
    row = CaseReport.objects.get(case=case)
    CaseReport.objects.filter(pk=row.pk).update(report=report_id)


def test_a_report_that_the_database_joins_to_their_case_is_not_sealed_to_them(
    desk: Desk, sent: Sent, mallory: StaffMember
) -> None:
    case, other = desk.case(sent, investigator_id=mallory.id), desk.triaged()
    joined_by_hand(desk, case, other.id)
    helen = desk.as_(desk.member("head_of_psd"))
    with pytest.raises(NotAllowed) as caught:
        assign_case(case.id, desk.member("triage").id, None, mallory.id, case.version, **helen)
    assert caught.value.why is Why.CHANGED_BY_HAND
    assert not desk.holds(mallory, "report", other.id)


def test_twin_that_believes_the_row_seals_it_to_them(
    desk: Desk, sent: Sent, mallory: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "_check_joined", lambda held, rows: None)
    case, other = desk.case(sent, investigator_id=mallory.id), desk.triaged()
    joined_by_hand(desk, case, other.id)
    helen = desk.as_(desk.member("head_of_psd"))
    imran = desk.member("supervisor")
    assign_case(case.id, desk.member("triage").id, imran.id, mallory.id, case.version, **helen)
    assert desk.holds(mallory, "report", other.id)


# ---- a colleague at the same moment changes nothing by hand


def between(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Somebody else acts after a grant was opened and before the row is read."""
    wait = [act]
    open_grant = Keyring.open

    def opened(self: Keyring, kind: str, object_id: UUID) -> object:
        grant = open_grant(self, kind, object_id)
        while wait:
            wait.pop()()
        return grant

    monkeypatch.setattr(Keyring, "open", opened)


def test_a_report_that_gets_its_next_key_meanwhile_was_not_changed_by_hand(
    desk: Desk, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(ObjectKind.REPORT, sent.id)
    grace, imran = desk.member("triage"), desk.as_(desk.member("supervisor"))
    refusals = Entry.objects.filter(action=Action.REFUSE).count()
    between(monkeypatch, lambda: make_epoch_of_report(sent.id, **imran))
    assess_triage(sent.id, assessment(), 1, **desk.as_(grace))
    assert Entry.objects.filter(action=Action.REFUSE).count() == refusals


def test_a_case_that_gets_its_next_key_meanwhile_was_not_changed_by_hand(
    desk: Desk, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(ObjectKind.CASE, case.id)
    grace, imran = desk.member("triage"), desk.as_(desk.member("supervisor"))
    refusals = Entry.objects.filter(action=Action.REFUSE).count()
    between(monkeypatch, lambda: make_epoch_of_case(case.id, **imran))
    add_note(case.id, "A note.", **desk.as_(grace))
    assert Entry.objects.filter(action=Action.REFUSE).count() == refusals

"""What the reporter is told came of it: while the case goes on, and at its end."""

import uuid

import pytest

from professional_standards.aftercare import end_monitoring, give_feedback
from professional_standards.models import Event
from professional_standards.proceedings import move_proceeding
from professional_standards.refusals import NotAllowed, NotGranted
from professional_standards.report_acts import ReportAct
from professional_standards.report_page import open_report_page
from speakup.clocks.models import Clock
from speakup.culture.models import FactInbox
from speakup.ledger.models import Entry
from speakup.reporting.inbox import Outcome, open_inbox, read_inbox
from speakup.reporting.models import Report
from speakup.vault.content import Place, open_detail, open_document
from tests.professional_standards.casework import AT, WHY, Desk, only_proceeding, state_of
from tests.professional_standards.filling import fill
from tests.professional_standards.work import opened_case, path_of
from tests.reporting.builders import new_reporter

TEXT = "We have asked for the rota, and will speak to your supervisor next week."


@pytest.fixture
def desk(force):
    return Desk(force)


@pytest.fixture
def owner(desk):
    return desk.as_(desk.member("triage"))


@pytest.fixture
def sent(desk):
    return desk.triaged()


@pytest.fixture
def case(desk, sent):
    return desk.case(sent)


def page_of(sent, by):
    return open_report_page(sent.id, *by.values())


def running(sent, by):
    return {clock.limit.id for clock in page_of(sent, by).clocks if clock.open}


def inbox_of(sent):
    reporter = new_reporter()
    assert open_inbox(sent.words, reporter, AT) is Outcome.OPENED
    return read_inbox(reporter)


def conclude(case, by):
    proceeding = only_proceeding(case)
    move_proceeding(proceeding.id, "concluded", proceeding.seq, reason=WHY, **by)


def test_in_a_case_it_is_told_and_the_report_stays(sent, case, owner):
    assert ReportAct.FEEDBACK in page_of(sent, owner).may
    assert "feedback" in running(sent, owner)
    facts = FactInbox.objects.count()
    give_feedback(sent.id, TEXT, **owner)
    assert state_of(sent) == "in_case"
    assert running(sent, owner) == {"update_4w"}
    assert inbox_of(sent).messages[-1].text == TEXT
    assert FactInbox.objects.count() == facts


def test_the_event_and_the_act_are_sealed(sent, case, owner):
    give_feedback(sent.id, TEXT, **owner)
    grant = owner["keyring"].open("report", sent.id)
    event = Event.objects.filter(report=sent.id).latest("seq")
    place = Place(sent.id, "T", grant.epoch, "Event.sealed", event.id)
    assert open_document(grant.keys["T"], place, bytes(event.sealed))["kind"] == "feedback_given"
    entry = Entry.objects.latest("seq")
    assert (entry.action, entry.object_id) == ("write", sent.id)
    detail = open_detail(grant.keys["T"], entry.id, sent.id, grant.epoch, bytes(entry.detail.sealed))
    assert detail["action"] == "give_feedback"


def test_report_and_case_are_due_when_the_next_clock_is(sent, case, owner):
    give_feedback(sent.id, TEXT, **owner)
    report = Report.objects.get(id=sent.id)
    (left,) = Clock.objects.filter(owner_id=sent.id, state="open")
    assert report.next_due_at == left.due_at
    case.refresh_from_db()
    assert case.next_due_at == min(clock.due_at for clock in Clock.objects.filter(state="open"))


def test_the_end_of_the_case_asks_for_it_again(sent, case, owner):
    give_feedback(sent.id, TEXT, **owner)
    conclude(case, owner)
    assert state_of(sent) == "closing_feedback"
    assert "feedback" in running(sent, owner)
    give_feedback(sent.id, "It is over, and this is what came of it.", **owner)
    assert state_of(sent) == "monitoring"
    assert Entry.objects.latest("seq").action == "move"
    assert not running(sent, owner)


def test_the_promised_day_stands_where_it_was_not_told_before(sent, case, owner):
    promised = next(clock.id for clock in page_of(sent, owner).clocks if clock.limit.id == "feedback")
    conclude(case, owner)
    open_ones = [clock for clock in page_of(sent, owner).clocks if clock.open and clock.limit.id == "feedback"]
    assert [clock.id for clock in open_ones] == [promised]


def test_it_may_be_told_again_in_a_case_and_a_double_post_tells_it_once(sent, case, owner):
    before = len(inbox_of(sent).messages)
    message = uuid.uuid4()
    for _ in range(2):
        give_feedback(sent.id, TEXT, message_id=message, **owner)
    assert len(inbox_of(sent).messages) == before + 1
    assert Event.objects.filter(report=sent.id).count() == 1
    give_feedback(sent.id, "More was found.", **owner)
    assert len(inbox_of(sent).messages) == before + 2


def test_not_before_a_case_nor_after_it_and_not_by_others(desk, sent, owner):
    with pytest.raises(NotAllowed):
        give_feedback(sent.id, TEXT, **owner)
    case = desk.case(sent)
    with pytest.raises(NotGranted):
        give_feedback(sent.id, TEXT, **desk.as_(desk.member("triage", 1)))
    give_feedback(sent.id, TEXT, **owner)
    conclude(case, owner)
    give_feedback(sent.id, TEXT, **owner)
    with pytest.raises(NotAllowed):
        give_feedback(sent.id, TEXT, **owner)
    end_monitoring(sent.id, WHY, **owner)
    assert ReportAct.FEEDBACK not in page_of(sent, owner).may


def test_its_page_fits_a_case_that_goes_on(signed_in, force):
    client = signed_in("triage")
    case = opened_case(client, force.members["triage"][0].id)
    report = case.joined.get().report_id
    path = path_of("report", report, "feedback")
    assert path in client.get(path_of("report", report)).text
    page = client.get(path).text
    assert "Tell the reporter what was done or is planned" in page
    assert "While its case goes on the report stays in it" in page
    empty = fill(client, path, {"text": ""})
    assert empty.status_code == 200
    assert 'id="id_text-error"' in empty.text
    answer = fill(client, path, {"text": TEXT})
    assert answer.status_code == 303
    text = client.get(answer["Location"]).text
    assert "The feedback was sent." in text
    assert TEXT in text
    assert "Part of case" in text

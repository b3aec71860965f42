"""The page on which a clock gets more time, of a report and of a case."""

import datetime as dt

import pytest
from django.utils import timezone

from speakup.clocks.counting import end_of_day
from speakup.clocks.models import Clock, ClockEvent
from speakup.ledger.models import Entry
from speakup.web.days import london_day
from tests.professional_standards.conftest import csrf_token
from tests.professional_standards.filling import fill, form_of, send
from tests.professional_standards.work import assessed, opened_case, path_of, proceeding_of, subject_of

WHY = "Two witnesses are on leave. Canary fern-anvil."
LINK = "Give more time"


@pytest.fixture
def day():
    return london_day(timezone.now()) + dt.timedelta(days=29)


@pytest.fixture
def supervisor(signed_in):
    return signed_in("supervisor")


@pytest.fixture
def owner(signed_in):
    return signed_in("triage")


@pytest.fixture
def case(owner, force):
    return opened_case(owner, force.members["triage"][0].id)


@pytest.fixture
def severity(case):
    return Clock.objects.get(owner_id=proceeding_of(case).id)


@pytest.fixture
def give(supervisor, case, severity, day):
    """give(changed): the answer to a form filled in with these changes, what was typed, and the form that came back."""

    def make(changed):
        path, sent = extend_path("case", case.id, severity), typed(day, **changed)
        answer = fill(supervisor, path, sent)
        return answer, sent, form_of(answer, path)

    return make


def extend_path(kind, object_id, clock):
    return path_of(kind, object_id) + f"clocks/{clock.id}/extend/"


def typed(day, **other):
    return {"until-day": str(day.day), "until-month": str(day.month), "until-year": str(day.year), "why": WHY, **other}


def triage_clock(sent, client):
    """The clock of triage: the only one of a report beside a link."""
    page = client.get(path_of("report", sent.id)).text
    (found,) = [
        clock for clock in Clock.objects.filter(owner_id=sent.id) if extend_path("report", sent.id, clock) in page
    ]
    return found


def test_a_report_gets_more_time(signed_in, supervisor, day):
    sent = assessed(signed_in("triage"))
    clock = triage_clock(sent, supervisor)
    path = extend_path("report", sent.id, clock)
    page = supervisor.get(path)
    assert "Triage a" in page.text
    assert "The force" in page.text
    answer = fill(supervisor, path, typed(day))
    assert (answer.status_code, answer["Location"]) == (303, path_of("report", sent.id) + "?done=extend")
    clock.refresh_from_db()
    assert clock.due_at == end_of_day(day)
    text = supervisor.get(answer["Location"]).text
    assert "More time was given" in text
    for reader in (supervisor, signed_in("triage", 1)):
        read = reader.get(path_of("report", sent.id)).text
        assert "Put off by Imran Sheikh on" in read
        assert WHY in read


def test_a_case_gets_more_time(supervisor, owner, case, severity, day):
    path = extend_path("case", case.id, severity)
    assert path in supervisor.get(path_of("case", case.id)).text
    answer = fill(supervisor, path, typed(day))
    assert (answer.status_code, answer["Location"]) == (303, path_of("case", case.id) + "?done=extend")
    severity.refresh_from_db()
    assert severity.due_at == end_of_day(day)
    text = supervisor.get(answer["Location"]).text
    assert "More time was given" in text
    assert "Gave more time" in text
    assert "Put off by Imran Sheikh on" in text
    assert WHY in owner.get(path_of("case", case.id)).text


def test_it_is_entered_on_the_ledger(supervisor, case, severity, day, force):
    fill(supervisor, extend_path("case", case.id, severity), typed(day))
    entry = Entry.objects.filter(object_id=case.id, action="write").latest("seq")
    assert (entry.actor_id, entry.role) == (force.members["supervisor"][0].id, "supervisor")


def test_a_report_of_a_case_gets_it_from_the_cases_leaders(signed_in, supervisor, owner, case):
    """Its clocks stand on the page of the case too, and none that was promised has a link."""
    report = case.joined.get().report
    for client in (supervisor, owner, signed_in("head_of_psd")):
        page = client.get(path_of("case", case.id)).text
        assert "Update complainant" in page
        assert path_of("report", report.id, "clocks") not in page


def test_who_works_it_has_no_link_and_is_refused(owner, supervisor, case, severity, day):
    path = extend_path("case", case.id, severity)
    assert LINK not in owner.get(path_of("case", case.id)).text
    page = owner.get(path)
    assert page.status_code == 200
    assert "You cannot give more time here" in page.text
    form = form_of(supervisor.get(path), path)
    token = owner.get(path_of("case", case.id, "assign"))
    answer = owner.post(path, {**form.fields, **typed(day), "csrfmiddlewaretoken": csrf_token(token.content)})
    assert answer.status_code == 200
    assert "The supervisor or the head of the desk gives more time" in answer.text
    assert form_of(answer, path).fields["why"] == [WHY]
    assert not ClockEvent.objects.filter(clock=severity).exists()


def test_the_referral_of_the_law_is_refused(supervisor, owner, case, day):
    person = f"{path_of('case', case.id)}people/{subject_of(case).id}/iopc/"
    fill(owner, person, {"state": "due", "why": "A criterion is met."})
    referral = Clock.objects.get(owner_id=subject_of(case).id)
    path = extend_path("case", case.id, referral)
    assert path not in supervisor.get(path_of("case", case.id)).text
    assert "You cannot give more time here" in supervisor.get(path).text
    token = csrf_token(supervisor.get(path_of("case", case.id)).content)
    answer = supervisor.post(path, {**typed(day), "csrfmiddlewaretoken": token})
    assert "The law says by when, so it cannot be put off" in answer.text
    assert not ClockEvent.objects.filter(clock=referral).exists()


@pytest.mark.parametrize(
    ("changed", "wrong", "said"),
    [
        ({"why": ""}, "why", "Say why"),
        ({"why": "x" * 4001}, "why", "Use 4,000 characters or fewer"),
        ({"until-day": "", "until-month": "", "until-year": ""}, "until", "Give the day"),
        ({"until-day": "31", "until-month": "2"}, "until", "Give a real day"),
        ({"until-year": "2020"}, "until", "Give a day that is later than it is due now"),
        ({"until-year": "9999"}, "until", "Give a day within 30 days"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(give, severity, changed, wrong, said):
    answer, sent, form = give(changed)
    assert answer.status_code == 200
    assert f'href="#id_{wrong}"' in answer.text
    assert f'id="id_{wrong}-error"' in answer.text
    assert said in answer.text
    assert {name: form.fields[name] for name in sent} == {name: [value] for name, value in sent.items()}
    assert not ClockEvent.objects.filter(clock=severity).exists()


def test_a_double_post_gives_it_once(supervisor, case, severity, day):
    path = extend_path("case", case.id, severity)
    page = supervisor.get(path)
    send(supervisor, page, path, typed(day))
    again = send(supervisor, page, path, typed(day))
    assert "Give a day that is later than it is due now" in again.text
    assert ClockEvent.objects.filter(clock=severity).count() == 1


def test_what_ended_meanwhile_keeps_what_was_typed(supervisor, owner, case, severity, day):
    path = extend_path("case", case.id, severity)
    page = supervisor.get(path)
    move = f"{path_of('case', case.id)}proceedings/{proceeding_of(case).id}/move/"
    fill(owner, move, {"reason": "Enough is known."}, query="?to=concluded")
    severity.refresh_from_db()
    assert severity.state == Clock.State.CLOSED
    answer = send(supervisor, page, path, typed(day))
    assert answer.status_code == 200
    assert "It has moved on meanwhile" in answer.text
    assert form_of(answer, path).fields["why"] == [WHY]


@pytest.mark.parametrize("role", ["ccu_head", "independent_head", "investigator", "identity_custodian", "hr_analyst"])
def test_others_get_404(signed_in, case, severity, role, day):
    client = signed_in(role)
    client.handler.enforce_csrf_checks = False
    report = case.joined.get().report_id
    promised = Clock.objects.filter(owner_id=report).first()
    for path in (extend_path("case", case.id, severity), extend_path("report", report, promised)):
        assert client.get(path).status_code == 404
        assert client.post(path, typed(day)).status_code == 404
    assert not ClockEvent.objects.filter(clock=severity).exists()


def test_a_clock_of_something_else_is_404(supervisor, case, severity, day):
    report = case.joined.get().report_id
    promised = Clock.objects.filter(owner_id=report).first()
    supervisor.handler.enforce_csrf_checks = False
    for path in (extend_path("report", report, severity), extend_path("case", case.id, promised)):
        assert supervisor.get(path).status_code == 404
        assert supervisor.post(path, typed(day)).status_code == 404


def test_without_a_token_nothing_is_done(supervisor, case, severity, day):
    assert supervisor.post(extend_path("case", case.id, severity), typed(day)).status_code == 403
    assert not ClockEvent.objects.filter(clock=severity).exists()

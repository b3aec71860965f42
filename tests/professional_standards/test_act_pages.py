"""The pages of what moves a report on, each: works, wrong state, bad input, outsiders."""

import pytest

from professional_standards.models import Case
from speakup.ledger.models import Entry
from speakup.reporting.inbox import Outcome, open_inbox, read_inbox
from speakup.reporting.models import Message, Report
from tests.professional_standards.filling import fill, form_of, send
from tests.professional_standards.work import ASSESSED, acknowledged, assessed, opened_case, path_of
from tests.reporting.builders import NOW, new_reporter, sent_report

WHY = "Because it is so. Canary lamp-otter."
TEXT = "This is what we did, and why."
EVERY = ("ask", "resume", "pass", "send-out", "close", "update", "feedback", "join", "leave-case", "end", "reopen")


def state_of(sent):
    return Report.objects.get(id=sent.id).state


def do(client, sent, act, typed):
    answer = fill(client, path_of("report", sent.id, act), typed)
    assert answer.status_code == 303, answer.content.decode()
    return answer


def texts_of(sent):
    reporter = new_reporter()
    assert open_inbox(sent.words, reporter, NOW) is Outcome.OPENED
    return [message.text for message in read_inbox(reporter).messages]


def test_asking_and_taking_up_again(signed_in):
    client = signed_in("triage")
    sent = assessed(client)
    answer = do(client, sent, "ask", {"text": "Is the chat still there?"})
    assert state_of(sent) == "awaiting_reporter"
    assert texts_of(sent)[-1] == "Is the chat still there?"
    page = client.get(answer["Location"])
    assert "The question was sent." in page.text
    assert "Waiting for the reporter" in page.text
    do(client, sent, "resume", {"why": WHY})
    assert state_of(sent) == "triage"
    assert WHY in client.get(path_of("report", sent.id)).text


def test_passing_takes_it_from_the_whole_desk(signed_in):
    client = signed_in("triage")
    sent = assessed(client)
    answer = do(client, sent, "pass", {"desk": "ccu", "why": WHY})
    assert answer["Location"] == "/staff/?done=pass"
    assert "The report was passed on." in client.get(answer["Location"]).text
    assert client.get(path_of("report", sent.id)).status_code == 404
    page = signed_in("ccu_officer").get(path_of("report", sent.id))
    assert page.status_code == 200
    assert WHY in page.text or ASSESSED["reason"] in page.text


def test_a_desk_is_never_passed_to_itself(signed_in):
    client = signed_in("triage")
    sent = assessed(client)
    offered = form_of(client.get(path_of("report", sent.id, "pass")), path_of("report", sent.id, "pass")).offered
    assert offered["desk"] == ["ccu", "outside"]


def test_sending_out_and_closing_afterwards(signed_in):
    client = signed_in("triage")
    sent = assessed(client)
    do(client, sent, "send-out", {"receiver": "Borders Constabulary", "why": WHY, "text": TEXT})
    assert state_of(sent) == "transfer_out"
    assert texts_of(sent)[-1] == TEXT


def test_closing_goes_through_feedback_to_aftercare_and_can_be_opened_again(signed_in):
    client = signed_in("triage")
    sent = assessed(client)
    do(client, sent, "close", {"determination": "not_conduct", "why": WHY, "text": TEXT})
    assert state_of(sent) == "monitoring"
    page = client.get(path_of("report", sent.id))
    assert "Not a conduct matter" in page.text
    do(client, sent, "end", {"why": WHY})
    assert state_of(sent) == "closed"
    do(client, sent, "reopen", {"why": WHY})
    assert state_of(sent) == "triage"


def test_updating_and_leaving_a_case(signed_in, force):
    client = signed_in("triage")
    sent = assessed(client)
    case = opened_case(client, force.members["triage"][0].id, sent)
    do(client, sent, "update", {"text": "We spoke to two people."})
    assert texts_of(sent)[-1] == "We spoke to two people."
    path = path_of("report", sent.id, "leave-case")
    refused = send(client, client.get(path), path, {"why": WHY})
    assert "It is the last report of a case that goes on." in refused.text
    assert state_of(sent) == "in_case"
    do(client, assessed(client), "join", {"case": str(case.id), "why": WHY})
    do(client, sent, "leave-case", {"why": WHY})
    assert state_of(sent) == "triage"


def test_joining_shows_the_cases_that_one_holds(signed_in, force):
    client = signed_in("triage")
    case = opened_case(client, force.members["triage"][0].id)
    sent = assessed(client)
    path = path_of("report", sent.id, "join")
    page = client.get(path)
    assert case.reference in page.text
    do(client, sent, "join", {"case": str(case.id), "why": WHY})
    assert state_of(sent) == "in_case"
    page = client.get(path_of("case", case.id))
    assert WHY in page.text
    assert sent.report.reference in page.text


def test_where_there_is_no_case_to_join_it_says_so(signed_in):
    client = signed_in("triage")
    sent = assessed(client)
    assert "You hold no open case" in client.get(path_of("report", sent.id, "join")).text


@pytest.mark.parametrize(
    ("act", "typed", "wrong", "said"),
    [
        ("ask", {}, "text", "Write a message"),
        ("ask", {"text": "x" * 100_001}, "text", "Use 100,000 characters or fewer"),
        ("pass", {"desk": "ccu"}, "why", "Say why"),
        ("pass", {"why": WHY}, "desk", "Choose a desk"),
        ("pass", {"why": WHY, "desk": "psd"}, "desk", "Choose from the list"),
        ("send-out", {"why": WHY, "text": TEXT}, "receiver", "Say who receives it"),
        ("close", {"why": WHY, "text": TEXT}, "determination", "Choose what the report comes to"),
        ("close", {"why": WHY, "determination": "duplicate"}, "text", "Write a message"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(signed_in, act, typed, wrong, said):
    client = signed_in("triage")
    sent = assessed(client)
    answer = fill(client, path_of("report", sent.id, act), typed)
    assert answer.status_code == 200
    assert f'id="id_{wrong}-error"' in answer.text
    assert f'href="#id_{wrong}"' in answer.text
    assert said in answer.text
    kept = form_of(answer, path_of("report", sent.id, act)).fields
    for name, value in typed.items():
        if name != wrong or act == "ask":
            assert kept[name] == [value]
    assert state_of(sent) == "triage"


def test_a_page_that_came_too_late_keeps_what_was_typed(signed_in):
    first, second = signed_in("triage"), signed_in("supervisor")
    sent = assessed(first)
    path = path_of("report", sent.id, "close")
    before = second.get(path)
    do(first, sent, "ask", {"text": "Who was there?"})
    do(first, sent, "close", {"determination": "duplicate", "why": WHY, "text": TEXT})
    answer = send(second, before, path, {"determination": "not_conduct", "why": "Mine", "text": "My words to her"})
    assert answer.status_code == 200
    assert "It has moved on meanwhile" in answer.text
    assert form_of(answer, path).fields["text"] == ["My words to her"]
    assert "My words to her" not in texts_of(sent)


def test_a_double_post_is_one_message(signed_in):
    client = signed_in("triage")
    sent = assessed(client)
    path = path_of("report", sent.id, "ask")
    page = client.get(path)
    for _ in range(2):
        send(client, page, path, {"text": "Only once"})
    assert texts_of(sent).count("Only once") == 1


def test_what_cannot_be_done_now_is_said(signed_in):
    client = signed_in("triage")
    sent = sent_report()
    report = client.get(path_of("report", sent.id)).text
    for act in ("ask", "resume", "send-out", "close", "update", "feedback", "leave-case", "end", "reopen", "open-case"):
        page = client.get(path_of("report", sent.id, act))
        assert page.status_code == 200
        assert "This cannot be done now" in page.text, act
        assert path_of("report", sent.id, act) not in report


@pytest.mark.parametrize("role", ["ccu_officer", "independent_member", "investigator", "hr_analyst", "administrator"])
def test_outsiders_and_wrong_roles_get_404(signed_in, role):
    sent = assessed(signed_in("triage"))
    client = signed_in(role)
    client.handler.enforce_csrf_checks = False
    for act in (*EVERY, "open-case", "triage"):
        path = path_of("report", sent.id, act)
        assert client.get(path).status_code == 404
        assert client.post(path, {"why": WHY, "text": TEXT}).status_code == 404
    assert state_of(sent) == "triage"
    assert not Case.objects.exists()


def test_without_a_token_nothing_is_done(signed_in):
    client = signed_in("triage")
    sent = assessed(client)
    count = Message.objects.count()
    assert client.post(path_of("report", sent.id, "ask"), {"text": "x"}).status_code == 403
    assert Message.objects.count() == count


def test_an_act_is_entered_on_the_ledger(signed_in, force):
    client = signed_in("supervisor")
    sent = assessed(client)
    do(client, sent, "ask", {"text": "Who was there?"})
    entry = Entry.objects.filter(object_id=sent.id, action="move").latest("seq")
    assert (entry.actor_id, entry.role) == (force.members["supervisor"][0].id, "supervisor")


def test_only_what_may_be_done_is_offered(signed_in):
    client = signed_in("triage")
    sent = acknowledged(client)
    page = client.get(path_of("report", sent.id)).text
    assert path_of("report", sent.id, "triage") in page
    for act in ("open-case", "join", "close", "send-out", "end", "reopen", "update"):
        assert path_of("report", sent.id, act) not in page, act

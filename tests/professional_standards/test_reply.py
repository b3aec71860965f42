"""Writing to a reporter."""

import re
import uuid

import pytest
from django.test import Client

from speakup.ledger.models import Entry
from speakup.reporting.inbox import Outcome, open_inbox, read_inbox
from speakup.reporting.messages import LONGEST_TEXT
from speakup.reporting.models import Message, Report
from tests.professional_standards.conftest import csrf_token
from tests.reporting.builders import NOW, keep_out, new_reporter, sent_report

TEXT = "Thank you for telling us. Is the group chat still there?\n\n<i>Take your time.</i>"


@pytest.fixture
def sent(force):
    return sent_report()


def send(client, sent, text=TEXT, **more):
    page = client.get(f"/staff/reports/{sent.id}/")
    token = csrf_token(page.content) if page.status_code == 200 else csrf_token(client.get("/staff/").content)
    return client.post(f"/staff/reports/{sent.id}/reply/", {"text": text, "csrfmiddlewaretoken": token, **more})


def inbox_of(sent):
    reporter = new_reporter()
    assert open_inbox(sent.words, reporter, NOW) is Outcome.OPENED
    return read_inbox(reporter)


def test_the_reporter_reads_what_was_written(signed_in, sent):
    client = signed_in("triage")
    answer = send(client, sent)
    assert answer.status_code == 303
    assert answer["Location"] == f"/staff/reports/{sent.id}/#messages"
    assert [(message.from_staff, message.text) for message in inbox_of(sent).messages] == [(True, TEXT)]
    page = client.get(f"/staff/reports/{sent.id}/")
    assert "Is the group chat still there?" in page.text
    assert "&lt;i&gt;" in page.text


def test_the_first_message_acknowledges_the_report(signed_in, sent):
    send(signed_in("triage"), sent)
    assert Report.objects.get(id=sent.id).state == "acknowledged"
    assert inbox_of(sent).state_words == "Someone has read your report"
    send(signed_in("supervisor"), sent)
    assert list(sent.report.transitions.order_by("seq").values_list("to_state", flat=True)) == [
        "submitted",
        "acknowledged",
    ]


def test_it_is_entered_on_the_ledger(signed_in, sent, force):
    send(signed_in("triage"), sent)
    entry = Entry.objects.get(object_id=sent.id, action="write")
    assert entry.actor_id == force.members["triage"][0].id
    assert str(Message.objects.get().id) in bytes(entry.written).decode()


def test_an_outsider_gets_404_and_writes_nothing(signed_in, sent):
    assert send(signed_in("ccu_head"), sent).status_code == 404
    assert not Message.objects.exists()


def test_the_excluded_get_404_and_write_nothing(signed_in, force):
    kept = sent_report(keep_out(force.members["triage"][0].name))
    assert send(signed_in("triage", 0), kept).status_code == 404
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_message_is_refused_to_the_excluded_as_to_outsiders(signed_in, force, text):
    """Bad input must not tell the excluded from somebody with no row: both get 404."""
    kept = sent_report(keep_out(force.members["triage"][0].name))
    client = signed_in("triage", 0)
    token = csrf_token(client.get("/staff/").content)
    for report_id in (kept.id, uuid.uuid4()):
        answer = client.post(f"/staff/reports/{report_id}/reply/", {"text": text, "csrfmiddlewaretoken": token})
        assert answer.status_code == 404


def test_an_empty_message_says_what_is_missing(signed_in, sent):
    answer = send(signed_in("triage"), sent, text="   ")
    assert answer.status_code == 200
    assert "Write a message" in answer.text
    assert "Error:" in answer.text
    assert not Message.objects.exists()


def test_a_message_that_is_too_long_stays_in_its_box(signed_in, sent):
    answer = send(signed_in("triage"), sent, text="long " * (LONGEST_TEXT // 5 + 1))
    assert answer.status_code == 200
    assert "or fewer" in answer.text
    assert "long long long" in answer.text
    assert not Message.objects.exists()


def test_a_character_that_no_keyboard_types_is_left_out(signed_in, sent):
    answer = send(signed_in("triage"), sent, text="one\x00two")
    assert answer.status_code == 303
    assert [message.text for message in inbox_of(sent).messages] == ["onetwo"]


def test_without_a_token_nothing_is_written(signed_in, sent):
    client = signed_in("triage")
    assert client.post(f"/staff/reports/{sent.id}/reply/", {"text": TEXT}).status_code == 403
    assert not Message.objects.exists()


def message_id_on(page):
    found = re.search(rb'name="message" value="([^"]+)"', page.content)
    assert found
    return found.group(1).decode()


def test_a_double_post_is_one_message(signed_in, sent):
    client = signed_in("triage")
    message_id = message_id_on(client.get(f"/staff/reports/{sent.id}/"))
    for _ in range(2):
        assert send(client, sent, message=message_id).status_code == 303
    assert str(Message.objects.get().id) == message_id
    assert Entry.objects.filter(object_id=sent.id, action="write").count() == 1
    assert send(client, sent, message=message_id_on(client.get(f"/staff/reports/{sent.id}/"))).status_code == 303
    assert Message.objects.count() == 2


def test_another_text_from_the_same_form_is_another_message(signed_in, sent):
    client = signed_in("triage")
    message_id = message_id_on(client.get(f"/staff/reports/{sent.id}/"))
    send(client, sent, message=message_id)
    send(client, sent, "And one thing more.", message=message_id)
    assert [message.text for message in inbox_of(sent).messages] == [TEXT, "And one thing more."]


@pytest.mark.parametrize("made_up", ["", "x", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "0" * 5000])
def test_an_id_that_no_form_made_is_replaced(signed_in, sent, made_up):
    assert send(signed_in("triage"), sent, message=made_up).status_code == 303
    assert Message.objects.get().id.version == 4


def test_the_id_of_another_reports_message_is_replaced(signed_in, sent):
    client, other = signed_in("triage"), sent_report()
    send(client, other)
    taken = Message.objects.get().id
    assert send(client, sent, message=str(taken)).status_code == 303
    assert Message.objects.filter(report=sent.id).exclude(id=taken).count() == 1


def test_nobody_writes_without_signing_in(sent):
    answer = Client().post(f"/staff/reports/{sent.id}/reply/", {"text": TEXT})
    assert answer.status_code == 302
    assert not Message.objects.exists()

"""Finished: reports in after-care or closed, and closed cases, that a member can open; and the way back from there."""

import re

import pytest

from speakup.accounts.models import RoleAssignment
from speakup.ledger.models import Entry
from speakup.reporting.inbox import open_inbox, send_message
from speakup.reporting.models import Report
from tests.builders import make_member, sign_in_client
from tests.professional_standards.filling import fill
from tests.professional_standards.work import path_of
from tests.reporting.builders import NOW, grant_of, keep_out, new_reporter, sent_report
from tests.reporting.test_moving import walk

URL, HOME = "/staff/finished/", "/staff/"
WAY = ("acknowledged", "triage", "closing_feedback", "monitoring")


def finished(force, *more, answers=None, by="grace.adeyemi@example.test"):
    """A report in after-care, or further on. Its clocks are as steps alone leave them, so it is taken off the list."""
    sent = sent_report(answers)
    walk(sent, grant_of(force, sent.id, by), force, *WAY, *more)
    Report.objects.filter(id=sent.id).update(next_due_at=None)
    return sent


def masked(client):
    return re.sub(rb'value="[A-Za-z0-9]{64}"', b"", client.get(URL).content)


def test_what_is_over_stands_there_with_its_state_and_not_among_what_waits(signed_in, force):
    client = signed_in("triage")
    after_care, closed, waiting = finished(force), finished(force, "closed"), sent_report()
    page = client.get(URL).text
    main = page[page.index("<main") :]
    assert after_care.report.reference in main
    assert closed.report.reference in main
    assert waiting.report.reference not in main
    assert "After-care and detriment monitoring" in main
    assert "State</span>Closed" in main
    home = client.get(HOME).text
    assert after_care.report.reference not in home
    assert closed.report.reference not in home


def test_after_care_is_ended_and_a_report_opened_again_from_there(signed_in, force):
    client, sent = signed_in("triage"), finished(force)
    (href,) = re.findall(r'href="(/staff/reports/[^"]+)"', client.get(URL).text)
    assert path_of("report", sent.id, "end") in client.get(href).text
    assert fill(client, path_of("report", sent.id, "end"), {"why": "She is well."}).status_code == 303
    (href,) = re.findall(r'href="(/staff/reports/[^"]+)"', client.get(URL).text)
    assert fill(client, path_of("report", sent.id, "reopen"), {"why": "It goes on."}).status_code == 303
    assert sent.report.reference not in client.get(URL).text
    assert sent.report.reference in client.get(HOME).text


def test_where_its_reporter_writes_it_waits_too(signed_in, force):
    client, sent = signed_in("triage"), finished(force, "closed")
    reporter = new_reporter()
    open_inbox(sent.words, reporter, NOW)
    send_message(reporter, "It goes on.", NOW)
    for url in (HOME, URL):
        page = client.get(url).text
        assert sent.report.reference in page
        assert "The reporter wrote on 23 November" in page


def test_whoever_holds_a_decoy_gets_the_same_page_as_if_there_were_nothing(signed_in, force):
    clients = signed_in("triage", 0), signed_in("triage", 1)
    before = [masked(client) for client in clients]
    sent = finished(force, answers=keep_out(force.members["triage"][0].name), by=force.members["triage"][1].email)
    after = [masked(client) for client in clients]
    assert after[0] == before[0]
    assert sent.report.reference.encode() in after[1]


@pytest.mark.parametrize("role", ["hr_analyst", "administrator", "auditor"])
def test_whoever_works_on_no_report_finds_no_such_page(role, force):
    sent = finished(force)
    made = make_member()
    RoleAssignment.objects.create(staff=made.staff, role=role)
    page = sign_in_client(made.staff, made.secret).get(URL)
    assert page.status_code == 404
    assert sent.report.reference not in page.text


def test_another_desk_sees_nothing(signed_in, force):
    sent = finished(force)
    for role in ("ccu_officer", "independent_head", "identity_custodian", "appropriate_authority"):
        page = signed_in(role).get(URL)
        assert page.status_code == 200
        assert sent.report.reference not in page.text


def test_each_of_its_two_listings_is_a_read_entry_without_an_object(signed_in, force):
    finished(force)
    client, before = signed_in("triage"), Entry.objects.count()
    client.get(URL)
    entries = Entry.objects.order_by("seq")[before:]
    assert [(entry.action, entry.object_id) for entry in entries] == [("read", None)] * 2
    assert {entry.actor_id for entry in entries} == {force.members["triage"][0].id}


def test_pages_of_fifty_and_as_many_queries_for_one_as_for_fifty(signed_in, force, django_assert_max_num_queries):
    client = signed_in("triage")
    finished(force)
    with django_assert_max_num_queries(60) as few:
        client.get(URL)
    for _ in range(50):
        sent_report()
    Report.objects.update(state="closed", next_due_at=None)
    with django_assert_max_num_queries(60) as many:
        first = client.get(URL)
    assert len(many) == len(few)
    assert first.text.count("/staff/reports/") == 50
    following = re.search(r'href="(/staff/finished/\?after=[^"]+)"', first.text)
    assert following is not None
    assert client.get(following.group(1)).text.count("/staff/reports/") == 1


@pytest.mark.parametrize("position", ["", "x", "1_2026-13-01_zz", "%00", "9" * 5000])
def test_a_made_up_position_is_the_first_page(signed_in, force, position):
    sent = finished(force)
    page = signed_in("triage").get(URL, {"after": position, "cases_after": position})
    assert page.status_code == 200
    assert sent.report.reference in page.text


def test_nothing_is_said_to_be_nothing(signed_in):
    assert "Nothing that you can open is finished." in signed_in("triage").get(URL).text

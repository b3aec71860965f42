"""The page of one reminder: what must be done by which rule, and the way to the work."""

import re
import uuid

import pytest
from django.urls import reverse

from notifications.sweep import sweep_clocks
from professional_standards.reminders import reminders_for
from speakup.accounts.roles import live_roles
from speakup.clocks.models import Clock, Reminder
from speakup.ledger.models import Entry
from tests.professional_standards.reminded import clock_of
from tests.professional_standards.test_reminders import REPLY, REPLY_DUE, only, sent
from tests.reporting.builders import keep_out, keyring_of

pytestmark = pytest.mark.usefixtures("recovery")


@pytest.fixture
def late(force, time_machine):
    """A report whose first reply is due at this very minute; the second triage officer is kept out of it."""
    made = sent(keep_out(force.members["triage"][1].name))
    time_machine.move_to(REPLY_DUE, tick=False)
    sweep_clocks(REPLY_DUE)
    return made


def address(reminder):
    return f"/staff/reminders/{reminder.id}/"


@pytest.fixture
def reminder(late, force):
    staff = force.members["triage"][0]
    return only(reminders_for(keyring_of(force, staff), staff, live_roles(staff), REPLY_DUE))


def test_limit_source_and_due_time_are_shown(signed_in, late, reminder):
    page = signed_in("triage").get(address(reminder))
    assert page.status_code == 200
    assert REPLY in page.text
    assert late.report.reference in page.text
    assert "3 working days from 23 November 2026" in page.text
    assert "The force&#x27;s own limit" in page.text or "The force's own limit" in page.text
    assert reverse("staff-report", args=[late.id], urlconf="speakup.urls.staff") in page.text


def test_opening_it_is_entered_and_ends_the_escalation(signed_in, late, reminder):
    signed_in("triage").get(address(reminder))
    assert Reminder.objects.get(id=reminder.id).acknowledged
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.action, entry.role, entry.object_id) == ("read", "triage", late.id)


def test_what_was_done_meanwhile_is_said(signed_in, late, reminder):
    Clock.objects.filter(id=clock_of(reminder).id).update(state="closed")
    page = signed_in("triage").get(address(reminder))
    assert "done or given more time" in page.text
    assert not Reminder.objects.get(id=reminder.id).acknowledged


def test_who_is_kept_out_gets_the_page_of_what_does_not_exist(signed_in, reminder):
    client = signed_in("triage", 1)
    answers = [client.get(address(reminder)), client.get(f"/staff/reminders/{uuid.uuid4()}/")]
    assert [answer.status_code for answer in answers] == [404, 404]
    pages = [re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.text) for answer in answers]
    assert pages[0] == pages[1]
    assert not Reminder.objects.filter(acknowledged=True).exists()


@pytest.mark.parametrize(
    "role", ["ccu_officer", "investigator", "appropriate_authority", "hr_analyst", "administrator"]
)
def test_nobody_elses_desk_or_role_gets_it(signed_in, reminder, role):
    assert signed_in(role).get(address(reminder)).status_code == 404
    assert not Reminder.objects.filter(acknowledged=True).exists()


def test_a_reminder_is_not_posted_to(signed_in, reminder):
    client = signed_in("triage")
    client.handler.enforce_csrf_checks = False
    assert client.post(address(reminder)).status_code == 405


def test_nobody_sees_it_without_signing_in(client, reminder):
    assert client.get(address(reminder)).status_code == 302


def test_several_about_one_report_are_told_apart_without_saying_which_limit(signed_in, late, reminder):
    client = signed_in("triage")
    page = client.get("/staff/").text
    for words in ("reminder 1 of 2", "reminder 2 of 2"):
        assert page.count(words) == 1
    assert REPLY not in page
    client.get(address(reminder))
    assert "reminder 1 of" not in client.get("/staff/").text

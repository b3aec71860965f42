"""The administrator's page: numbers, 'try again', and not a word about a report."""

import datetime as dt
import re
import uuid

import pytest
from django.utils import timezone

from notifications.delivery import MOST_TRIES, deliver_outbox
from notifications.models import DeadLetter
from speakup.clocks.models import LastSweep, Outbox
from speakup.ledger.models import Entry
from tests.builders import sign_in_client
from tests.professional_standards.conftest import csrf_token

URL = "/staff/undelivered/"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def signed_in(force):
    def make(role):
        staff = force.members[role][0]
        client = sign_in_client(staff, force.personal_secrets[staff.id])
        client.handler.enforce_csrf_checks = True
        return client

    return make


@pytest.fixture
def letters(force):
    """Two mails that were given up an hour ago."""
    now = timezone.now()
    made = []
    for person in force.members["triage"][:2]:
        row = Outbox.objects.create(staff=person, kind="daily", slot_at=now - 30 * HOUR, attempts=MOST_TRIES)
        made.append(
            DeadLetter.objects.create(task="deliver_outbox", object_id=row.id, attempts=8, failed_at=now - HOUR)
        )
    return made


def test_the_administrator_sees_how_many_and_no_object(signed_in, letters):
    page = signed_in("administrator").get(URL)
    assert page.status_code == 200
    assert "2 mails to staff" in page.text
    for letter in letters:
        row = Outbox.objects.get(id=letter.object_id)
        for told in (str(letter.id), letter.id.hex, str(row.id), row.id.hex, row.staff.email, row.staff.name):
            assert told not in page.text


def test_what_is_too_late_can_only_be_taken_off_the_list(signed_in):
    DeadLetter.objects.create(task="deliver_urgent", object_id=uuid.uuid4(), attempts=8, failed_at=timezone.now())
    page = signed_in("administrator").get(URL)
    assert "1 message to somebody on call, too late" in page.text
    assert "Take off the list" in page.text
    assert "Try again" not in page.text


def test_a_message_to_the_people_on_call_that_waits_is_in_no_number(signed_in, force):
    client = signed_in("administrator")
    LastSweep.objects.create(at=timezone.now())

    def numbers():
        return re.findall(r'summary-list__value">([^<]*)<', client.get(URL).text)[:2]

    assert numbers() == ["0", "0"]
    for person in force.members["supervisor"]:
        Outbox.objects.create(
            staff=person, kind="urgent", slot_at=timezone.now(), attempts=1, next_try_at=timezone.now()
        )
    assert numbers() == ["0", "0"]
    Outbox.objects.create(staff=person, kind="daily", slot_at=timezone.now(), attempts=1, next_try_at=timezone.now())
    assert numbers() == ["1", "1"]


def test_nothing_given_up_is_said_so(signed_in):
    assert "Nothing was given up." in signed_in("administrator").get(URL).text


def test_a_sweep_that_stands_still_is_said(signed_in):
    LastSweep.objects.create(at=timezone.now() - HOUR)
    assert "not looked at in the last 15 minutes" in signed_in("administrator").get(URL).text
    LastSweep.objects.update(at=timezone.now())
    assert "not looked at in the last 15 minutes" not in signed_in("administrator").get(URL).text


def test_tried_again_they_go_out(signed_in, letters, mailoutbox):
    client = signed_in("administrator")
    token = csrf_token(client.get(URL).content)
    before = Entry.objects.count()
    answer = client.post(URL, {"task": "deliver_outbox", "csrfmiddlewaretoken": token})
    assert (answer.status_code, answer["Location"]) == (303, URL)
    assert not DeadLetter.objects.exists()
    entry = Entry.objects.order_by("-seq")[0]
    assert Entry.objects.count() == before + 1
    assert (entry.action, entry.role, entry.object_id) == ("administer", "administrator", None)
    assert deliver_outbox(timezone.now()).sent == 2
    assert len(mailoutbox) == 2


@pytest.mark.parametrize("task", ["", "deliver_outbox", "canary otter-lantern", "x" * 500])
def test_a_task_of_which_nothing_waits_changes_nothing(signed_in, task):
    client = signed_in("administrator")
    DeadLetter.objects.create(task="other", object_id=uuid.uuid4(), attempts=1, failed_at=timezone.now())
    page = client.get(URL)
    before = Entry.objects.count()
    answer = client.post(URL, {"task": task, "csrfmiddlewaretoken": csrf_token(page.content)})
    assert answer.status_code == 303
    assert DeadLetter.objects.count() == 1
    assert Entry.objects.count() == before


def test_a_letter_whose_mail_is_no_longer_wanted_just_goes(signed_in, letters, mailoutbox):
    Outbox.objects.all().delete()
    client = signed_in("administrator")
    client.post(URL, {"task": "deliver_outbox", "csrfmiddlewaretoken": csrf_token(client.get(URL).content)})
    assert not DeadLetter.objects.exists()
    assert deliver_outbox(timezone.now()).sent == 0


def test_a_post_from_elsewhere_is_refused(signed_in, letters):
    assert signed_in("administrator").post(URL, {"task": "deliver_outbox"}).status_code == 403
    assert DeadLetter.objects.count() == 2


@pytest.mark.parametrize("role", ["triage", "head_of_psd", "investigator", "hr_analyst", "appropriate_authority"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_has_such_a_page(signed_in, letters, role, method):
    client = signed_in(role)
    client.handler.enforce_csrf_checks = False
    assert getattr(client, method)(URL, {"task": "deliver_outbox"}).status_code == 404
    assert DeadLetter.objects.count() == 2


def test_nobody_sees_it_without_signing_in(client, letters):
    assert client.get(URL).status_code == 302

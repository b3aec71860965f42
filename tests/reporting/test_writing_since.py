"""Whether a reporter waits for an answer, told without any key."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from speakup.embedded.demonstration import Force
from speakup.ledger.services import append_pending_acts
from speakup.reporting.inbox import open_inbox, send_message
from speakup.reporting.reading import list_reports, open_report, reply
from speakup.reporting.writing_since import reporter_wrote_since
from tests.reporting.builders import NOW, Sent, keyring_of, new_reporter, sent_report

pytestmark = pytest.mark.django_db

TRIAGE = "grace.adeyemi@example.test"
MONDAY, TUESDAY, WEDNESDAY = (NOW + dt.timedelta(days=number) for number in range(3))


def at_night(now: dt.datetime) -> None:
    append_pending_acts(now=now + dt.timedelta(days=1))


def write(sent: Sent, now: dt.datetime) -> None:
    reporter = new_reporter(now)
    open_inbox(sent.words, reporter, now)
    send_message(reporter, "more", now)


def answer(force: Force, sent: Sent, now: dt.datetime) -> None:
    staff = force.member(TRIAGE)
    reply(sent.id, keyring_of(force, staff), staff, "thank you", now)


def read(force: Force, sent: Sent, now: dt.datetime) -> None:
    staff = force.member(TRIAGE)
    open_report(sent.id, keyring_of(force, staff), staff, now)


def wrote(sent: Sent) -> dt.date | None:
    return reporter_wrote_since([sent.id]).get(sent.id)


@pytest.mark.parametrize("night", [at_night, lambda now: None], ids=["in the ledger", "waiting for the night"])
def test_a_message_shows_until_staff_write_on_a_later_day(force: Force, night: Any) -> None:
    sent = sent_report()
    night(MONDAY)
    assert wrote(sent) is None, "the sending itself is no message"
    write(sent, TUESDAY)
    night(TUESDAY)
    assert wrote(sent) == TUESDAY.date()
    read(force, sent, WEDNESDAY)
    assert wrote(sent) == TUESDAY.date(), "to read is not to answer"
    answer(force, sent, WEDNESDAY)
    assert wrote(sent) is None


def test_of_one_day_the_reporter_counts_until_somebody_looks_later(force: Force) -> None:
    sent = sent_report()
    write(sent, TUESDAY)
    answer(force, sent, TUESDAY)
    read(force, sent, TUESDAY)
    assert wrote(sent) == TUESDAY.date()
    read(force, sent, WEDNESDAY)
    assert wrote(sent) is None


def test_the_newest_message_counts(force: Force) -> None:
    sent = sent_report()
    write(sent, MONDAY)
    answer(force, sent, TUESDAY)
    write(sent, WEDNESDAY)
    assert wrote(sent) == WEDNESDAY.date()


def test_the_list_says_so_for_each_report_in_two_queries(force: Force) -> None:
    sents = [sent_report() for _ in range(4)]
    for sent in sents[:2]:
        write(sent, TUESDAY)
    answer(force, sents[0], WEDNESDAY)
    with CaptureQueriesContext(connection) as queries:
        found = reporter_wrote_since([sent.id for sent in sents])
    assert len(queries) == 2
    assert found == {sents[1].id: TUESDAY.date()}
    staff = force.member(TRIAGE)
    listed = list_reports(keyring_of(force, staff), staff, now=WEDNESDAY)
    assert {each.id: each.reporter_wrote for each in listed.reports} == {
        sent.id: TUESDAY.date() if sent is sents[1] else None for sent in sents
    }

"""A message in after-care or after closing is watched as the report was: a promise, a due time, a place on the list."""

import datetime as dt

import pytest

from speakup.clocks.models import Clock
from speakup.embedded.demonstration import Force
from speakup.ledger.models import PendingAct
from speakup.reporting.inbox import open_inbox, send_message
from speakup.reporting.models import Report
from speakup.reporting.presenters.inbox import Promise
from speakup.reporting.reading import list_reports, reply
from tests.reporting.builders import NOW, Sent, grant_of, keep_out, keyring_of, new_reporter, running, sent_report
from tests.reporting.test_inbox import TRIAGE, promises
from tests.reporting.test_moving import happened, walk

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
LATER = NOW + 30 * DAY  # Wednesday 23 December: three working days later it is the 30th
DUE = dt.date(2026, 12, 30)
WAY = ("triage", "closing_feedback", "monitoring")


def finished(force: Force, *more: str) -> Sent:
    """A report that was answered and told the outcome: no clock runs."""
    sent = sent_report()
    grant = grant_of(force, sent.id)
    staff_writes(force, sent, NOW)
    walk(sent, grant, force, *WAY)
    happened(sent, grant, "feedback_given", force)
    walk(sent, grant, force, *more)
    report = Report.objects.get(id=sent.id)
    assert (report.next_due_at, running(sent.id, grant)) == (None, {})
    return sent


def staff_writes(force: Force, sent: Sent, now: dt.datetime) -> None:
    staff = force.member(TRIAGE)
    reply(sent.id, keyring_of(force, staff), staff, "We have it.", now)


def writes(sent: Sent, text: str = "It goes on.", now: dt.datetime = LATER) -> None:
    reporter = new_reporter(now)
    open_inbox(sent.words, reporter, now)
    send_message(reporter, text, now)


def waiting(force: Force, email: str = TRIAGE) -> list[str]:
    staff = force.member(email)
    return [each.reference for each in list_reports(keyring_of(force, staff), staff, now=LATER).reports]


@pytest.mark.parametrize("end", [(), ("closed",)])
def test_what_she_writes_at_the_end_is_promised_a_reply_and_waits(force: Force, end: tuple[str, ...]) -> None:
    sent = finished(force, *end)
    assert waiting(force) == []
    writes(sent)
    assert running(sent.id, grant_of(force, sent.id)) == {"first_reply": DUE}
    (clock,) = Clock.objects.filter(owner_id=sent.id, state="open")
    assert (clock.key_kind, clock.key_id, clock.desk_id, clock.ladder) == ("R", sent.id, "psd", "ordinary")
    assert Report.objects.get(id=sent.id).next_due_at == clock.due_at
    assert waiting(force) == [sent.report.reference]
    stands = promises(sent, LATER)
    assert (stands.turn, stands.next_reply) == ("ours", Promise(DUE, "3 working days", late=False))
    # What was promised at first, and kept, stays as it was.
    assert (stands.kept, stands.first_reply) == (True, Promise(dt.date(2026, 11, 26), "3 working days", late=False))
    overdue = promises(sent, LATER + 9 * DAY).next_reply
    assert overdue is not None
    assert overdue.late


def test_a_second_message_starts_no_second_clock(force: Force) -> None:
    sent = finished(force, "closed")
    writes(sent)
    due = Report.objects.get(id=sent.id).next_due_at
    writes(sent, "And another thing.", LATER + 2 * DAY)
    assert Clock.objects.filter(owner_id=sent.id, state="open").count() == 1
    assert Report.objects.get(id=sent.id).next_due_at == due


def test_a_message_of_staff_stops_it_and_the_next_of_hers_starts_another(force: Force) -> None:
    sent = finished(force, "closed")
    writes(sent)
    staff_writes(force, sent, LATER)
    assert Report.objects.get(id=sent.id).next_due_at is None
    assert waiting(force) == []
    assert promises(sent, LATER).next_reply is None
    writes(sent, "Thank you, but.", LATER + DAY)
    assert running(sent.id, grant_of(force, sent.id)).keys() == {"first_reply"}


def test_before_the_end_a_message_starts_nothing(force: Force) -> None:
    sent = sent_report()
    staff_writes(force, sent, NOW)
    before = Clock.objects.filter(owner_id=sent.id).count()
    writes(sent)
    assert Clock.objects.filter(owner_id=sent.id).count() == before
    assert promises(sent, LATER).next_reply is None


def test_the_pending_act_names_message_and_clock_and_no_time_is_finer_than_a_day(force: Force) -> None:
    sent = finished(force)
    known = set(PendingAct.objects.values_list("id", flat=True))
    writes(sent)
    act = PendingAct.objects.exclude(id__in=known).get()
    clock = Clock.objects.get(owner_id=sent.id, state="open")
    named = bytes(act.written)
    assert b'"Message"' in named
    assert str(clock.id).encode() in named
    twin = finished(force)
    writes(twin, now=LATER + dt.timedelta(hours=7, minutes=3))
    other = Clock.objects.get(owner_id=twin.id, state="open")
    assert (clock.due_at, clock.halfway_at) == (other.due_at, other.halfway_at)


def test_whoever_is_kept_out_does_not_see_that_she_wrote(force: Force) -> None:
    sent = sent_report(keep_out("Tomasz Nowak"))
    grant = grant_of(force, sent.id)
    staff_writes(force, sent, NOW)
    walk(sent, grant, force, *WAY)
    writes(sent)
    assert waiting(force) == [sent.report.reference]
    assert waiting(force, "tomasz.nowak@example.test") == []

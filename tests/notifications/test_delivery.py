"""Mail: each once, through a mail server that refuses for a day, and always the same words at the same length."""

import datetime as dt
import itertools
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address

from notifications import delivery
from notifications.delivery import MOST_TRIES, WAITS, deliver_outbox, sweep_outbox
from notifications.mail import message_for
from notifications.models import DeadLetter
from notifications.sweep import sweep_clocks
from speakup.clocks.models import Outbox
from tests.notifications.builders import MONDAY, london, urgent_clock, week_clock

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
SEVEN = london(MONDAY, "07:00")


@pytest.fixture
def queued(force):
    """A daily mail to three people."""
    people = [*force.members["triage"]]
    return [Outbox.objects.create(staff=person, kind="daily", slot_at=SEVEN) for person in people]


class MailServer:
    """Stands for a mail server: `away` does not answer, `refuses` names addresses that it does not take."""

    def __init__(self):
        self.away = False
        self.refuses = set()
        self.taken = []
        self.opened = 0

    def connection(self):
        server = self

        class Connection(BaseEmailBackend):
            def open(self):
                server.opened += 1
                if server.away:
                    raise ConnectionRefusedError("canary otter-lantern")

            def send_messages(self, messages):
                for message in messages:
                    if server.away:
                        raise SMTPServerDisconnected("canary otter-lantern")
                    if message.to[0] in server.refuses:
                        raise SMTPRecipientsRefused({message.to[0]: (550, b"canary otter-lantern")})
                    server.taken.append(message)
                return len(messages)

        return Connection()


@pytest.fixture
def server(monkeypatch):
    made = MailServer()
    monkeypatch.setattr(delivery, "get_connection", made.connection)
    return made


def addresses(messages):
    return sorted(message.to[0] for message in messages)


def test_what_is_due_is_sent_once(queued, mailoutbox):
    assert deliver_outbox(SEVEN - MINUTE).sent == 0
    assert deliver_outbox(SEVEN).sent == 3
    assert deliver_outbox(SEVEN + DAY).sent == 0
    assert addresses(mailoutbox) == sorted(row.staff.email for row in queued)
    assert Outbox.objects.filter(sent_at=SEVEN, next_try_at=None).count() == 3


def test_a_server_that_is_away_loses_nothing(queued, server):
    server.away = True
    assert deliver_outbox(SEVEN).refused == 3
    server.away = False
    assert deliver_outbox(SEVEN + WAITS[0] - MINUTE).sent == 0
    assert deliver_outbox(SEVEN + WAITS[0]).sent == 3
    assert len(server.taken) == 3


def test_waits_grow_and_then_it_is_a_dead_letter(queued, server):
    server.away = True
    now, tried = SEVEN, []
    while not DeadLetter.objects.exists():
        before = server.opened
        deliver_outbox(now)
        if server.opened > before:
            tried.append(now)
        now += 5 * MINUTE
    assert len(tried) == MOST_TRIES
    waits = [later - sooner for sooner, later in itertools.pairwise(tried)]
    assert waits == list(WAITS[:-1])
    assert waits == sorted(waits)
    assert tried[-1] - tried[0] > DAY  # a mail server may be away for a day
    letters = DeadLetter.objects.all()
    assert {letter.object_id for letter in letters} == {row.id for row in queued}
    assert {(letter.task, letter.attempts) for letter in letters} == {("deliver_outbox", MOST_TRIES)}
    server.away = False
    assert deliver_outbox(now + 30 * DAY).sent == 0


def test_a_message_to_the_people_on_call_is_given_up_the_same_day_and_its_time_goes(force, server):
    server.away = True
    urgent_clock(london(MONDAY, "00:00"))
    now = london(MONDAY, "02:07")
    sweep_clocks(now)
    while Outbox.objects.filter(kind="urgent").exists():
        deliver_outbox(now)
        now += 5 * MINUTE
    assert now < london(MONDAY, "05:00")
    letters = set(DeadLetter.objects.values_list("task", "attempts", "failed_at"))
    assert letters == {("deliver_urgent", MOST_TRIES, london(MONDAY, "00:00"))}
    assert DeadLetter.objects.count() == 4


def test_two_runs_make_one_dead_letter_each(queued, server):
    Outbox.objects.update(attempts=MOST_TRIES, next_try_at=SEVEN)
    assert deliver_outbox(SEVEN).given_up == 3
    assert deliver_outbox(SEVEN + DAY).given_up == 0
    assert DeadLetter.objects.count() == 3


def test_one_address_that_is_refused_holds_up_nobody_else(queued, server):
    server.refuses = {queued[0].staff.email}
    done = deliver_outbox(SEVEN)
    assert (done.sent, done.refused) == (2, 1)
    assert Outbox.objects.get(sent_at=None).staff == queued[0].staff


@pytest.mark.parametrize("address", ["two@example.org\nBcc: three@example.org", "\ud800@example.org", "@"])
def test_an_address_of_which_no_mail_can_be_made_holds_up_nobody_else(queued, mailoutbox, monkeypatch, address):
    def checked(row):
        message = message_for(row)
        if row.id == queued[0].id:
            message.to = [address]
        sanitize_address(message.to[0], "utf-8")  # as the backend that speaks to a mail server does
        return message

    monkeypatch.setattr(delivery, "message_for", checked)
    done = deliver_outbox(SEVEN)
    assert (done.sent, done.refused) == (2, 1)
    assert addresses(mailoutbox) == sorted(row.staff.email for row in queued[1:])
    assert Outbox.objects.get(sent_at=None).attempts == 1


def test_a_server_that_goes_away_in_the_middle(queued, server, monkeypatch):
    send = delivery._note_sent

    def goes_away(row, now):
        send(row, now)
        server.away = True

    monkeypatch.setattr(delivery, "_note_sent", goes_away)
    done = deliver_outbox(SEVEN)
    assert (done.sent, done.refused) == (1, 1)
    server.away = False
    monkeypatch.undo()
    monkeypatch.setattr(delivery, "get_connection", server.connection)
    deliver_outbox(SEVEN + WAITS[0])
    assert addresses(server.taken) == sorted(row.staff.email for row in queued)


def test_killed_before_sending_it_is_sent_when_the_wait_is_over(queued, mailoutbox, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(row):
        raise Killed

    monkeypatch.setattr(delivery, "message_for", kill)
    with pytest.raises(Killed):
        deliver_outbox(SEVEN)
    monkeypatch.undo()
    deliver_outbox(SEVEN)
    deliver_outbox(SEVEN + WAITS[0])
    assert addresses(mailoutbox) == sorted(row.staff.email for row in queued)


def test_killed_after_sending_the_second_copy_is_the_same_mail(queued, mailoutbox, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(row, now):
        raise Killed

    monkeypatch.setattr(delivery, "_note_sent", kill)
    with pytest.raises(Killed):
        deliver_outbox(SEVEN)
    monkeypatch.undo()
    first = mailoutbox[0]
    assert len(mailoutbox) == 1
    deliver_outbox(SEVEN + WAITS[0])
    ids = [message.message()["Message-ID"] for message in mailoutbox]
    assert len(set(ids)) == 3
    assert ids.count(first.message()["Message-ID"]) == 2


def test_the_clock_set_a_day_forward_and_an_hour_back_sends_nothing_twice(force, mailoutbox):
    times = [SEVEN, SEVEN + DAY, SEVEN + DAY + MINUTE, SEVEN + MINUTE, SEVEN - dt.timedelta(hours=1), SEVEN + DAY]
    for now in times:
        sweep_clocks(now)
        deliver_outbox(now)
    assert len(mailoutbox) == len({message.extra_headers["Message-ID"] for message in mailoutbox})
    assert len(mailoutbox) == Outbox.objects.values("staff", "slot_at").distinct().count()


def test_who_has_left_meanwhile_gets_none(queued, mailoutbox):
    gone = queued[0].staff
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    assert deliver_outbox(SEVEN).sent == 2
    assert gone.email not in addresses(mailoutbox)
    assert not Outbox.objects.filter(staff=gone).exists()


def test_a_message_to_the_people_on_call_leaves_no_row_that_says_when(force, mailoutbox):
    urgent_clock(london(MONDAY, "00:00"))
    sweep_clocks(london(MONDAY, "02:07"))
    deliver_outbox(london(MONDAY, "02:14"))
    assert mailoutbox == []
    deliver_outbox(london(MONDAY, "02:15"))
    assert len(mailoutbox) == 4
    assert not Outbox.objects.exists()


def sent_on(day, mailoutbox):
    """What went out for that day, as bytes by recipient, without the date that the mail system puts on it."""
    del mailoutbox[:]
    sweep_clocks(london(day, "07:00"))
    deliver_outbox(london(day, "07:00"))
    found = {}
    for message in mailoutbox:
        sent = message.message()
        date, message_id = sent["Date"], sent["Message-ID"]
        assert len(date) == len("Mon, 23 Nov 2026 07:00:00 -0000")
        found[message.to[0]] = (len(sent.as_bytes()), sent["Subject"], sent.get_payload(), len(message_id))
    return found


def test_days_of_quiet_and_days_of_storm_look_alike(force, mailoutbox):
    quiet = [sent_on(MONDAY + number * DAY, mailoutbox) for number in range(5)]
    for _ in range(60):
        week_clock()
    storm = [sent_on(MONDAY + number * DAY, mailoutbox) for number in range(5, 15)]
    assert len(quiet[0]) > 20
    assert all(day == quiet[0] for day in [*quiet, *storm])


def test_mail_says_nothing_but_to_sign_in(force, mailoutbox):
    urgent_clock(london(MONDAY, "00:00"))
    sweep_clocks(SEVEN)
    deliver_outbox(SEVEN + DAY)
    texts = {message.subject: message.body for message in mailoutbox}
    assert set(texts) == {"SpeakUp: your daily message", "SpeakUp: please sign in now"}
    for text in texts.values():
        assert "lease sign in" in text
        for told in ("report", "case", "overdue", "urgent", "due "):
            assert told not in text.lower()


def test_a_refused_mail_is_logged_without_its_text_or_address(queued, server, caplog):
    server.away = True
    deliver_outbox(SEVEN)
    assert caplog.records
    for record in caplog.records:
        assert "canary" not in record.getMessage()
        assert queued[0].staff.email not in record.getMessage()


def test_rows_that_are_over_go(force):
    triage = force.members["triage"]
    kept = [
        Outbox.objects.create(staff=triage[0], kind="daily", slot_at=SEVEN, sent_at=SEVEN),
        Outbox.objects.create(staff=triage[1], kind="daily", slot_at=SEVEN - 60 * DAY),
        Outbox.objects.create(staff=triage[1], kind="urgent", slot_at=SEVEN),
    ]
    Outbox.objects.create(staff=triage[1], kind="daily", slot_at=SEVEN - 40 * DAY, sent_at=SEVEN - 40 * DAY)
    Outbox.objects.create(staff=triage[0], kind="urgent", slot_at=SEVEN - 2 * DAY, attempts=8)
    assert sweep_outbox(SEVEN + dt.timedelta(hours=1)) == 2
    assert set(Outbox.objects.all()) == set(kept)


def test_mail_goes_to_files_where_the_settings_say_so(queued, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    mail.outbox = []
    deliver_outbox(SEVEN)
    written = b"".join(path.read_bytes() for path in (tmp_path / "mail").iterdir())
    assert written.count(b"Subject: SpeakUp: your daily message") == 3

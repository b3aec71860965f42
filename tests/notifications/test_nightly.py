"""What a night leaves: the same contents in a new order, nothing that is over, and reporters' acts on the ledger."""

import datetime as dt
import secrets
import uuid

import pytest
import time_machine
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection

from notifications import nightly
from notifications.nightly import BY_OBJECT, DATED, OF_A_REPORT, run_nightly
from notifications.sweep import sweep_clocks
from speakup.accounts.limits import ACCOUNT, take
from speakup.accounts.models import Desk, Duty, Epoch, Grant, ListEntry, TokenBucket, Unlocked
from speakup.accounts.models.session import UNLOCKED_SIZE
from speakup.clocks.models import Clock, Outbox, Reminder
from speakup.culture.models import Fact, FactInbox
from speakup.ledger.models import Entry, PendingAct
from speakup.ledger.verification import verify_chain
from speakup.reporting import files
from speakup.reporting.inbox import open_inbox, send_message
from speakup.reporting.models import Attachment, Draft, Message, Report, ReporterSession
from speakup.vault.facts import FACT_SIZE
from speakup.vault.personal import session_hash
from speakup.web.days import london_day
from tests.builders import make_member
from tests.ledger.test_append import append
from tests.reporting.builders import draft_with, new_reporter, sent_report

SENT = dt.datetime(2031, 2, 13, 3, 17, 42, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
NIGHT = dt.datetime(2031, 2, 14, 2, 30, tzinfo=dt.UTC)
RANDOM = 2**32  # a row in a place above was rewritten; by chance one in 2^31 is below

sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="looks at SQLite's row numbers")


@pytest.fixture(autouse=True)
def files_dir(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


def contents():
    """Every row of the reporter's side, in an order of our own."""
    models = [*apps.get_app_config("reporting").get_models(), *BY_OBJECT]
    return {model.__name__: sorted(map(repr, model._default_manager.values_list())) for model in models}


def rewritten(queryset):
    """Whether all rows stand in a random place; there must be some."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, rowid FROM {queryset.model._meta.db_table}")  # noqa: S608
        places = dict(cursor.fetchall())
    where = [places[row_id.hex] > RANDOM for row_id in queryset.values_list("pk", flat=True)]
    assert where
    assert len(set(where)) == 1
    return where[0]


def attach(owner, day):
    """A file of `owner` (draft= or report=), stored on that day."""
    file_id = store_file(day)
    Attachment.objects.create(day=day, file_id=file_id, details=b"sealed", file_key=b"sealed", **owner)
    return file_id


def draft_of(reporter):
    assert reporter.draft
    return Draft.objects.get(pk=reporter.draft.id)


def store_file(day):
    file_id = uuid.uuid4()
    with files.create(file_id) as target:
        target.write(b"sealed")
    files.date_to_midnight(file_id, day)
    return file_id


def test_contents_are_the_same_afterwards(db):
    sent = sent_report(now=SENT)
    attach({"report": sent.report}, london_day(SENT))
    before = contents()
    done = run_nightly(NIGHT)
    assert contents() == before
    assert done.appended == 1
    assert done.rewritten > 10


def test_the_reporters_act_is_on_the_ledger(db):
    sent = sent_report(now=SENT)
    run_nightly(NIGHT)
    entry = Entry.objects.get(object_id=sent.id)
    assert (entry.day, entry.at, entry.actor_id, entry.role) == (london_day(SENT), None, None, "reporter")
    assert not PendingAct.objects.exists()
    verify_chain()


def test_every_table_that_hangs_on_a_report_is_known(db):
    every = {relation.related_model for relation in Report._meta.related_objects}
    # Casework's rows about a report are written by staff, whose acts have a moment on the ledger anyway.
    hanging = {model for model in every if model._meta.app_label == "reporting"}
    assert hanging == set(OF_A_REPORT)
    dated = {model for model in hanging if any(field.name == "day" for field in model._meta.get_fields())}
    assert dated == set(DATED)
    accounts = apps.get_app_config("accounts").get_models()
    assert set(BY_OBJECT) == {
        model for model in accounts if any(field.name == "object_id" for field in model._meta.get_fields())
    }


@sqlite_only
def test_every_row_of_the_days_reports_is_rewritten(db):
    sent = sent_report(now=SENT)
    attach({"report": sent.report}, london_day(SENT))
    reader = new_reporter(SENT)
    open_inbox(sent.words, reader, SENT)
    send_message(reader, "One thing more.", SENT)
    run_nightly(NIGHT)
    assert rewritten(Report.objects.filter(pk=sent.id))
    for model in OF_A_REPORT:
        assert rewritten(model._default_manager.filter(report=sent.id)), model
    for model in (Grant, Epoch):
        assert rewritten(model.objects.filter(object_id__in=[sent.id, sent.report.identity.id])), model
    assert rewritten(ListEntry.objects.filter(object_id=sent.id))


@sqlite_only
def test_clocks_reminders_and_the_days_facts_are_rewritten_too(db):
    sent = sent_report({"danger": {"choice": "yes"}}, now=SENT)
    sweep_clocks(SENT)
    run_nightly(NIGHT)
    clocks = Clock.objects.filter(key_id=sent.id)
    assert clocks.count() > 2
    assert rewritten(clocks)
    assert rewritten(Reminder.objects.filter(clock__in=clocks))


@sqlite_only
def test_a_fact_of_the_day_that_is_not_over_is_rewritten_where_it_waits(db):
    fact = FactInbox.objects.create(day=london_day(NIGHT), sealed=secrets.token_bytes(FACT_SIZE))
    run_nightly(NIGHT)
    assert rewritten(FactInbox.objects.filter(pk=fact.pk))


def test_facts_of_days_that_are_over_are_moved(db):
    fact = FactInbox.objects.create(day=london_day(SENT), sealed=secrets.token_bytes(FACT_SIZE))
    run_nightly(NIGHT)
    assert not FactInbox.objects.exists()
    assert Fact.objects.filter(pk=fact.pk).exists()


def test_duties_and_mails_that_are_over_go(db):
    member = make_member().staff
    desk = Desk.objects.get(code="psd")
    Duty.objects.create(kind="on_call", staff=member, desk=desk, from_at=SENT - DAY, until_at=SENT)
    lasting = Duty.objects.create(kind="on_call", staff=member, desk=desk, from_at=SENT - DAY, until_at=NIGHT + DAY)
    Outbox.objects.create(staff=member, kind="daily", slot_at=SENT - 40 * DAY, sent_at=SENT - 40 * DAY)
    run_nightly(NIGHT)
    assert list(Duty.objects.filter(staff=member)) == [lasting]
    assert not Outbox.objects.exists()


def put_in_place_5(report_id):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reporting_report SET rowid = 5 WHERE id = %s", [report_id.hex])


@sqlite_only
def test_reports_with_nothing_new_are_left_alone(db):
    old = sent_report(now=SENT - 2 * DAY)
    run_nightly(NIGHT - 2 * DAY)
    sent_report(now=SENT - DAY)
    run_nightly(NIGHT - DAY)
    put_in_place_5(old.id)
    new = sent_report(now=SENT)
    run_nightly(NIGHT)
    assert rewritten(Report.objects.filter(pk=new.id))
    assert not rewritten(Report.objects.filter(pk=old.id))


@sqlite_only
def test_an_old_report_with_a_new_message_is_rewritten_whole(db):
    old = sent_report(now=SENT - 9 * DAY)
    run_nightly(NIGHT - 9 * DAY)
    put_in_place_5(old.id)
    reader = new_reporter(SENT)
    open_inbox(old.words, reader, SENT)
    send_message(reader, "One thing more.", SENT)
    run_nightly(NIGHT)
    assert rewritten(Report.objects.filter(pk=old.id))
    assert rewritten(Message.objects.filter(report=old.id))


@sqlite_only
def test_what_came_in_missed_nights_is_rewritten_in_the_next(db):
    sent_report(now=SENT - 30 * DAY)
    run_nightly(NIGHT - 30 * DAY)
    missed = sent_report(now=SENT - 6 * DAY)
    done = run_nightly(NIGHT)
    assert done.appended == 1
    assert rewritten(Report.objects.filter(pk=missed.id))


@sqlite_only
def test_an_act_of_the_running_day_waits_in_a_random_place(db):
    sent_report(now=dt.datetime(2031, 2, 14, 0, 40, tzinfo=dt.UTC))
    assert run_nightly(NIGHT).appended == 0
    assert rewritten(PendingAct.objects.all())
    assert run_nightly(NIGHT + DAY).appended == 1


def test_a_second_run_appends_nothing_and_changes_nothing(db):
    sent_report(now=SENT)
    run_nightly(NIGHT)
    before, head = contents(), verify_chain()
    assert run_nightly(NIGHT).appended == 0
    assert (contents(), verify_chain()) == (before, head)


def test_what_was_never_sent_goes_with_its_files(db, django_capture_on_commit_callbacks):
    reporter = draft_with(now=SENT)
    draft = draft_of(reporter)
    file_id = attach({"draft": draft}, london_day(SENT))
    with django_capture_on_commit_callbacks(execute=True):
        run_nightly(NIGHT)
    assert Draft.objects.filter(pk=draft.pk).exists()
    with django_capture_on_commit_callbacks(execute=True):
        run_nightly(NIGHT + DAY)
    assert not Draft.objects.filter(pk=draft.pk).exists()
    assert not Attachment.objects.filter(file_id=file_id).exists()
    assert not ReporterSession.objects.filter(day__lte=london_day(SENT)).exists()
    assert not files.path_of(file_id).exists()


def test_a_draft_in_use_over_midnight_stays(db):
    evening, night = dt.datetime(2031, 2, 13, 23, 50, tzinfo=dt.UTC), dt.datetime(2031, 2, 14, 0, 20, tzinfo=dt.UTC)
    reporter = draft_with(now=evening)
    reporter.now = night
    reporter.change()
    run_nightly(NIGHT)
    run_nightly(NIGHT + dt.timedelta(hours=23))  # later still on the 15th in the small hours
    assert Draft.objects.filter(pk=draft_of(reporter).pk).exists()
    assert ReporterSession.objects.filter(day=london_day(night)).exists()


def test_unlocked_secrets_of_ended_sessions_go_before_the_backup(db):
    member = make_member().staff
    ended, live = SessionStore(), SessionStore()
    for session, expires in ((ended, NIGHT - dt.timedelta(hours=3)), (live, NIGHT + dt.timedelta(minutes=10))):
        session.create()
        hashed, opened_at = session_hash(session.session_key or ""), NIGHT - dt.timedelta(hours=4)
        Unlocked.objects.create(session_hash=hashed, staff=member, opened_at=opened_at, sealed=bytes(UNLOCKED_SIZE))
        Session.objects.filter(pk=session.session_key).update(expire_date=expires)
    run_nightly(NIGHT)
    assert [bytes(row.session_hash) for row in Unlocked.objects.filter(staff=member)] == [
        session_hash(live.session_key or "")
    ]


def test_filled_buckets_go(db):
    take("canary@example.test", ACCOUNT, now=NIGHT - DAY)
    take("other@example.test", ACCOUNT, now=NIGHT)
    run_nightly(NIGHT)
    assert TokenBucket.objects.filter(slot__gte=int((NIGHT - DAY).timestamp()) // 300).count() == 1


def test_files_that_no_row_names_go_once_they_are_older_than_yesterday(db):
    today = london_day(NIGHT)
    kept = [
        store_file(today),
        store_file(today - DAY),
        attach({"report": sent_report(now=SENT).report}, today - 9 * DAY),
    ]
    files.date_to_midnight(kept[2], today - 9 * DAY)
    orphan = store_file(today - 2 * DAY)
    run_nightly(NIGHT)
    assert all(files.path_of(file_id).exists() for file_id in kept)
    assert not files.path_of(orphan).exists()


def test_a_deleted_file_leaves_no_time_on_its_folder(db):
    orphan = store_file(london_day(NIGHT) - 2 * DAY)
    run_nightly(NIGHT)
    left = dt.datetime.fromtimestamp(files.path_of(orphan).parent.stat().st_mtime, tz=dt.UTC)
    assert left == dt.datetime(2031, 2, 14, tzinfo=dt.UTC)


def test_a_failed_night_changes_nothing_and_deletes_no_file(db, monkeypatch):
    reporter = draft_with(now=SENT - 9 * DAY)
    sent_report(now=SENT)
    file_id = attach({"draft": draft_of(reporter)}, london_day(SENT - 9 * DAY))
    before, waiting = contents(), PendingAct.objects.count()

    def fail(*, now):
        raise RuntimeError("canary otter-lantern")

    monkeypatch.setattr(nightly, "append_pending_acts", fail)
    with pytest.raises(RuntimeError):
        run_nightly(NIGHT)
    assert contents() == before
    assert PendingAct.objects.count() == waiting
    assert files.path_of(file_id).exists()


def test_the_command_says_what_it_did(db, capsys):
    sent_report(now=SENT)
    with time_machine.travel(NIGHT, tick=False):
        call_command("run_nightly")
    assert capsys.readouterr().out.endswith("rows rewritten, 1 acts appended to the ledger.\n")


def test_a_failed_command_tells_neither_text_nor_traceback(db, monkeypatch, caplog):
    def fail(now):
        raise RuntimeError("canary otter-lantern")

    monkeypatch.setattr("notifications.management.commands.run_nightly.run_nightly", fail)
    with pytest.raises(CommandError) as failed:
        call_command("run_nightly")
    assert "canary" not in str(failed.value)
    assert failed.value.__suppress_context__
    (record,) = caplog.records
    assert "canary" not in record.getMessage()


@sqlite_only
def test_no_table_tells_when_in_the_day_a_report_was_sent(db):
    with time_machine.travel(SENT, tick=False):
        sent = sent_report(now=SENT)
        reader = new_reporter(SENT)
        open_inbox(sent.words, reader, SENT)
        send_message(reader, "One thing more.", SENT)
        assert_no_moment()
    with time_machine.travel(NIGHT, tick=False):
        run_nightly(NIGHT)
    assert_no_moment()


@sqlite_only
def test_a_moment_in_a_table_would_be_seen(db):
    append(now=SENT)
    with pytest.raises(AssertionError, match="2031-02-13 03:17:42"):
        assert_no_moment()


def assert_no_moment():
    seconds, minutes = int(SENT.timestamp()), int(SENT.timestamp()) // 60
    dump = list(connection.connection.iterdump())
    assert any("2031-02-13" in line for line in dump)
    for told in ("2031-02-13 0", "2031-02-13T", "3:17", f"{seconds}", f"{minutes},", f"({minutes}"):
        assert not [line for line in dump if told in line and "2026-" not in line], told

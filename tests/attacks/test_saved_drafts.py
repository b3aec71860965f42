"""A form that was saved lies in the database for a week. It opens with its words and the site's pepper together, for no
other draft, never again once it was sent or deleted; and who tries words cannot tell a saved form from a report, nor
either from nothing (ADR 0028)."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.nightly import run_nightly
from speakup.embedded.demonstration import Force
from speakup.reporting import files, inbox, saving
from speakup.reporting.drafts import answer_draft, leave_site, read_answers
from speakup.reporting.inbox import Outcome, open_inbox
from speakup.reporting.models import Attachment, Draft, Report, ReporterSession
from speakup.reporting.saving import delete_saved, find_saved, save_draft
from speakup.reporting.sending import send_report
from speakup.reporting.sessions import Reporter
from speakup.vault import aead
from speakup.vault.content import Place, open_document
from speakup.vault.encoding import context
from speakup.vault.errors import NotAReceipt, VaultError
from speakup.vault.receipt import derive, read_receipt, unwrap_draft_key, words, wrap_draft_key
from tests.attacks.dumping import Dump, dump
from tests.attacks.searching import as_bytes
from tests.attacks.test_guessing_receipts import outside, unreadable, wrong
from tests.attacks.travelling import SENT_AT, ReporterBrowser, file_of, step
from tests.reporting.builders import NOW, draft_with, new_reporter, sent_report
from tests.reporting.test_sessions import again

TYPED = "what I would not have anybody read: brackenfold"
PEPPER = settings.RECEIPT_PEPPER
DAY = dt.timedelta(days=1)


def saved_draft(text: str = TYPED, *, now: dt.datetime = NOW) -> tuple[Reporter, str]:
    """A reporter whose draft is saved, and its words."""
    reporter = draft_with({"account": {"text": text}}, now=now)
    save_draft(reporter, now)
    return reporter, words_of(reporter)


def words_of(reporter: Reporter) -> str:
    assert reporter.draft
    return " ".join(words(reporter.draft.receipt))


def tried(typed: str, *, now: dt.datetime = NOW) -> tuple[Outcome, Reporter]:
    reporter = new_reporter(now)
    return open_inbox(typed, reporter, now), reporter


def opened_with(dumped: Dump, typed: str, pepper: bytes = PEPPER) -> list[Any]:
    """Every draft of a dump that these words open, wherever the row says that they lead."""
    try:
        keys = derive(read_receipt(typed), pepper)
    except NotAReceipt:
        return []
    found = []
    for row in dumped["reporting_draft"]:
        try:
            found.append(_opened(row, unwrap_draft_key(keys, UUID(row["id"]), row["wrapped"])))
        except (VaultError, TypeError):
            continue
    return found


def _opened(row: dict[str, Any], key: bytes) -> Any:
    draft_id = UUID(row["id"])
    return open_document(key, Place(draft_id, "D", 1, "Draft.answers", draft_id, row["version"]), row["answers"])


def opened_by_itself(dumped: Dump) -> list[Any]:
    """Every draft that opens by some value of the dump, as its key or as what its key is wrapped under."""
    values = {as_bytes(value) for rows in dumped.values() for row in rows for value in row.values() if value}
    found = []
    for row in dumped["reporting_draft"]:
        for value in {value for value in values if len(value) == 32}:
            try:
                key = aead.open_sealed(value, saving_context(UUID(row["id"])), row["wrapped"])
                found.append(_opened(row, key))
            except VaultError:
                continue
    return found


def saving_context(draft_id: UUID) -> bytes:
    return context("receipt-draft", draft_id)


# The thief of the database.


def test_a_stolen_database_opens_no_saved_draft_without_its_words(force: Force) -> None:
    reporter, _ = saved_draft()
    leave_site(reporter)
    dumped = dump()
    assert [row["lookup"] is not None for row in dumped["reporting_draft"]] == [True]
    assert dumped["reporting_reportersession"] == []
    assert opened_by_itself(dumped) == []
    for _ in range(5):
        assert opened_with(dumped, wrong()) == []


def test_nor_with_its_words_and_without_the_pepper(force: Force) -> None:
    _, typed = saved_draft()
    assert opened_with(dump(), typed, bytes(32)) == []


def test_twin_with_words_and_pepper_it_opens(force: Force) -> None:
    _, typed = saved_draft()
    assert TYPED in repr(opened_with(dump(), typed))


def test_twin_a_key_wrapped_under_what_stands_beside_it_opens_by_itself(
    force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    def under_the_lookup(keys: Any, draft_id: UUID, key: bytes) -> bytes:
        return aead.seal(keys.draft_lookup, saving_context(draft_id), key)

    monkeypatch.setattr(saving, "wrap_draft_key", under_the_lookup)
    saved_draft()
    assert TYPED in repr(opened_by_itself(dump()))


def test_a_row_tells_a_day_and_which_drafts_are_saved_and_no_more(force: Force) -> None:
    """Short or long, with or without a name: two saved drafts of one size look alike."""
    saved_draft("x")
    saved_draft("y" * 5000)
    one, two = dump()["reporting_draft"]
    alike = {column for column in one if type(one[column]) is type(two[column])}
    assert alike == set(one)
    for column in ("lookup", "wrapped", "answers"):
        assert len(one[column]) == len(two[column])
    assert {column for column in one if one[column] == two[column]} == {"expires_day", "version", "policy_id"}


def saved_with_a_file(days_before: int) -> str:
    """The words of a form that was written and saved so many days before SENT_AT, a file with it."""
    with time_machine.travel(SENT_AT - days_before * DAY, tick=False):
        browser = ReporterBrowser().start()
        browser.post(step("files"), attachments=file_of("diary.txt", TYPED))
        assert browser.post(step("account"), text=TYPED, save="yes").status_code == 303
        typed = str(browser.get("/return/").context["plain_words"])
        browser.get("/leave/")
    return typed


def days_told(dumped: Dump) -> set[str]:
    """Every day that stands in a row of a draft or a report, and every one that a stored file carries."""
    values = (
        value for table, rows in dumped.items() for row in rows for value in row.values() if "reporting_" in table
    )
    stored = [files.path_of(each) for row in Attachment.objects.all() for each in row.stored]
    moments = [dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC) for path in stored]
    assert stored
    return {each for each in map(str, values) if re.fullmatch(r"\d{4}-\d\d-\d\d", each)} | {
        str(moment.date()) for moment in moments
    }


def test_a_sent_report_does_not_tell_that_it_was_saved_nor_when_it_was_written(
    force: Force, django_capture_on_commit_callbacks: Any
) -> None:
    typed = saved_with_a_file(days_before=4)
    with django_capture_on_commit_callbacks(execute=True):
        send_report(tried(typed, now=SENT_AT)[1], SENT_AT)
    at_once = days_told(dump())
    assert str(SENT_AT.date()) in at_once
    assert not {str((SENT_AT - days * DAY).date()) for days in range(1, 10)} & at_once


def test_twin_while_it_lies_unsent_its_file_tells(force: Force) -> None:
    saved_with_a_file(days_before=4)
    assert str((SENT_AT - 4 * DAY).date()) in days_told(dump())


# Whoever writes the database.


def test_a_saved_row_moved_to_another_draft_opens_nothing(force: Force) -> None:
    _, typed = saved_draft()
    other, _ = saved_draft("somebody else's: quillmoor")
    mine = Draft.objects.get(lookup=derive(read_receipt(typed), PEPPER).draft_lookup)
    assert other.draft
    mine.delete()
    Draft.objects.filter(id=other.draft.id).update(lookup=mine.lookup, wrapped=mine.wrapped)
    outcome, reporter = tried(typed)
    assert outcome is Outcome.UNKNOWN
    assert reporter.draft is None


def test_twin_a_key_bound_to_no_draft_is_taken_for_any(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere, wrap, unwrap = UUID(int=0), wrap_draft_key, unwrap_draft_key
    monkeypatch.setattr(saving, "wrap_draft_key", lambda keys, draft_id, key: wrap(keys, nowhere, key))
    monkeypatch.setattr(saving, "unwrap_draft_key", lambda keys, draft_id, sealed: unwrap(keys, nowhere, sealed))
    _, typed = saved_draft()
    other, _ = saved_draft("somebody else's: quillmoor")
    mine = Draft.objects.get(lookup=derive(read_receipt(typed), PEPPER).draft_lookup)
    assert other.draft
    mine.delete()
    Draft.objects.filter(id=other.draft.id).update(lookup=mine.lookup, wrapped=mine.wrapped)
    assert tried(typed)[0] is Outcome.DRAFT


def test_an_older_answer_put_back_beside_the_newer_way_to_it_does_not_open(force: Force) -> None:
    reporter, typed = saved_draft()
    old = Draft.objects.get().answers
    answer_draft(reporter, "account", {"text": "only this"}, 1, NOW)
    Draft.objects.update(answers=old)
    outcome, back = tried(typed)
    assert outcome is Outcome.DRAFT
    with pytest.raises(VaultError):
        read_answers(back)


def test_a_saved_draft_put_back_after_sending_leads_nowhere_else_than_to_the_report(force: Force) -> None:
    reporter, typed = saved_draft()
    kept = Draft.objects.get()
    send_report(reporter, NOW)
    assert not Draft.objects.exists(), "sending takes the saved row in its own transaction"
    kept.save(force_insert=True)
    outcome, back = tried(typed)
    assert outcome is Outcome.OPENED
    assert (back.draft, back.report is not None) == (None, True)


def test_twin_without_the_report_standing_first_the_old_draft_would_open(
    force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporter, typed = saved_draft()
    kept = Draft.objects.get()
    send_report(reporter, NOW)
    kept.save(force_insert=True)
    finding = inbox._find
    monkeypatch.setattr(inbox, "_find", lambda keys: (finding(keys)[0], False))
    assert tried(typed)[0] is Outcome.DRAFT


def test_a_row_of_another_words_cannot_be_made_without_them(force: Force) -> None:
    """Whoever writes the database knows every lookup and no key that belongs to it."""
    _, typed = saved_draft()
    Draft.objects.update(wrapped=aead.seal(bytes(32), saving_context(Draft.objects.get().id), bytes(32)))
    assert tried(typed)[0] is Outcome.UNKNOWN


# Guessing.


@pytest.fixture
def right(force: Force) -> tuple[str, str]:
    """The words of a saved draft, and those of a report."""
    return saved_draft()[1], sent_report().words


@pytest.fixture
def no_waiting() -> Iterator[mock.Mock]:
    with mock.patch("speakup.reporting.views.steady.time.sleep") as sleep:
        yield sleep


def attempt(typed: str, begin: Callable[[ReporterBrowser], object]) -> list[dict[str, Any]]:
    """What can be seen from outside of the answer to the words, and of the page after it."""
    browser = ReporterBrowser()
    browser.get("/return/")
    begin(browser)
    return [outside(answer) for answer in browser.try_words(typed)]


def beside_a_draft(browser: ReporterBrowser) -> None:
    browser.start().answer("account", text="begun here")


def beside_a_saved_draft(browser: ReporterBrowser) -> None:
    browser.start().answer("account", text="begun here")
    assert browser.post(step("danger"), save="yes").status_code == 303


@pytest.mark.parametrize("begin", [lambda browser: None, beside_a_draft, beside_a_saved_draft])
def test_a_draft_a_report_and_nothing_look_the_same(
    right: tuple[str, str], no_waiting: mock.Mock, begin: Callable[[ReporterBrowser], object]
) -> None:
    draft, report = right
    with time_machine.travel(NOW, tick=False):
        seen = [attempt(typed, begin) for typed in (draft, report, wrong(), unreadable(draft), "no words at all")]
    assert [(each["status"], each["length"]) for each in seen[0]] == [(303, 0), (200, 32 * 1024)]
    assert all(each == seen[0] for each in seen)
    assert no_waiting.call_count == 2 * len(seen), "each answer, and each page after it, waits for the grid"


def steps(typed: str) -> list[str]:
    """What is asked of the database, in its order, up to the page."""
    reporter = new_reporter()
    with CaptureQueriesContext(connection) as queries:
        open_inbox(typed, reporter, NOW)
    return [" ".join(query["sql"].split()[:3]) for query in queries if "SAVEPOINT" not in query["sql"]]


def test_they_ask_and_write_the_same(right: tuple[str, str]) -> None:
    draft, report = right
    assert steps(draft) == steps(report) == steps(wrong()) == steps(unreadable(draft))


def test_twin_looking_for_a_draft_only_where_there_is_no_report_shows(
    right: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, report = right
    known = {read_receipt(report)}

    def find(keys: Any, secret: bytes, day: dt.date) -> Any:
        return find_saved(keys, secret, day) if secret not in known else None

    monkeypatch.setattr(inbox, "find_saved", find)
    assert steps(draft) != steps(report)


def test_as_much_is_derived_for_each(right: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    derived = mock.Mock(side_effect=derive)
    monkeypatch.setattr(inbox, "derive", derived)
    monkeypatch.setattr(saving, "derive", derived)
    for typed in (*right, wrong()):
        tried(typed)
    assert derived.call_count == 3


def test_a_guess_leaves_nothing_behind(right: tuple[str, str]) -> None:
    before = dump()
    for _ in range(3):
        tried(wrong())
    assert dump() == before


def test_a_guess_takes_nothing_from_who_is_writing(force: Force) -> None:
    writing = draft_with()
    assert open_inbox(wrong(), writing, NOW) is Outcome.UNKNOWN
    assert read_answers(again(writing)).account


# What ends, ends.


def test_leaving_keeps_what_was_saved_and_the_session_opens_nothing_more(force: Force) -> None:
    reporter, typed = saved_draft()
    before = again(reporter)
    leave_site(reporter)
    assert not ReporterSession.objects.exists()
    before.reread()
    assert before.draft is None
    assert read_answers(tried(typed)[1]).account == TYPED


def test_words_typed_on_another_device_open_under_a_cookie_that_nobody_knew(force: Force) -> None:
    _, typed = saved_draft()
    watched = draft_with()
    known = watched.cookie
    open_inbox(typed, watched, NOW)
    assert watched.cookie != known
    assert not Reporter(known, NOW).live


def test_deleted_at_once_rows_files_and_way_back(force: Force, django_capture_on_commit_callbacks: Any) -> None:
    with time_machine.travel(SENT_AT, tick=False):
        browser = ReporterBrowser().start()
        browser.answer("account", text=TYPED)
        browser.post(step("files"), attachments=file_of("diary.txt", TYPED))
        assert browser.post(step("account"), save="yes").status_code == 303
        typed = browser.get("/return/").context["plain_words"]
        stored = [file_id for row in Attachment.objects.all() for file_id in row.stored]
        assert all(files.path_of(each).exists() for each in stored)
        with django_capture_on_commit_callbacks(execute=True):
            assert browser.post("/return/", act="delete-surely").status_code == 200
        assert not Draft.objects.exists()
        assert not Attachment.objects.exists()
        assert not any(files.path_of(each).exists() for each in stored)
        assert TYPED.encode() not in browser.get(step("account")).content
        assert tried(typed, now=SENT_AT)[0] is Outcome.UNKNOWN


def test_twin_what_a_backup_of_before_holds_opens_with_the_words_put_back(force: Force) -> None:
    """Said openly: deleted is gone when the last backup that holds it has run out. Only the words open it."""
    reporter, typed = saved_draft()
    kept = Draft.objects.get()
    delete_saved(reporter, NOW)
    kept.save(force_insert=True)
    assert read_answers(tried(typed)[1]).account == TYPED


# Seven days.


def nights(after: dt.datetime, number: int) -> None:
    for night in range(1, number + 1):
        run_nightly((after + night * DAY).replace(hour=2, minute=30))


def test_it_lives_seven_days_after_its_last_use_and_its_files_with_it(
    force: Force, django_capture_on_commit_callbacks: Any
) -> None:
    with time_machine.travel(SENT_AT, tick=False):
        browser = ReporterBrowser().start()
        browser.post(step("files"), attachments=file_of("diary.txt", TYPED))
        assert browser.post(step("account"), text=TYPED, save="yes").status_code == 303
        typed = browser.get("/return/").context["plain_words"]
    (attached,) = Attachment.objects.all()
    nights(SENT_AT, 7)
    assert files.path_of(attached.file_id).exists()
    used = SENT_AT + 7 * DAY
    assert tried(typed, now=used)[0] is Outcome.DRAFT, "the last day"
    nights(used, 7)
    assert Draft.objects.count() == 1, "coming back gave it seven days again"
    with django_capture_on_commit_callbacks(execute=True):
        run_nightly(used + 8 * DAY)
    assert not Draft.objects.exists()
    assert not Attachment.objects.exists()
    assert not files.path_of(attached.file_id).exists()


def test_after_its_last_day_the_words_open_nothing_though_no_night_has_come(force: Force) -> None:
    _, typed = saved_draft()
    assert tried(typed, now=NOW + 8 * DAY)[0] is Outcome.UNKNOWN
    assert Draft.objects.count() == 1


def test_what_was_never_saved_still_ends_with_its_session(force: Force) -> None:
    draft_with()
    nights(NOW, 2)
    assert not Draft.objects.exists()


def test_a_night_between_two_pages_takes_nothing_that_is_open(force: Force) -> None:
    """Open at midnight of its last day: using it then is a use."""
    _, typed = saved_draft()
    evening = (NOW + 7 * DAY).replace(hour=23, minute=50)
    _, back = tried(typed, now=evening)
    run_nightly(evening + dt.timedelta(hours=2, minutes=40))
    after = again(back, evening + dt.timedelta(minutes=55))
    assert read_answers(after).account == TYPED
    assert Draft.objects.get().expires_day == dt.date(2026, 12, 8)


def test_an_idle_hour_ends_the_session_and_not_the_draft(force: Force) -> None:
    reporter, typed = saved_draft()
    later = NOW + dt.timedelta(minutes=61)
    late = again(reporter, later)
    assert (late.live, late.draft) == (False, None)
    assert not ReporterSession.objects.exists()
    assert read_answers(tried(typed, now=later)[1]).account == TYPED


def test_each_of_several_opens_its_own(force: Force) -> None:
    texts = [f"matter {number}" for number in range(3)]
    kept = {text: saved_draft(text)[1] for text in texts}
    assert len(set(kept.values())) == 3
    one_browser = new_reporter()
    for text in (*texts, *reversed(texts)):
        assert open_inbox(kept[text], one_browser, NOW) is Outcome.DRAFT
        assert read_answers(again(one_browser)).account == text
        assert one_browser.aside is None
    assert Draft.objects.count() == 3


def test_words_of_what_was_sent_lead_to_its_report_and_to_nothing_of_the_draft(force: Force) -> None:
    reporter, typed = saved_draft()
    keys = derive(read_receipt(typed), PEPPER)
    lookup = bytes(Draft.objects.get().lookup or b"")
    assert lookup == keys.draft_lookup
    send_report(reporter, NOW)
    report = Report.objects.get()
    assert bytes(report.receipts.get().lookup) == keys.report_lookup != lookup
    outcome, back = tried(typed)
    assert outcome is Outcome.OPENED
    assert back.report is not None
    assert back.report.report_id == report.id

"""Killed with SIGKILL at any statement of saving, coming back, deleting, leaving or sending what was saved: all or
nothing is left, and doing it again leads to the same end. And two of them at once."""

import threading
from collections.abc import Callable, Hashable
from pathlib import Path

import pytest
from django.db import connection

from speakup.reporting.drafts import NoDraft, answer_draft, leave_site, read_answers
from speakup.reporting.inbox import Outcome, open_inbox
from speakup.reporting.models import Draft, Report, ReporterSession
from speakup.reporting.saving import delete_saved, join_aside, save_draft
from speakup.reporting.sending import send_report
from speakup.reporting.sessions import Reporter
from speakup.vault.receipt import words
from tests.attacks.killing import kill_everywhere
from tests.reporting.builders import ACCOUNT, NOW, draft_with, new_reporter
from tests.reporting.test_sessions import again

sqlite_alone = pytest.mark.skipif(connection.vendor != "sqlite", reason="kills on copies of SQLite's file")


def words_of(reporter: Reporter) -> str:
    assert reporter.draft
    return " ".join(words(reporter.draft.receipt))


def found_by(typed: str) -> str:
    """What the words lead to, and what can be read there; asked without leaving a session."""
    reporter = new_reporter()
    outcome = open_inbox(typed, reporter, NOW)
    text = read_answers(reporter).account if outcome is Outcome.DRAFT else ""
    reporter.end()
    return f"{outcome}: {text}"


def save(tab: Reporter) -> None:
    save_draft(tab, NOW)


def delete(tab: Reporter) -> None:
    delete_saved(tab, NOW)


def send(tab: Reporter) -> None:
    send_report(tab, NOW)


def rows() -> tuple[int, int, int]:
    """Every draft is reached by its session or its words: there is none besides."""
    return Draft.objects.count(), Draft.objects.filter(lookup__isnull=False).count(), Report.objects.count()


def state_of(typed: str) -> Callable[[], Hashable]:
    return lambda: (found_by(typed), *rows())


@sqlite_alone
@pytest.mark.slow
def test_saving(own_database: Path) -> None:
    reporter = draft_with()
    found = kill_everywhere(own_database, lambda: save_draft(again(reporter), NOW), state_of(words_of(reporter)))
    assert found.before == ("unknown: ", 1, 0, 0)
    assert found.after == (f"draft: {ACCOUNT}", 1, 1, 0)
    assert found.places >= 3


@sqlite_alone
@pytest.mark.slow
def test_keeping_what_the_page_holds_and_saving_it(own_database: Path) -> None:
    """Two steps: between them the answer is kept, and the draft is not saved yet."""
    reporter = draft_with()
    typed = words_of(reporter)

    def act() -> None:
        answer_draft(again(reporter), "knows", {"text": "my sergeant"}, 0, NOW)
        save_draft(again(reporter), NOW)

    def state() -> Hashable:
        return read_answers(again(reporter)).knows, *state_of(typed)()  # type: ignore[misc]

    found = kill_everywhere(own_database, act, state, in_steps=True)
    assert found.after == ("my sergeant", f"draft: {ACCOUNT}", 1, 1, 0)


@sqlite_alone
@pytest.mark.slow
def test_coming_back_with_something_begun_here(own_database: Path) -> None:
    reporter = draft_with({"knows": {"text": "my sergeant"}})
    typed = words_of(reporter)
    save_draft(reporter, NOW)
    leave_site(reporter)
    late = draft_with({"account": None, "place": {"where": "the yard", "when": "", "ongoing": ""}})

    def act() -> None:
        """Whoever is killed before the cookie comes back types the words again, in the session that is still theirs."""
        browser = again(late)
        open_inbox(typed, browser if browser.live else new_reporter(), NOW)

    def state() -> Hashable:
        drafts = {draft.id for draft in Draft.objects.all()}
        return len(drafts), ReporterSession.objects.count(), again(late).live

    found = kill_everywhere(own_database, act, state)
    assert (found.before, found.after) == ((2, 1, True), (2, 1, False))


@sqlite_alone
@pytest.mark.slow
def test_joining_what_was_begun_here(own_database: Path) -> None:
    first = draft_with()
    typed = words_of(first)
    save_draft(first, NOW)
    leave_site(first)
    late = draft_with({"place": {"where": "the yard", "when": "", "ongoing": ""}})
    assert open_inbox(typed, late, NOW) is Outcome.DRAFT

    def state() -> Hashable:
        now = again(late)
        return read_answers(now).place.where, now.aside is None, Draft.objects.count()

    found = kill_everywhere(own_database, lambda: join_aside(again(late), NOW), state)
    assert (found.before, found.after) == (("", False, 2), ("the yard", True, 1))


@sqlite_alone
@pytest.mark.slow
@pytest.mark.parametrize("end", [delete, send, leave_site])
def test_ending_what_was_saved(own_database: Path, end: Callable[[Reporter], object]) -> None:
    reporter = draft_with()
    typed = words_of(reporter)
    save_draft(reporter, NOW)

    def act() -> None:
        tab = again(reporter)
        if tab.live:
            end(tab)

    def state() -> Hashable:
        return *state_of(typed)(), ReporterSession.objects.count()  # type: ignore[misc]

    found = kill_everywhere(own_database, act, state)
    ended = {
        ("unknown: ", 0, 0, 0, 1),  # deleted
        ("opened: ", 0, 0, 1, 1),  # sent
        (f"draft: {ACCOUNT}", 1, 1, 0, 0),  # left: the session alone is gone
    }
    assert found.before == (f"draft: {ACCOUNT}", 1, 1, 0, 1)
    assert found.after in ended


# Two tabs at once, in threads, with real commits.


def at_once(reporter: Reporter, *acts: Callable[[Reporter], object]) -> None:
    """Each act in a tab of its own; one that comes after its draft has gone is told so, and that is all."""
    tabs, start, unexpected = [again(reporter) for _ in acts], threading.Barrier(len(acts)), []

    def run(act: Callable[[Reporter], object], tab: Reporter) -> None:
        try:
            start.wait()
            act(tab)
        except NoDraft:
            pass
        except BaseException as problem:
            unexpected.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in zip(acts, tabs, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert unexpected == []


def test_saving_in_three_tabs_at_once_is_one_way_back(own_database: Path) -> None:
    reporter = draft_with()
    typed = words_of(reporter)
    at_once(reporter, save, save, save)  # as many as the gate lets wait
    assert found_by(typed) == f"draft: {ACCOUNT}"
    assert rows() == (1, 1, 0)


@pytest.mark.parametrize("_time", range(3))
def test_saving_while_sending_makes_one_report_and_leaves_no_draft(own_database: Path, _time: int) -> None:
    reporter = draft_with()
    typed = words_of(reporter)
    at_once(reporter, save, send, save)
    assert found_by(typed) == "opened: "
    assert rows() == (0, 0, 1)


@pytest.mark.parametrize("_time", range(3))
def test_leaving_while_saving_leaves_all_of_it_or_nothing(own_database: Path, _time: int) -> None:
    reporter = draft_with()
    typed = words_of(reporter)
    at_once(reporter, save, leave_site)
    assert not ReporterSession.objects.exists()
    assert (found_by(typed), rows()) in (("unknown: ", (0, 0, 0)), (f"draft: {ACCOUNT}", (1, 1, 0)))


def test_deleting_while_sending_is_one_of_the_two(own_database: Path) -> None:
    reporter = draft_with()
    typed = words_of(reporter)
    save_draft(reporter, NOW)
    at_once(reporter, delete, send)
    assert (found_by(typed), rows()) in (("unknown: ", (0, 0, 0)), ("opened: ", (0, 0, 1)))

"""The reporter's session: a cookie that only she has, three slots, an hour (vault.md, 'Reporter's session')."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from speakup.reporting import sessions
from speakup.reporting.drafts import NoDraft, leave_site, read_answers, start_draft
from speakup.reporting.models import Draft, ReporterSession
from speakup.reporting.sessions import COOKIE, Reporter, ReporterSessionMiddleware
from speakup.reporting.slots import DraftSlot, ReportSlot, SentSlot
from speakup.vault.reporter_session import STATE_SIZE, new_cookie, session_id
from tests.reporting.builders import NOW, draft_with, new_reporter

pytestmark = pytest.mark.django_db


def cookie_of(reporter: Reporter) -> str:
    response = HttpResponse()
    reporter.set_cookie(response)
    return response.cookies[COOKIE].value


def later(minutes: int) -> dt.datetime:
    return NOW + dt.timedelta(minutes=minutes)


def again(reporter: Reporter, now: dt.datetime = NOW) -> Reporter:
    """The next request of the same browser."""
    return Reporter(cookie_of(reporter), now)


def visit(view: Any, cookie: str | None = None, site: str = "reporter") -> HttpResponse:
    request = HttpRequest()
    request.method = "GET"
    request.site_name = site  # type: ignore[attr-defined]
    if cookie is not None:
        request.COOKIES[COOKIE] = cookie
    with time_machine.travel(NOW, tick=False):
        response = ReporterSessionMiddleware(view)(request)
    assert isinstance(response, HttpResponse)
    return response


def slots() -> SimpleNamespace:
    reporter = draft_with()
    assert reporter.draft is not None
    draft_id = reporter.draft.id
    return SimpleNamespace(
        draft=DraftSlot(draft_id, b"d" * 32, b"r" * 10, saved=True),
        aside=DraftSlot(draft_id, b"a" * 32, b"q" * 10),
        sent=SentSlot(draft_id, b"s" * 10),
        report=ReportSlot(draft_id, b"R" * 32, 1),
    )


def test_looking_around_leaves_no_row_and_no_cookie() -> None:
    response = visit(lambda request: HttpResponse())
    assert COOKIE not in response.cookies
    assert not ReporterSession.objects.exists()


def test_a_started_draft_is_found_again_with_the_cookie_alone() -> None:
    first = draft_with()
    second = again(first)
    assert read_answers(second).account == read_answers(first).account
    row = ReporterSession.objects.get()
    assert bytes(row.id_hash) == session_id(cookie_of(first))
    assert len(row.sealed) == STATE_SIZE
    with pytest.raises(NoDraft):
        read_answers(new_reporter())


@pytest.mark.parametrize(
    "cookie", ["", "x", "a" * 43, "é" * 43, "\0" * 43, "A" * 10_000, pytest.param(new_cookie(), id="another")]
)
def test_a_cookie_that_is_not_ours_is_as_none_and_is_never_adopted(cookie: str) -> None:
    reporter = Reporter(cookie, NOW)
    assert not reporter.live
    start_draft(reporter, NOW)
    assert cookie_of(reporter) != cookie


def test_a_row_changed_in_the_database_is_as_none() -> None:
    reporter = draft_with()
    row = ReporterSession.objects.get()
    row.sealed = bytes(row.sealed)[:-1] + bytes([bytes(row.sealed)[-1] ^ 1])
    row.save()
    assert again(reporter).draft is None


def test_the_cookie_is_hidden_from_scripts_and_other_sites_and_lasts_an_hour() -> None:
    reporter = draft_with()
    morsel = visit(lambda request: HttpResponse(), cookie_of(reporter)).cookies[COOKIE]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"], morsel["max-age"]) == (True, "Strict", "/", 3600)
    assert bool(morsel["secure"]) is not settings.DEMONSTRATION


def test_the_name_says_nothing_and_has_the_host_prefix_wherever_that_is_possible() -> None:
    assert ("r" if settings.DEMONSTRATION else "__Host-r") == sessions.COOKIE


def test_each_request_gives_another_hour() -> None:
    reporter = draft_with()
    assert again(again(reporter, later(59)), later(118)).draft == reporter.draft


def test_after_sixty_idle_minutes_the_row_and_its_draft_are_gone() -> None:
    reporter = draft_with()
    late = again(reporter, later(60))
    assert (late.live, late.draft) == (False, None)
    assert not ReporterSession.objects.exists()
    assert not Draft.objects.exists()


def test_two_tabs_never_undo_each_other() -> None:
    one = draft_with()
    two, kept = again(one), slots()
    one.change(report=kept.report)
    two.change(sent=kept.sent)
    third = again(one)
    assert (third.draft, third.sent, third.report) == (one.draft, kept.sent, kept.report)


def test_all_slots_fit_the_row() -> None:
    reporter, kept = draft_with(), slots()
    late = dt.datetime(2999, 12, 31, tzinfo=dt.UTC)
    report = ReportSlot(kept.report.report_id, kept.report.key, 10**6, 10**6)
    other = Reporter(None, late)
    other.change(draft=kept.draft, aside=kept.aside, sent=kept.sent, report=report, saving=True, equality=True)
    read = again(other, late)
    assert (read.draft, read.aside, read.sent, read.saving, read.equality) == (
        kept.draft,
        kept.aside,
        kept.sent,
        True,
        True,
    )
    reporter.change(draft=kept.draft, sent=kept.sent, report=kept.report)
    assert (again(reporter).draft, again(reporter).report) == (kept.draft, kept.report)


def test_emptying_a_slot_that_never_was_makes_no_row() -> None:
    reporter = new_reporter()
    reporter.change(sent=None)
    assert not reporter.live
    assert not ReporterSession.objects.exists()


def test_a_tab_that_was_left_behind_begins_a_new_session_under_a_new_cookie() -> None:
    reporter = draft_with()
    other_tab, old = again(reporter), cookie_of(reporter)
    leave_site(reporter)
    start_draft(other_tab, NOW)
    assert cookie_of(other_tab) != old
    assert Reporter(old, NOW).draft is None


def test_a_change_that_is_rolled_back_is_taken_back_by_reading_again() -> None:
    reporter, kept = draft_with(), slots()
    with transaction.atomic():
        reporter.change(report=kept.report)
        transaction.set_rollback(True)
    reporter.reread()
    assert reporter.report is None
    assert reporter.draft is not None


def test_leaving_deletes_row_and_draft_and_expires_the_cookie() -> None:
    reporter = draft_with()

    def leave(request: HttpRequest) -> HttpResponse:
        leave_site(request.reporter)  # type: ignore[attr-defined]
        return HttpResponse()

    morsel = visit(leave, cookie_of(reporter)).cookies[COOKIE]
    assert (morsel.value, morsel["max-age"]) == ("", 0)
    assert not ReporterSession.objects.exists()
    assert not Draft.objects.exists()


def test_leaving_without_a_session_expires_whatever_cookie_there_was() -> None:
    def leave(request: HttpRequest) -> HttpResponse:
        leave_site(request.reporter)  # type: ignore[attr-defined]
        return HttpResponse()

    assert visit(leave, new_cookie()).cookies[COOKIE]["max-age"] == 0


def test_a_shown_cookie_has_no_row_and_a_live_session_repeats_its_own() -> None:
    def show(request: HttpRequest) -> HttpResponse:
        request.reporter.show_cookie()  # type: ignore[attr-defined]
        return HttpResponse()

    assert len(visit(show).cookies[COOKIE].value) == len(new_cookie())
    assert not ReporterSession.objects.exists()
    reporter = draft_with()
    assert visit(show, cookie_of(reporter)).cookies[COOKIE].value == cookie_of(reporter)


def test_the_staff_site_has_no_such_session() -> None:
    reporter = draft_with()

    def look(request: HttpRequest) -> HttpResponse:
        assert not hasattr(request, "reporter")
        return HttpResponse()

    assert COOKIE not in visit(look, cookie_of(reporter), site="staff").cookies


def test_a_session_in_use_on_a_later_day_keeps_its_draft_from_the_night() -> None:
    evening = dt.datetime(2026, 11, 23, 23, 50, tzinfo=dt.UTC)
    reporter = draft_with(now=evening)
    again(reporter, evening + dt.timedelta(minutes=20))
    assert ReporterSession.objects.get().day == dt.date(2026, 11, 24)
    assert Draft.objects.get().expires_day == dt.date(2026, 11, 25)


def test_the_row_holds_a_day_and_nothing_finer() -> None:
    with time_machine.travel(NOW, tick=False):
        draft_with()
    kinds = {field.get_internal_type() for field in ReporterSession._meta.get_fields()}
    assert kinds == {"UUIDField", "BinaryField", "DateField"}


def test_a_renewed_session_is_the_same_under_a_cookie_that_nobody_knew() -> None:
    reporter = draft_with()
    known_before = cookie_of(reporter)
    reporter.renew()
    assert cookie_of(reporter) != known_before
    assert not Reporter(known_before, NOW).live
    assert read_answers(again(reporter)).account == read_answers(reporter).account
    assert ReporterSession.objects.count() == 1


def test_renewing_what_is_not_there_makes_no_row() -> None:
    reporter = new_reporter()
    reporter.renew()
    assert not reporter.live
    assert not ReporterSession.objects.exists()


def test_a_report_opens_under_a_new_cookie_and_a_miss_leaves_the_old_one() -> None:
    reporter, opened = draft_with(), slots().report
    known_before = cookie_of(reporter)
    reporter.open_report(opened, found=False)
    assert cookie_of(reporter) == known_before
    assert reporter.report is None
    assert reporter.draft is not None
    reporter.open_report(opened, found=True)
    assert cookie_of(reporter) != known_before
    assert reporter.report == opened
    assert reporter.draft is not None
    assert not Reporter(known_before, NOW).live


def test_a_miss_without_a_session_leaves_no_row() -> None:
    reporter = new_reporter()
    reporter.open_report(slots().report, found=False)
    assert not reporter.live
    assert reporter.report is None


def test_a_link_from_elsewhere_to_leave_expires_nothing() -> None:
    """Another site's link comes without the cookie (SameSite=Strict): it must not cut the reporter off her draft."""
    kept = draft_with()
    elsewhere = new_reporter()
    leave_site(elsewhere)
    response = HttpResponse()
    elsewhere.set_cookie(response)
    assert COOKIE not in response.cookies
    assert again(kept).live

"""The page's script says that somebody is there: the session lives on, and nobody else learns anything (ADR 0031)."""

import datetime as dt
import itertools

import pytest
import time_machine
from django.test import Client

from speakup.embedded.demonstration import Force
from speakup.reporting.models import Draft, ReporterSession
from tests.reporting_pages.conftest import SESSION_COOKIE, Browser, path_of, text_of

BEGIN = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)
TYPED = "He waits beside my car: marigold-anvil"


def test_it_is_no_page_and_says_nothing(begun: Browser) -> None:
    answer = begun.client.get("/stay/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert not {"Content-Type", "Content-Length", "Location"} & answer.headers.keys()
    assert answer.headers["Cache-Control"] == "no-store"
    assert list(answer.cookies) == [SESSION_COOKIE]
    assert answer.cookies[SESSION_COOKIE]["max-age"] == 3600


def test_the_session_lives_as_long_as_somebody_is_there(begun: Browser, force: Force) -> None:
    with time_machine.travel(BEGIN, tick=False) as clock:
        begun.get("/report/")
        browser = Browser().start()
        browser.answer("account", {"text": TYPED})
        for _ in range(18):
            clock.shift(dt.timedelta(minutes=10))
            assert browser.client.get("/stay/").status_code == 204
        assert TYPED in text_of(browser.get(path_of("account")))
        clock.shift(dt.timedelta(minutes=60))
        assert browser.client.get("/stay/").status_code == 204
        assert browser.client.get(path_of("account")).headers["Location"] == "/report/"


def test_twin_without_it_three_hours_end_the_session(force: Force) -> None:
    with time_machine.travel(BEGIN, tick=False) as clock:
        browser = Browser().start()
        browser.answer("account", {"text": TYPED})
        clock.shift(dt.timedelta(hours=3))
        assert browser.client.get(path_of("account")).headers["Location"] == "/report/"


def test_it_brings_nothing_back_and_begins_nothing(begun: Browser) -> None:
    stolen = begun.client.cookies[SESSION_COOKIE].value
    begun.client.get("/leave/")
    for cookie in (stolen, "A" * 43, "", "x" * 5000, "\u00e9"):
        late = Client()
        late.cookies[SESSION_COOKIE] = cookie
        answer = late.get("/stay/")
        assert answer.status_code == 204
        assert not answer.cookies, "an answer that comes late may not put an old cookie over a new one"
    assert (ReporterSession.objects.count(), Draft.objects.count()) == (0, 0)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_it_takes_nothing(begun: Browser, method: str) -> None:
    token = begun.client.cookies["rc"].value
    answer = getattr(begun.client, method)("/stay/", headers={"X-CSRFToken": token})
    assert answer.status_code in {403, 405}
    assert answer.content.startswith(b"<!DOCTYPE") or not answer.content


@pytest.mark.parametrize("query", ["?text=typed", "?" + "a" * 3000])
def test_what_hangs_on_its_address_is_nothing(begun: Browser, query: str) -> None:
    before = list(Draft.objects.values_list("version", flat=True))
    assert begun.client.get(f"/stay/{query}").status_code == 204
    assert list(Draft.objects.values_list("version", flat=True)) == before


def test_two_windows_at_once_keep_one_session(begun: Browser) -> None:
    for path in itertools.islice(itertools.cycle(["/stay/", path_of("account")]), 6):
        begun.client.get(path)
    assert ReporterSession.objects.count() == 1

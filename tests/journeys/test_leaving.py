"""Leaving at once, by every way there is; and what the browser and the service keep of it: nothing."""

from collections.abc import Callable
from typing import cast

import pytest
from django.conf import settings
from django.test import Client
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Page, Route, expect

from speakup.reporting.questions import CHECK, step_number
from tests.chromium import NewPage, go_back
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import RunningService

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

TYPED = "He waits beside my car: marigold-anvil"
# Where leave.js says what becomes of a page that the browser keeps.
KEPT_PAGES = "// Browsers keep a page"


def at_account(page: Page) -> Reporter:
    """A reporter in the middle of writing what happened, three questions on."""
    reporter = Reporter(page)
    reporter.begin()
    reporter.answer_danger("No")
    reporter.answer_relation("It happened to me")
    reporter.skip("What happened?")
    reporter.write_account(TYPED)
    page.get_by_label("Use your own words, in any order").focus()
    return reporter


def press_escape(page: Page) -> None:
    page.keyboard.press("Escape")


def press_shift_three_times(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")


def press_the_button(page: Page) -> None:
    page.get_by_role("link", name="Leave this site").click()


def assert_left(page: Page, weather: str) -> None:
    page.wait_for_url(weather)
    expect(page.locator("h1")).to_have_text("Dry, with sunny spells")


def assert_nothing_is_left(page: Page) -> None:
    """Back leads to no answer, the cookies are gone, and so is the draft."""
    go_back(page)
    expect(page.locator("h1")).to_have_text("Before you start")
    assert TYPED not in page.content()
    for step in (1, step_number("account"), step_number(CHECK)):
        page.goto(page.url.split("/report/")[0] + f"/report/{step}/")
        assert page.url.endswith("/report/")
        assert TYPED not in page.content()
        assert page.get_by_role("button", name="Go on with my form").count() == 0


@pytest.mark.parametrize(
    ("javascript", "leave"),
    [(True, press_escape), (True, press_shift_three_times), (True, press_the_button), (False, press_the_button)],
    ids=["escape", "shift three times", "button", "link without scripts"],
)
def test_leaving_in_the_middle_of_a_sentence(
    service: RunningService, weather: str, new_page: NewPage, javascript: bool, leave: Callable[[Page], None]
) -> None:
    page = new_page(javascript=javascript, base_url=service.base_url)
    at_account(page)
    kept = page.context.cookies()
    assert {each["name"] for each in kept} == {"r", "rc"}
    leave(page)
    assert_left(page, weather)
    assert page.context.cookies() == []
    assert_nothing_is_left(page)
    page.context.clear_cookies()
    page.context.add_cookies(cast(list[SetCookieParam], kept))  # whoever copied them before gets no further
    assert_nothing_is_left(page)


def test_a_shift_that_is_typed_with_leaves_nothing_behind_and_does_not_leave(
    service: RunningService, new_page: NewPage
) -> None:
    page = new_page(base_url=service.base_url)
    reporter = at_account(page)
    for letter in "ABCD":
        page.keyboard.press(f"Shift+{letter}")
    expect(page.get_by_label("Use your own words, in any order")).to_have_value(TYPED + "ABCD")
    reporter.look()


def test_escape_first_closes_what_is_open(service: RunningService, weather: str, new_page: NewPage) -> None:
    page = new_page(base_url=service.base_url)
    at_account(page)
    page.get_by_text("What helps us").click()
    press_escape(page)
    expect(page.locator("details[open]")).to_have_count(0)
    expect(page.get_by_label("Use your own words, in any order")).to_have_value(TYPED)
    press_escape(page)
    assert_left(page, weather)


@pytest.mark.parametrize("taken_out", [False, True], ids=["as it is", "twin: without what pagehide does"])
def test_a_page_that_the_browser_kept_is_empty(
    service: RunningService, weather: str, new_page: NewPage, taken_out: bool
) -> None:
    """Of a browser that keeps pages in spite of `no-store` and of Clear-Site-Data, as some are said to."""
    page = new_page(base_url=service.base_url)
    page.context.route(f"{service.base_url}/**", _may_be_kept)
    if taken_out:
        page.context.route("**/leave.js", _without_what_becomes_of_kept_pages)
    reporter = at_account(page)
    page.reload()  # what a redirect leads to passes no route; what is asked for does
    reporter.write_account(TYPED)
    page.get_by_role("link", name="SpeakUp", exact=True).click()
    reporter.arrive("start", "Tell us about a colleague's behaviour")
    press_escape(page)
    assert_left(page, weather)
    page.go_back(wait_until="commit")
    account = page.get_by_label("Use your own words, in any order")
    if taken_out:
        expect(account).to_have_value(TYPED)
    else:
        expect(page.locator("h1")).to_have_text("Before you start")
        assert TYPED not in page.content()
    page.wait_for_load_state("networkidle")


def _may_be_kept(route: Route) -> None:
    answer = route.fetch(max_redirects=0)
    taken_out = {"cache-control", "clear-site-data"}
    route.fulfill(response=answer, headers={k: v for k, v in answer.headers.items() if k not in taken_out})


def _without_what_becomes_of_kept_pages(route: Route) -> None:
    answer = route.fetch()
    before, found, _ = answer.text().partition(KEPT_PAGES)
    assert found
    route.fulfill(response=answer, body=before + "})();")


def test_by_default_it_leads_to_the_weather(db: None) -> None:
    answer = Client().get("/leave/")
    assert answer.status_code == 303
    assert answer["Location"] == settings.NEUTRAL_SITE == "https://www.bbc.co.uk/weather"
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert answer["Cache-Control"] == "no-store"

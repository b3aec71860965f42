"""Somebody stops in the middle, keeps eight words, leaves, and goes on from another device: with and without scripts,
at a desk and on a phone. The device that was left shows nothing."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import NewPage, go_back, leads_on
from tests.journeys.reporter import CHECK, MORE, Reporter
from tests.journeys.running_service import RunningService

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

BEGUN = "He stood behind me again: larkspur-anvil."
RETURN_FIELD = "Your eight words, or the numbers"


def save_here(reporter: Reporter) -> str:
    """Press the button of the page; the words that it gives."""
    reporter.press("Save and come back later")
    reporter.arrive("return", re.compile("Your form is saved"))
    assert reporter.page.url.endswith("/return/")
    words = reporter.page.locator("[data-receipt]").inner_text().strip()
    assert len(words.split()) == 8
    return words


def open_again(reporter: Reporter, words: str) -> None:
    reporter.open_return()
    reporter.write(RETURN_FIELD, words)
    reporter.press("Open")
    expect(reporter.page.get_by_role("heading", name="Your saved form is open again")).to_be_visible()
    reporter.look()
    reporter.press("Go on with my form")


@pytest.mark.parametrize(
    ("javascript", "phone"), [(True, False), (False, False), (True, True)], ids=["desk", "no scripts", "phone"]
)
def test_saved_left_and_gone_on_with_elsewhere(
    service: RunningService, new_page: NewPage, javascript: bool, phone: bool
) -> None:
    width = 320 if phone else 1280
    reporter = Reporter(new_page(javascript=javascript, base_url=service.base_url, width=width), thorough=not phone)
    reporter.begin()
    reporter.answer_danger("No")
    reporter.answer_relation("It happened to me")
    reporter.skip("What happened?")
    reporter.write_account(BEGUN)
    words = save_here(reporter)
    reporter.page.reload()
    reporter.arrive("return", re.compile("Your form is saved"))
    reporter.press("I have kept them: leave this site")
    expect(reporter.page.locator("h1")).to_have_text("Dry, with sunny spells")
    assert_closed(reporter.page, service, words)

    other = Reporter(new_page(javascript=javascript, base_url=service.base_url, width=width), thorough=not phone)
    open_again(other, words)
    other.at_question(MORE)
    other.press("Back")
    other.at_question("What happened?")
    expect(other.page.get_by_label("Use your own words, in any order")).to_have_value(BEGUN)
    assert save_here(other) == words, "the same words again"
    other.press("I have kept them: go on with my form")
    finish(other)
    assert other.send() == words, "they are the receipt"
    other.assert_all_pages_look_alike()

    last = Reporter(new_page(javascript=javascript, base_url=service.base_url, width=width))
    last.come_back(words)


def finish(reporter: Reporter) -> None:
    reporter.page.goto("/report/")
    reporter.press("Go on with my form")
    for _ in range(40):
        if reporter.page.locator("h1").inner_text() == CHECK:
            break
        onward = re.compile("^(Continue|Skip this question|Go on with the form)")
        with leads_on(reporter.page):
            reporter.page.get_by_role("button", name=onward).last.click()
    reporter.at_question(CHECK)
    assert BEGUN in reporter.text()


def assert_closed(page: Page, service: RunningService, words: str) -> None:
    """On the device that was left neither Back nor the history nor an address opens the form, or shows the words."""
    for _ in range(3):
        go_back(page)
        assert BEGUN not in page.content()
        assert words not in page.content()
    for path in ("/return/", "/report/", "/report/5/"):
        page.goto(service.base_url + path)
        assert BEGUN not in page.content()
        assert words not in page.content()
        assert "saved form is open" not in page.content()


def test_it_is_deleted_at_once_when_she_says_so(service: RunningService, new_page: NewPage) -> None:
    page = new_page(base_url=service.base_url)
    reporter = Reporter(page, thorough=True)
    reporter.begin()
    reporter.answer_danger("No")
    words = save_here(reporter)
    reporter.press("Delete the form now")
    reporter.arrive("return", "Delete this form?")
    reporter.press("No, keep it")
    reporter.arrive("return", re.compile("Your form is saved"))
    reporter.press("Delete the form now")
    reporter.press("Yes, delete it now")
    reporter.arrive("return", "The form is deleted")
    reporter.open_return()
    reporter.write(RETURN_FIELD, words)
    reporter.see_error("These words open nothing", lambda: reporter.press("Open"))

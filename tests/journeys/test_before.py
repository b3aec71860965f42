"""Before anything is told, in a real browser: the first screen of a phone, the pages around it, and what they leave."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from speakup.reporting.about_pages import ABOUT_PAGES
from tests.chromium import NewPage
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import RunningService

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

READ = ["/", "/support/", "/privacy/", *(f"/about/{number}/" for number in range(1, len(ABOUT_PAGES) + 1))]
PHONE = {"width": 360, "height": 640}
KEPT = """async () => ({
  cookies: document.cookie,
  local: Object.keys(localStorage).length,
  session: Object.keys(sessionStorage).length,
  caches: (await caches.keys()).length,
  databases: (await indexedDB.databases()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"cookies": "", "local": 0, "session": 0, "caches": 0, "databases": 0, "workers": 0}


def is_seen(page: Page, text: str) -> bool:
    """Whether all of the text stands on the first screen, under the bar and above the bottom."""
    bar = page.locator("header").bounding_box()
    box = page.get_by_text(text).first.bounding_box()
    assert bar
    assert box
    return box["y"] >= bar["y"] + bar["height"] and box["y"] + box["height"] <= PHONE["height"]


def test_the_first_screen_of_a_phone_says_what_must_not_be_missed(service: RunningService, new_page: NewPage) -> None:
    page = new_page(**PHONE, base_url=service.base_url)
    page.goto("/")
    for text in ("Do not use a force phone", "in a private window", "call 999", "You do not have to give your name"):
        assert is_seen(page, text), text
    start = page.get_by_role("button", name="Start").bounding_box()
    assert start
    assert start["y"] + start["height"] <= PHONE["height"] + 40, "the button is seen, or nearly"
    assert not is_seen(page, "Who reads it"), "a screen has an end"


def test_reading_asks_nobody_else_and_keeps_nothing(service: RunningService, new_page: NewPage) -> None:
    page = new_page(base_url=service.base_url)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    for path in READ:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate(KEPT) == NOTHING, path
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(service.base_url).netloc}
    assert page.context.cookies() == []
    page.goto("/report/")
    assert {cookie["name"] for cookie in page.context.cookies()} == {"rc"}
    assert page.evaluate(KEPT) == NOTHING


def test_no_banner_stands_over_the_way_out(service: RunningService, new_page: NewPage) -> None:
    page = new_page(**PHONE, base_url=service.base_url)
    for path in READ:
        page.goto(path)
        above = page.evaluate(
            """() => {
              const box = document.querySelector("[data-leave]").getBoundingClientRect();
              return document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
                .closest("[data-leave]") !== null;
            }"""
        )
        assert above, path
        assert page.locator("dialog[open], [role=dialog]:visible, [role=alertdialog]:visible").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (320, True), (320, False)])
def test_the_pages_before_telling_hold_together(
    service: RunningService, new_page: NewPage, width: int, javascript: bool
) -> None:
    page = new_page(width=width, javascript=javascript, base_url=service.base_url)
    reporter = Reporter(page, f"before/{width}{'' if javascript else '-plain'}", thorough=True)
    reporter.open_start()
    reporter.follow("How to do that")
    reporter.arrive("about", "Use your own phone or computer")
    expect(page.get_by_role("img", name="A code with the address of this site")).to_be_visible()
    page.get_by_text("How to open a private window").click()
    reporter.look()
    reporter.follow("Back")
    reporter.follow("Your duty to speak up, and how you are protected")
    reporter.arrive("about", "Your duty to speak up, and how you are protected")
    reporter.follow("Back")
    reporter.follow("Examples, and other places to go")
    reporter.arrive("about", "Is this the right place?")
    reporter.follow("Show me examples")
    reporter.arrive("about", "Examples")
    expect(page.get_by_text("He waits by my car after lates")).not_to_be_visible()
    page.get_by_text("Sexual harassment at work").click()
    expect(page.get_by_text("He waits by my car after lates")).to_be_visible()
    reporter.look()
    if javascript:
        page.keyboard.press("Escape")  # closes what is open, and does not leave
        expect(page.get_by_text("He waits by my car after lates")).not_to_be_visible()
        reporter.arrive("about", "Examples")
    reporter.press("Start")
    reporter.arrive("report", "Before you start")
    reporter.follow("How that works")
    reporter.arrive("about", "Your duty to speak up, and how you are protected")
    reporter.follow("Support")
    reporter.arrive("support", "Help for you")
    reporter.follow("What we can see")
    reporter.arrive("privacy", "What we can and cannot see")


def test_whoever_looks_something_up_while_writing_comes_back_to_the_form(
    service: RunningService, new_page: NewPage
) -> None:
    page = new_page(base_url=service.base_url)
    reporter = Reporter(page)
    reporter.begin()
    page.goto(f"/about/{ABOUT_PAGES.index('duty') + 1}/")
    reporter.press("Back to my form")
    reporter.arrive("report", "Before you start")
    expect(page.get_by_role("button", name="Go on with my form")).to_be_visible()

"""Little is enough: everything skipped but the account, and a report written without a mouse."""

import re

import pytest
from playwright.sync_api import expect

from tests.chromium import NewPage
from tests.journeys.keyboard import KeyboardReporter
from tests.journeys.reporter import EVIDENCE, Reporter
from tests.journeys.running_service import RunningService
from tests.journeys.staff import NOTHING_SAID, Staff

LEFT_OUT = (
    "Somebody is in danger now",
    "How you know about it",
    "Kind of behaviour",
    "Who did it",
    "Where and when",
    "Who else knows",
    "Who must not see this",
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]


def test_everything_skipped_but_the_account(service: RunningService, new_page: NewPage) -> None:
    account = "I only want somebody to know: heron-saddle."
    officer = Staff(new_page(base_url=service.base_url), service, "short/2-reading", thorough=True)
    officer.sign_in("helen.marsh@example.test")

    reporter = Reporter(new_page(base_url=service.base_url), "short/1-sending", thorough=True)
    reporter.begin()
    reporter.tell_only(account)
    checked = reporter.text()
    left_out = set(reporter.page.locator("main details a").all_text_contents())
    assert {f"Answer: {title}" for title in LEFT_OUT} <= left_out
    assert "Anonymous" in checked
    words = reporter.send()
    reporter.press("I have kept them")
    reporter.at_question("You have not tried the words")
    reporter.press("I am sure that I have them")
    reporter.at_question("Thank you for telling us")

    officer.open_new_report(NOTHING_SAID, account)
    read = officer.text()
    assert account in read
    for said in ("Nobody was named.", "No files.", "Not answered", "Anonymous"):
        assert said in read
    assert "Must not see this" not in read
    assert "None" not in read

    reporter.come_back(words)
    assert [line for _, line in reporter.inbox_lines()][-1] == "You sent this report"


@pytest.mark.parametrize("width", [1280, 320])
def test_by_keyboard_alone(service: RunningService, new_page: NewPage, width: int) -> None:
    reporter = KeyboardReporter(new_page(base_url=service.base_url, width=width))
    page = reporter.page
    reporter.open_start()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Leave this site")).to_be_focused()
    reporter.read_before_starting()
    reporter.start_questions()
    reporter.skip("How do you know about it?")
    reporter.answer_relation("It happened to me")
    reporter.answer_shape("It was one time")
    reporter.answer_account("It was in the lift: kestrel-button.")
    reporter.skip("What kind of behaviour was it?", "Nothing to add")
    reporter.answer_behaviours(("Bullying and intimidation",))
    reporter.answer_kinds(("Freezing out or excluding",))
    reporter.skip("Where and when did it happen?", "I do not know who it was")
    reporter.skip("Who else knows about it?", "I would rather not say")
    reporter.skip(EVIDENCE)
    reporter.go_on_to_the_last_questions()
    reporter.skip("How do you want to be known?")
    reporter.answer_mode("Anonymous")
    reporter.agree()
    reporter.finish_files()
    words = reporter.send()
    reporter.try_words(words)
    reporter.confirm_words()
    assert re.fullmatch(r"[a-z]+( [a-z]+){7}", words)

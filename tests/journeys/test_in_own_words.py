"""An account that could show who wrote it, prompts from its own words, and kinds of behaviour found by plain words."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import NewPage, leads_on
from tests.journeys.reporter import MORE, Reporter
from tests.journeys.running_service import RunningService

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

ACCOUNT = (
    "He made a comment in the briefing about how I look. Everyone on the shift heard it and went quiet. "
    "I was the only woman on the team that day, so please ring 07700 900123 and not my work phone. "
    "Then I went home and said nothing."
)
KINDS_HEADING = "What kind of behaviour was it?"


def picture(page: Page, name: str) -> None:
    """The narrowest window that must do, where pictures are asked for."""
    folder = os.environ.get("SPEAKUP_SCREENSHOTS")
    if folder:
        before = page.viewport_size
        page.set_viewport_size({"width": 320, "height": 800})
        page.screenshot(path=Path(folder) / f"own-words-{name}-320.png", full_page=True)
        if before:
            page.set_viewport_size(before)


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_warned_once_prompted_and_helped_to_name_it(service: RunningService, new_page: NewPage, scripts: bool) -> None:
    page = new_page(base_url=service.base_url, javascript=scripts)
    reporter = Reporter(page, f"own-words/{'with' if scripts else 'without'}", thorough=True)
    reporter.begin()
    reporter.skip("How do you know about it?")
    reporter.skip("Was it one time, or more?")
    reporter.skip("What happened?")

    # The account is kept, and the page warns once, beside it.
    reporter.write_account(ACCOUNT)
    reporter.press("Continue")
    reporter.at_question("What happened?")
    warning = page.get_by_role("region", name="This could show who you are")
    expect(warning).to_be_visible()
    assert [each.inner_text().strip("“”\"'") for each in warning.locator("q").all()] == [
        "07700 900123",
        "I was the only woman on the team",
    ]
    expect(page.get_by_label("Use your own words, in any order")).to_have_value(ACCOUNT)
    picture(page, "warning")
    reporter.follow("Look again")
    expect(page.get_by_label("Use your own words, in any order")).to_be_focused()
    assert page.url.endswith("#id_text")
    without_phone = ACCOUNT.replace("07700 900123", "me at home")
    reporter.write_account(without_phone)
    reporter.press("Keep it and go on")
    reporter.at_question(MORE)
    assert "#" not in page.url

    # The prompts begin from her words.
    assert [each.inner_text().strip("“”\"'") for each in page.locator("main q").all()][:2] == [
        "He made a comment in the briefing about how I look",
        "Then I went home and said nothing",
    ]
    picture(page, "more")
    reporter.press("Nothing to add")
    reporter.at_question(KINDS_HEADING)

    # The Enter key searches, what is found can be ticked, and the words stand in no address.
    page.get_by_label("Say it in your own words", exact=True).fill("comments about my body")
    with leads_on(page):
        page.keyboard.press("Enter")
    reporter.at_question(KINDS_HEADING)
    assert "comments" not in page.url
    reporter.choose("Comments on someone's looks, body or clothing")
    picture(page, "found")
    page.get_by_label("Say it in your own words", exact=True).fill("zzzqqq")
    reporter.press("Search")
    reporter.at_question(KINDS_HEADING)
    expect(page.get_by_label("Comments on someone's looks, body or clothing", exact=True)).to_be_checked()
    reporter.press("Continue")
    reporter.at_question("Which of these happened?")
    expect(page.get_by_label("Comments on someone's looks, body or clothing", exact=True)).to_be_checked()
    reporter.press("Continue")
    reporter.at_question("Who did it?")


def test_with_the_keyboard_alone_the_warning_is_reached_first_and_left_with_one_key(
    service: RunningService, new_page: NewPage
) -> None:
    page = new_page(base_url=service.base_url)
    reporter = Reporter(page, "own-words/keyboard")
    reporter.begin()
    reporter.skip("How do you know about it?")
    reporter.skip("Was it one time, or more?")
    reporter.skip("What happened?")
    reporter.write_account(ACCOUNT)
    reporter.press("Continue")
    reporter.at_question("What happened?")
    keep = page.get_by_role("button", name="Keep it and go on")
    for _ in range(8):
        page.keyboard.press("Tab")
        if keep.evaluate("each => each === document.activeElement"):
            break
    expect(keep).to_be_focused()
    with leads_on(page):
        page.keyboard.press("Enter")
    reporter.at_question(MORE)

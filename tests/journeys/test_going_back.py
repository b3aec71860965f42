"""'Back' on the pages of the form loses nothing that was typed, and the Enter key never presses it."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from speakup.reporting.questions import FILES, step_number
from tests.chromium import NewPage, leads_on
from tests.journeys.keyboard import tab_to
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import RunningService
from tests.journeys.story import JOKES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

TYPED = "He said it again, by the lockers: turnstone-ladle."
ACCOUNT, NAME = "Use your own words, in any order", "Name, or what they are called"


def picture(page: Page, name: str) -> None:
    """In the widest window and the narrowest that must do, where pictures are asked for."""
    folder = os.environ.get("SPEAKUP_SCREENSHOTS")
    if folder:
        before = page.viewport_size
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=Path(folder) / f"going-back-{name}-{width}.png")
        if before:
            page.set_viewport_size(before)


def at(reporter: Reporter, page: str, heading: str) -> None:
    reporter.page.goto(f"/report/{step_number(page)}/")
    reporter.at_question(heading)


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_what_was_typed_is_there_again(service: RunningService, new_page: NewPage, scripts: bool) -> None:
    page = new_page(base_url=service.base_url, javascript=scripts)
    reporter = Reporter(page, f"going-back/{'with' if scripts else 'without'}", thorough=True)
    reporter.begin()
    at(reporter, "account", "What happened?")
    picture(page, "account")
    reporter.write_account(TYPED)
    reporter.press("Back")
    reporter.at_question("Was it one time, or more?")
    reporter.skip("What happened?")
    expect(page.get_by_label(ACCOUNT, exact=True)).to_have_value(TYPED)

    # What cannot be kept stays on the page, and she may go without it.
    at(reporter, "place", "Where and when did it happen?")
    reporter.write("Where", "far " * 200)
    reporter.see_error("You wrote 799", lambda: reporter.press("Back"))
    picture(page, "held")
    assert page.get_by_label("Where", exact=True).input_value().startswith("far far")
    reporter.follow("Go back without keeping it")
    reporter.at_question("Who did it?")

    # Files that were chosen are added on the way.
    at(reporter, FILES, "Do you have files to add?")
    picture(page, "files")
    file = JOKES.file
    page.get_by_label("Choose files", exact=True).set_input_files(
        {"name": file.name, "mimeType": "application/octet-stream", "buffer": file.content}
    )
    reporter.press("Back")
    reporter.at_question("May we do any of these?")
    reporter.agree()
    expect(page.get_by_role("term").filter(has_text=file.name)).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_enter_goes_on_and_tab_finds_one_back_and_no_hidden_button(
    service: RunningService, new_page: NewPage, scripts: bool
) -> None:
    page = new_page(base_url=service.base_url, javascript=scripts)
    reporter = Reporter(page, f"going-back/enter-{'with' if scripts else 'without'}", thorough=True)
    reporter.begin()
    at(reporter, "people", "Who did it?")
    page.get_by_label(NAME, exact=True).fill("Mo Turnstone")
    with leads_on(page):
        page.keyboard.press("Enter")
    reporter.at_question("The people you told us about")
    picture(page, "people")
    page.get_by_role("checkbox").focus()
    with leads_on(page):
        page.keyboard.press("Enter")
    reporter.at_question("Where and when did it happen?")

    back = page.get_by_role("button", name="Back", exact=True)
    expect(back).to_have_count(1)
    expect(page.get_by_role("navigation", name="Page before").get_by_role("button")).to_have_count(1)
    tab_to(page, back)
    picture(page, "focus")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.id || document.activeElement.outerHTML")
    assert focused == "id_where", "after 'Back' comes the first field"
    with leads_on(page):
        back.press("Enter")
    reporter.at_question("The people you told us about")

"""The receipt in a real browser: saved, printed, put in a calendar, tried; and what is asked after it."""

import io
import re
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from playwright.sync_api import Download, Page, expect

from speakup.reporting.questions import CHECK, step_number
from tests.chromium import NewPage, go_back
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import RunningService

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

ACCOUNT = "He reads my messages aloud on the radio: kestrel-thimble."
TRY = "Type or paste your words, or the numbers"
NUMBERS = re.compile(r"\d{4}( \d{4}){5}")


def step_path(name: str) -> str:
    return f"/report/{step_number(name)}/"


def sent(page: Page, name: str = "receipt", *, thorough: bool = False) -> tuple[Reporter, str]:
    """Somebody at the receipt of a report with nothing but an account, and its words."""
    reporter = Reporter(page, name, thorough=False)
    reporter.begin()
    page.goto(step_path("account"))
    page.locator("textarea").first.fill(ACCOUNT)
    reporter.press("Continue")
    page.goto(step_path(CHECK))
    if thorough:
        reporter = Reporter(page, name, thorough=True)
    return reporter, reporter.send()


def content_of(download: Download) -> str:
    return Path(download.path()).read_bytes().decode()


@pytest.mark.parametrize("javascript", [True, False])
def test_words_and_reminder_are_saved_and_the_page_stays(
    service: RunningService, new_page: NewPage, *, javascript: bool
) -> None:
    page = new_page(base_url=service.base_url, javascript=javascript)
    reporter, words = sent(page)
    before = page.evaluate("history.length") if javascript else 0
    with page.expect_download() as saving:
        reporter.press_and_stay("Save as a text file")
    assert saving.value.suggested_filename == "list.txt"
    assert words in content_of(saving.value)
    with page.expect_download() as saving:
        reporter.press_and_stay("Add a reminder to your calendar")
    assert saving.value.suggested_filename == "reminder.ics"
    calendar = content_of(saving.value)
    assert "SUMMARY:Check for a reply\r\n" in calendar
    assert not set(words.split()) & set(re.findall(r"[a-z]+", calendar)) - {"calendar"}
    assert page.locator("[data-receipt]").inner_text().strip() == words
    assert javascript is False or page.evaluate("history.length") == before
    reporter.try_words(words.upper())
    reporter.confirm_words()


def test_the_printed_page_is_two_neutral_cards_and_nothing_else(service: RunningService, new_page: NewPage) -> None:
    page = new_page(base_url=service.base_url)
    _reporter, words = sent(page)
    numbers = page.locator("[data-receipt-digits]").inner_text().strip()
    assert NUMBERS.fullmatch(numbers)
    for card in page.locator(".app-print-card").all():
        expect(card).to_be_hidden()
    printed = page.pdf(format="A4", display_header_footer=False)
    with pikepdf.open(io.BytesIO(printed)) as document:
        assert len(document.pages) == 1
    text = pypdfium2.PdfDocument(printed)[0].get_textpage().get_text_bounded()
    listed = [part for number, word in enumerate(words.split(), start=1) for part in (f"{number}.", word)]
    assert sorted(text.split()) == sorted([*["My", "list", *listed, *numbers.split()] * 2])
    page.emulate_media(media="print")
    shown = page.locator("body").inner_text()
    assert sorted(shown.split()) == sorted(["My", "list", *words.split(), *numbers.split()] * 2)
    expect(page.locator(".app-print-card")).to_have_count(2)
    page.emulate_media(media="screen")


def test_printing_and_copying_are_offered_where_scripts_run_alone(service: RunningService, new_page: NewPage) -> None:
    page = new_page(base_url=service.base_url)
    _reporter, words = sent(page)
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    page.get_by_role("button", name="Print two cards").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the words").click()
    expect(page.locator("[data-copy-status]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == words

    without = new_page(base_url=service.base_url, javascript=False)
    sent(without)
    expect(without.get_by_role("button", name="Print two cards")).to_be_hidden()
    expect(without.get_by_role("button", name="Copy the words")).to_be_hidden()
    expect(without.get_by_role("button", name="Save as a text file")).to_be_visible()


def test_from_the_receipt_to_the_last_question(service: RunningService, new_page: NewPage) -> None:
    """Thoroughly: axe and a picture of each page, wide and narrow."""
    page = new_page(base_url=service.base_url)
    reporter, words = sent(page, "receipt", thorough=True)
    reporter.write(TRY, "not these")
    reporter.expect_error(TRY, "These are not the words above", lambda: reporter.press("Try them"))
    reporter.choose("On paper")
    reporter.write(TRY, "")
    reporter.press("I have kept them")
    reporter.at_question("You have not tried the words")
    assert "Keep it at home" in reporter.text()
    reporter.press("Show me the words again")
    reporter.at_question(re.compile("Your report was sent"))
    reporter.try_words(" ".join(word[:3] for word in words.split()))
    reporter.confirm_words()
    reporter.press("Look at the questions")
    reporter.at_question("Questions about you")
    page.get_by_label("Woman", exact=True).check()
    reporter.press("Send my answers")
    reporter.at_question("Thank you for telling us")
    expect(page.get_by_role("heading", name="Thank you for your answers")).to_be_visible()
    assert "Six questions" not in reporter.text()
    page.reload()
    reporter.at_question("Thank you for telling us")
    page.goto(step_path(CHECK))
    assert words not in page.content()
    assert "Woman" not in page.content()


def test_going_back_shows_neither_words_nor_answers(service: RunningService, new_page: NewPage) -> None:
    page = new_page(base_url=service.base_url, allow=("ERR_CACHE_MISS",))
    reporter, words = sent(page)
    reporter.try_words(words)
    reporter.confirm_words()
    reporter.press("Look at the questions")
    page.get_by_label("Woman", exact=True).check()
    reporter.press("Send my answers")
    reporter.at_question("Thank you for telling us")
    for _ in range(4):
        go_back(page)
        shown = page.content()
        assert words not in shown
        assert not page.locator("input:checked").count()

"""What is typed wrong is said clearly, first in the title, beside the field, and costs nobody what they wrote."""

import re

import pytest
from playwright.sync_api import expect

from speakup.reporting.questions import CHECK, step_number
from speakup.vault.receipt import new_receipt_secret, words
from tests.chromium import NewPage, leads_on
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import RunningService
from tests.journeys.staff import Staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

RECEIPT_FIELD = "Type or paste your words, or the numbers"
RETURN_FIELD = "Your eight words, or the numbers"
REFUSED = "The email address, passphrase or one-time code is not right, or there were too many tries."
ACCOUNT_FIELD = "Use your own words, in any order"


def test_a_reporter_is_told_what_is_missing_or_wrong(service: RunningService, new_page: NewPage) -> None:
    reporter = Reporter(new_page(base_url=service.base_url), "wrong/reporter", thorough=True)
    page = reporter.page
    reporter.begin()
    reporter.expect_error("Yes", "Choose an answer, or skip this question", lambda: reporter.press("Continue"))

    page.goto(f"/report/{step_number('account')}/")
    reporter.expect_error(ACCOUNT_FIELD, "Write what happened, or skip it for now", lambda: reporter.press("Continue"))
    page.goto(f"/report/{step_number(CHECK)}/")
    reporter.see_error("Answer this first: What happened?", lambda: reporter.press("Send"))
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    with leads_on(page):
        page.keyboard.press("Enter")
    reporter.at_question("What happened?")
    reporter.write_account("He said it again: plover-candle")
    reporter.press("Continue")
    reporter.at_question("Check your answers")

    reporter.change("how you want to be known", "How do you want to be known?")
    reporter.choose("Confidential")
    reporter.write("How to reach you (optional)", "plover@example.test")
    reporter.expect_error("Your name", "Write your name, or choose to be anonymous", lambda: reporter.press("Continue"))
    expect(page.get_by_label("How to reach you (optional)")).to_have_value("plover@example.test")
    expect(page.get_by_label("Confidential", exact=True)).to_be_checked()
    reporter.choose("Anonymous")
    reporter.press("Continue")
    reporter.at_question("Check your answers")

    sent = reporter.send()
    wrong = " ".join(reversed(sent.split()))
    reporter.write(RECEIPT_FIELD, wrong)
    reporter.expect_error(RECEIPT_FIELD, "These are not the words above", lambda: reporter.press("Try them"))
    expect(page.get_by_label(RECEIPT_FIELD)).to_have_value(wrong)

    reporter.open_return()
    for typed, said in ((wrong, "We cannot read these words"), ("harbour", "We cannot read these words")):
        reporter.write(RETURN_FIELD, typed)
        reporter.expect_error(RETURN_FIELD, said, lambda: reporter.press("Open"))
        expect(page.get_by_label(RETURN_FIELD)).to_have_value(typed)
    reporter.assert_all_pages_look_alike()


def test_words_of_no_report_say_so(service: RunningService, new_page: NewPage) -> None:
    reporter = Reporter(new_page(base_url=service.base_url))
    reporter.open_return()
    reporter.write(RETURN_FIELD, " ".join(words(new_receipt_secret())))
    reporter.expect_error(RETURN_FIELD, "These words open nothing", lambda: reporter.press("Open"))
    expect(reporter.page.get_by_role("heading", name="What you can try")).to_be_visible()


def test_a_member_of_staff_is_told_that_something_is_wrong_and_not_what(
    service: RunningService, new_page: NewPage
) -> None:
    email = "declan.byrne@example.test"
    staff = Staff(new_page(base_url=service.base_url), service, "wrong/staff", thorough=True)
    staff.open_sign_in()
    staff.expect_error("Email address", "Enter your email address", lambda: staff.press("Sign in"))

    code = service.code(email)
    for passphrase, typed in (("not the passphrase", code), (service.passphrase, "000000")):
        staff.type_credentials(email, passphrase, typed)
        staff.see_error(REFUSED, lambda: staff.press("Sign in"))
        expect(staff.page.get_by_label("Email address")).to_have_value(email)
        expect(staff.page.get_by_label("Passphrase", exact=True)).to_have_value("")

    code = service.code(email)
    staff.type_credentials(email, service.passphrase, code)
    staff.press("Sign in")
    staff.arrive("staff-home", re.compile(r"What waits\s*Counter-Corruption"))
    staff.sign_out()
    staff.type_credentials(email, service.passphrase, code)  # seen over a shoulder, and replayed
    staff.see_error(REFUSED, lambda: staff.press("Sign in"))

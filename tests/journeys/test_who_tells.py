"""Who was told, who tells for somebody, who is in danger now: each is asked what fits, without scripts, by phone."""

import pytest
from playwright.sync_api import expect

from speakup.reporting.questions import step_number
from tests.chromium import NewPage
from tests.journeys.reporter import CONSENT, EVIDENCE, MORE, Reporter
from tests.journeys.running_service import RunningService

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

PHONE = 320


def phone(new_page: NewPage, service: RunningService, name: str) -> Reporter:
    return Reporter(new_page(base_url=service.base_url, javascript=False, width=PHONE), name)


def to_the_account(reporter: Reporter, relation: str, heading: str) -> None:
    reporter.begin()
    reporter.skip("How do you know about it?")
    reporter.answer_relation(relation)
    reporter.skip(heading, "I do not know")


def send_the_rest(reporter: Reporter) -> None:
    """From 'who else knows' to the receipt."""
    reporter.choose("No")
    reporter.press("Continue")
    reporter.at_question(EVIDENCE)
    reporter.go_on_to_the_last_questions()
    reporter.skip("How do you want to be known?")
    reporter.skip(CONSENT, "Skip this question and stay anonymous")
    expect(reporter.page.get_by_text("This is only about you.")).to_be_visible()
    reporter.agree(("Tell me if others told you about the same person",))
    reporter.finish_files()
    assert "Does the person it was done to know? No" in reporter.text()
    words = reporter.send()
    reporter.try_words(words)
    reporter.confirm_words()


def test_somebody_who_was_told(service: RunningService, new_page: NewPage) -> None:
    reporter = phone(new_page, service, "told")
    to_the_account(reporter, "Somebody told me about it", "What were you told?")
    reporter.answer_account("A friend at another station told me of the showers: harrier-bucket.")
    reporter.skip("What kind of behaviour was it?", "Nothing to add")
    reporter.skip("Who did it?")
    reporter.skip("Where and when did it happen?", "I do not know who it was")
    reporter.skip("Who else knows about it?", "I do not know")
    send_the_rest(reporter)


def test_somebody_who_tells_for_another(service: RunningService, new_page: NewPage) -> None:
    """The help is hers to pass on, and the person it was done to is never asked through her."""
    reporter = phone(new_page, service, "for-another")
    to_the_account(reporter, "I am telling you for somebody else", "What happened to them?")
    reporter.answer_account("It was done at a leaving party: gannet-lattice.")
    reporter.skip("What kind of behaviour was it?", "Nothing to add")
    reporter.choose("Unwanted touching, sexual assault and rape")
    reporter.press("Continue")
    reporter.at_question("Which of these happened?")
    reporter.skip("Before you go on")
    expect(reporter.page.get_by_text("They decide what they do.")).to_be_visible()
    reporter.press("Go on with the form")
    reporter.at_question("Who did it?")
    reporter.skip("Where and when did it happen?", "I would rather not say")
    reporter.skip("Who else knows about it?")
    reporter.page.goto(f"/report/{step_number('effect')}/")
    reporter.at_question("What has it done, as far as they want us to know?")
    assert "Hurt, or made ill" not in reporter.text()
    reporter.page.goto(f"/report/{step_number('knows')}/")
    send_the_rest(reporter)


def test_somebody_in_danger_now(service: RunningService, new_page: NewPage) -> None:
    """Whom to call comes first, and the form goes on beside it."""
    reporter = phone(new_page, service, "in-danger")
    reporter.begin()
    reporter.choose("Yes")
    reporter.press("Continue")
    reporter.at_question("Get help now")
    assert reporter.page.locator('main a[href="tel:999"]').count() == 1
    reporter.press("Go on with the form")
    reporter.at_question("How do you know about it?")
    reporter.skip("Was it one time, or more?")
    reporter.skip("What happened?")
    reporter.write_account("He has a key to my house: linnet-copper.")
    reporter.press("Continue")
    reporter.at_question(MORE)
    reporter.page.goto(f"/report/{step_number('check')}/")
    reporter.at_question("Check your answers")
    assert "Yes" in reporter.text()
    words = reporter.send()
    reporter.try_words(words)

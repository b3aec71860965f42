"""Little is enough: everything skipped but the account, and a report written without a mouse."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.chromium import NewPage
from tests.journeys.reporter import EVIDENCE, Reporter
from tests.journeys.running_service import RunningService
from tests.journeys.staff import NOTHING_SAID, Staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

MOST_TABS = 80


def test_everything_skipped_but_the_account(service: RunningService, new_page: NewPage) -> None:
    account = "I only want somebody to know: heron-saddle."
    officer = Staff(new_page(base_url=service.base_url), service, "short/2-reading", thorough=True)
    officer.sign_in("helen.marsh@example.test")

    reporter = Reporter(new_page(base_url=service.base_url), "short/1-sending", thorough=True)
    reporter.begin()
    reporter.tell_only(account)
    checked = reporter.text()
    assert checked.count("Not answered") == 7  # danger, relation, kind, who, where and when, who knows, who must not
    assert "Anonymous" in checked
    words = reporter.send()
    reporter.press("I have kept them")
    reporter.at_question("You have not tried the words")
    reporter.press("I am sure that I have them")
    reporter.at_question("Thank you for telling us")

    officer.open_new_report(NOTHING_SAID)
    read = officer.text()
    assert account in read
    for said in ("Nobody was named.", "No files.", "Not answered", "Anonymous"):
        assert said in read
    assert "Must not see this" not in read
    assert "None" not in read

    reporter.come_back(words)
    assert [line for _, line in reporter.inbox_lines()][-1] == "You sent this report"


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until `wanted` has the focus; whatever has it on the way is in sight, not under the fixed header."""
    expect(wanted).to_be_visible()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        assert page.evaluate(IS_IN_SIGHT), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if wanted.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {wanted}")


# WCAG 2.2, 2.4.11: of what has the focus something is not covered by anything else.
IS_IN_SIGHT = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return true;
  const shown = focused.closest("[class$=__item]") || focused;
  const box = shown.getBoundingClientRect();
  const places = [0.1, 0.5, 0.9].flatMap(x => [0.1, 0.5, 0.9].map(y => [x, y]));
  return places.some(([x, y]) => {
    const there = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return there && (shown.contains(there) || there.contains(focused));
  });
}"""


class KeyboardReporter(Reporter):
    """Tab, Space and Enter, and letters in text boxes: nothing else."""

    def press(self, name: str) -> None:
        tab_to(self.page, self.page.get_by_role("button", name=name, exact=True))
        self.page.keyboard.press("Enter")

    def follow(self, name: str) -> None:
        tab_to(self.page, self.page.get_by_role("link", name=name, exact=True))
        self.page.keyboard.press("Enter")

    def choose(self, label: str) -> None:
        box = self.page.get_by_label(label, exact=True)
        tab_to(self.page, box)
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def write(self, label: str, text: str) -> None:
        tab_to(self.page, self.page.get_by_label(label, exact=True))
        self.page.keyboard.insert_text(text)


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
    reporter.skip("What kind of behaviour was it?", "That is all for now")
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

"""A reporter without a mouse."""

from playwright.sync_api import Locator, Page, expect

from tests.chromium import leads_on
from tests.journeys.reporter import Reporter

MOST_TABS = 80
MOST_CHOICES = 12


def tab_to(page: Page, wanted: Locator, *, group: bool = False) -> None:
    """Press Tab until `wanted` has the focus, or with `group` a choice beside it.

    Whatever has the focus on the way is in sight, not under the fixed header.
    """
    expect(wanted).to_be_visible()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        assert page.evaluate(IS_IN_SIGHT), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if wanted.evaluate(HAS_IT, group):
            return
    raise AssertionError(f"Tab does not reach {wanted}")


HAS_IT = """(each, group) => {
  const focused = document.activeElement;
  return focused === each || (group && focused.type === "radio" && focused.name === each.name);
}"""

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
    """Tab, Space and Enter, letters in text boxes, and the arrow among choices of which one is right: nothing else."""

    def press_and_stay(self, name: str) -> None:
        tab_to(self.page, self.page.get_by_role("button", name=name, exact=True))
        self.page.keyboard.press("Enter")

    def follow(self, name: str) -> None:
        tab_to(self.page, self.page.get_by_role("link", name=name, exact=True))
        with leads_on(self.page):
            self.page.keyboard.press("Enter")

    def choose(self, label: str) -> None:
        box = self.page.get_by_label(label, exact=True)
        tab_to(self.page, box, group=True)
        # Tab comes to a group of radio buttons once; in it the browser moves by arrow, and chooses by moving.
        self.page.keyboard.press("Space")
        for _ in range(MOST_CHOICES):
            if box.is_checked():
                break
            self.page.keyboard.press("ArrowDown")
        expect(box).to_be_checked()

    def write(self, label: str, text: str) -> None:
        tab_to(self.page, self.page.get_by_label(label, exact=True))
        self.page.keyboard.insert_text(text)

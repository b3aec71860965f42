"""The way out is on every page of the reporter site, faults among them, in sight at any zoom, and covers nothing."""

import pytest
from playwright.sync_api import Page, expect

from speakup.reporting.about_pages import ABOUT_PAGES
from speakup.reporting.questions import STEPS
from tests.chromium import NewPage, leads_on
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import RunningService

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

# What stands wrong on a page: each thing that takes the focus takes it, and the way out is looked for beside it.
WRONG = """() => {
  const wrong = [];
  const way = document.querySelector("[data-leave]");
  const seen = (box) => box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
  const takes = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((each) => each.checkVisibility({ contentVisibilityAuto: true }))
    .filter((each) => each.type !== "hidden" && !each.disabled && each.tabIndex >= 0)
    .filter((each) => !each.closest("dialog"));
  const first = takes[0]?.matches(".govuk-skip-link");
  if (!first || takes[1] !== way) wrong.push("the way out is not the second to focus");
  for (const each of takes) {
    each.focus();
    if (!seen(way.getBoundingClientRect())) wrong.push(`out of sight at ${each.outerHTML.slice(0, 80)}`);
    if (each.closest("header, .govuk-skip-link")) continue;
    const box = each.getBoundingClientRect();
    const bar = document.querySelector("header").getBoundingClientRect();
    if (box.bottom <= bar.bottom || box.top >= innerHeight) wrong.push(`covered: ${each.outerHTML.slice(0, 80)}`);
  }
  window.scrollTo(0, document.documentElement.scrollHeight);
  if (!seen(way.getBoundingClientRect())) wrong.push("out of sight at the end of the page");
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("scrolls sideways");
  return wrong;
}"""
# 1280 by 1024 at 400% is 320 by 256 (WCAG 1.4.10).
SIZES = [(320, 256), (320, 640), (1280, 800)]


def look(page: Page) -> dict[str, list[str]]:
    found = {}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wrong = page.evaluate(WRONG)
        if wrong:
            found[f"{page.url} at {width}x{height}"] = wrong
    return found


def test_the_way_out_of_every_page(service: RunningService, new_page: NewPage) -> None:
    page = new_page(base_url=service.base_url, allow=("404", "405", "400"))
    Reporter(page).begin()
    paths = ["/", "/report/", *(f"/report/{number}/" for number in range(1, len(STEPS) + 1))]
    wrong: dict[str, list[str]] = {}
    seen = set()
    abouts = [f"/about/{number}/" for number in range(1, len(ABOUT_PAGES) + 1)]
    for path in [*paths, *abouts, "/return/", "/support/", "/privacy/", "/nothing/", "/report/999/"]:
        page.goto(path)
        if page.url not in seen:
            seen.add(page.url)
            wrong |= look(page)
    assert len(seen) > 20
    assert wrong == {}


def test_the_way_out_of_a_form_that_has_ended(service: RunningService, weather: str, new_page: NewPage) -> None:
    page = new_page(base_url=service.base_url, allow=("403",))
    Reporter(page).begin()
    page.context.clear_cookies()
    with leads_on(page):
        page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.locator("h1")).to_have_text("This form has ended")
    assert look(page) == {}
    page.keyboard.press("Escape")
    page.wait_for_url(weather)

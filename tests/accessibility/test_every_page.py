"""Every page of the reporter's site and every way in which it refuses what is typed: WCAG 2.2 AA, in a real Chromium.

Each page is visited once: axe at 1280 px; then as it is at 320 px (which is 1280 at a zoom of 400%), with wider
spacing of the text, without colours of its own, and without anything that moves.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page as BrowserPage

from tests.accessibility import measuring
from tests.accessibility.shown_pages import Shown, calm, narrow
from tests.chromium import NewPage, assert_accessible
from tests.reading.page_text import Page
from tests.reading.reporter_pages import without_repeats

WIDE = (measuring.ERRORS, measuring.BROKEN_REFERENCES, measuring.TOO_WIDE)
# At the end of a test the browser may still ask for an icon, when nobody answers any more.
AT_THE_END = ("ERR_CONNECTION_REFUSED",)
NARROW = (
    measuring.TOO_WIDE,
    measuring.SMALL_TARGETS,
    measuring.TEXT_SPACING,
    measuring.SPACED_TOO_WIDE,
    measuring.FOCUS,
    measuring.WITHOUT_COLOURS,
    measuring.MOVES,
)
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("reading")]


def complaints_about(shown: Shown, page: Page, before: Callable[[BrowserPage], object] | None = None) -> list[str]:
    """All that is wrong with one page, as it is after `before`."""
    shown.show(page)
    seen = shown.page
    if before is not None:
        before(seen)
    found: list[str] = []
    for look in WIDE:
        found += seen.evaluate(look)
    found += measuring.unnamed(seen) + measuring.one_heading(seen)
    try:
        assert_accessible(seen)
    except AssertionError as error:
        found.append(str(error))
    # As nothing of the page depends on colours or on movement to be laid out, these are looked at on the same visit.
    with narrow(seen, 320, 256), calm(seen):
        for look in NARROW:
            found += [f"at 400%: {each}" for each in seen.evaluate(look)]
    return found


def test_every_page_and_every_error(pages: list[Page], new_page: NewPage) -> None:
    shown = Shown(new_page(allow=AT_THE_END))
    looked_at, found = 0, {}
    for page in without_repeats(pages):
        looked_at += 1
        if complaints := complaints_about(shown, page):
            found[page.name] = complaints
    assert looked_at > 40, "the walk came by too few pages"
    assert found == {}, "\n".join(f"{name}:\n  " + "\n  ".join(said) for name, said in found.items())


def test_at_200_percent_nothing_is_wider_than_the_window(pages: list[Page], new_page: NewPage) -> None:
    shown = Shown(new_page(width=640, height=512, allow=AT_THE_END))
    found = {}
    for page in {page.path: page for page in pages}.values():
        shown.show(page)
        if complaints := shown.page.evaluate(measuring.TOO_WIDE):
            found[page.name] = complaints
    assert found == {}


BROKEN = {
    "a field without its label": ("document.querySelector('label').remove()", "label"),
    "an error that is nowhere told": (
        "document.querySelector('.govuk-error-summary').remove()",
        "an error beside its field that no summary tells",
    ),
    "a button without a name": (
        "document.querySelector('main .govuk-button-group button').textContent = ''",
        "a button without a name",
    ),
    "something wide": ("document.querySelector('h1').style.width = '900px'", "at 400%: .* px wider"),
    "something small": (
        "document.querySelector('main .govuk-button-group button').style.cssText = 'all: unset; font-size: 6px'",
        "small target",
    ),
    "something cut off": (
        "Object.assign(document.querySelector('h1').style, {height: '12px', overflow: 'hidden'})",
        "cut off with wider spacing",
    ),
    "a focus that is only a colour": (
        "Object.assign(document.querySelector('textarea').style, {border: '0', outline: 'none'})",
        "no edge without colours|no focus without colours",
    ),
    "something that moves": (
        "document.querySelector('h1').style.setProperty('transition', 'all 2s', 'important')",
        "moves",
    ),
    "a way out that left": ("document.querySelector('header').style.position = 'static'", "no way out in sight"),
    "a heading left out": (
        "document.querySelector('main').append(document.createElement('h4'), 'x'); "
        "document.querySelector('main h4').textContent = 'Deep'",
        "a heading of level 4",
    ),
}


@pytest.mark.parametrize(("script", "said"), BROKEN.values(), ids=BROKEN)
def test_each_fault_would_be_found(pages: list[Page], new_page: NewPage, script: str, said: str) -> None:
    """On the account's page with its error, of which the test above has nothing to say."""
    wrong = next(each for each in pages if "account" in each.name and "govuk-error-summary__title" in each.html)
    found = complaints_about(Shown(new_page(allow=AT_THE_END)), wrong, before=lambda page: page.evaluate(script))
    assert re.search(said, "\n".join(found)), found

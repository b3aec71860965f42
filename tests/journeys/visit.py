"""Somebody at a browser: what holds of every page that they come by, whoever they are."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Response, expect

from tests.chromium import assert_accessible, leads_on
from tests.journeys.pictures import Album

SIZE_UNIT = 32 * 1024
Heading = str | re.Pattern[str]


class Visit:
    """One person's way through one site.

    `thorough` runs axe on each page and takes its picture; the rest is checked always: the page's name, one heading,
    nothing that scrolls sideways.
    """

    def __init__(self, page: Page, name: str, *, thorough: bool = False) -> None:
        self.page = page
        self.documents: list[Response] = []
        self._album = Album(name)
        self._thorough = thorough
        page.on("response", self._hear)

    def arrive(self, name: str, heading: Heading) -> None:
        """Be on the page called `name` (its data-page) with this heading, and look at it."""
        expect(self.page.locator("body")).to_have_attribute("data-page", name)
        expect(self.page.locator("h1")).to_have_text(heading)
        self.page.wait_for_load_state()
        self.look()

    def look(self) -> None:
        """What is asked of every page, as it stands now."""
        beyond = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beyond <= 0, f"{self.page.url} is {beyond} pixels wider than the window"
        if self._thorough:
            assert_accessible(self.page)
            self._album.take(self.page, self.page.locator("h1").inner_text())

    def press(self, name: str) -> None:
        """Press a button that leads to a page; what comes after finds it loaded."""
        with leads_on(self.page):
            self.press_and_stay(name)

    def press_and_stay(self, name: str) -> None:
        """Press a button that saves a file, or that a script answers for on the page as it stands."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow a link to a page, or to a place of this one."""
        with leads_on(self.page):
            self.page.get_by_role("link", name=name, exact=True).click()

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()

    def text(self) -> str:
        """What stands in the page's main part, as it is read."""
        return self.page.locator("main").inner_text()

    def see_error(self, message: str, act: Callable[[], None]) -> None:
        """Do `act`: the page then says this, in its summary and first of all in its title."""
        act()
        summary = self.page.locator(".govuk-error-summary")
        expect(summary).to_contain_text(message)
        assert self.page.title().startswith("Error:")
        self.look()

    def expect_error(self, field: str, message: str, act: Callable[[], None]) -> None:
        """The error is told, and its link leads to the field."""
        self.see_error(message, act)
        self.error_link_leads_to(field)

    def error_link_leads_to(self, field: str) -> None:
        """With the keyboard alone: the summary has the focus, Tab reaches its link, Enter goes to the field."""
        expect(self.page.locator(".govuk-error-summary")).to_be_focused()
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_label(field, exact=True)).to_be_focused()

    def _hear(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self.documents.append(response)

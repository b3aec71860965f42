"""Pages that the service answered, shown to a real browser: the same HTML under the same headers, the same styles and
scripts. So each error is looked at once, without walking a browser through all that leads to it.
"""

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.staticfiles import finders
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import Route

from tests.reading.page_text import Page

ORIGIN = "http://localhost:8000"
_NOT_SHOWN = {"set-cookie", "content-length", "clear-site-data"}


class Shown:
    """A browser's page that is given one of the service's answers after the other."""

    def __init__(self, browser_page: BrowserPage) -> None:
        self.page = browser_page
        self._answer: Page | None = None
        browser_page.context.route("**/*", self._fulfil)

    def show(self, page: Page) -> None:
        """Load the page as if the service had just answered with it."""
        self._answer = page
        self.page.goto(f"{ORIGIN}{page.path}")

    def _fulfil(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if route.request.is_navigation_request() and self._answer is not None:
            headers = {name: value for name, value in self._answer.headers.items() if name.lower() not in _NOT_SHOWN}
            route.fulfill(
                status=200,  # a browser complains of others in its console, which must stay silent
                headers={"Content-Type": "text/html; charset=utf-8", **headers},
                body=self._answer.html,
            )
            return
        file = finders.find(path.split("?")[0].removeprefix("/static/")) if path.startswith("/static/") else None
        if isinstance(file, str):
            kind = "text/javascript" if file.endswith(".js") else mimetypes.guess_type(file)[0]
            route.fulfill(path=file, content_type=kind)
        else:
            route.fulfill(status=204)


@contextmanager
def narrow(page: BrowserPage, width: int, height: int) -> Iterator[None]:
    """The window of this size: 1280 by 1024 at a zoom of 400% is 320 by 256."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": height})
    yield
    assert before
    page.set_viewport_size(before)


@contextmanager
def calm(page: BrowserPage) -> Iterator[None]:
    """In the reader's own colours, and without anything that moves."""
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    yield
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")

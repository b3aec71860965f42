"""A real browser at the pages of a test: what it asks for is answered by a signed-in test client, without a server."""

import contextvars
import os
import re
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page, Route

ADDRESS = "http://localhost"
STATIC = "/static/"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".ico": "image/x-icon"}


def show_pages_of(client: Client, page: Page) -> None:
    """Let `page` browse http://localhost/ as whoever `client` is."""
    # Requests come in a greenlet of Playwright's, which would open a database connection of its own.
    context = contextvars.copy_context()

    def answer(route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(ADDRESS)
        if path.startswith(STATIC):
            found = finders.find(urlsplit(path).path.removeprefix(STATIC))
            assert isinstance(found, str), path
            route.fulfill(path=found, content_type=TYPES[Path(found).suffix])
            return
        kind = request.headers.get("content-type", "")
        sent = request.post_data_buffer or b""
        got = context.run(client.generic, request.method, path, sent, content_type=kind)
        # What a redirect leads to would pass no route, and be asked of a server that is not there.
        while got.status_code in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}:
            got = context.run(client.get, got["Location"])
        route.fulfill(status=got.status_code, headers=dict(got.items()), body=got.content)

    page.route(ADDRESS + "/**", answer)


def picture(page: Page, name: str, width: int) -> None:
    """A picture of the whole page, for looking at it: only where SPEAKUP_SCREENSHOTS names a folder."""
    folder = os.environ.get("SPEAKUP_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        short = re.sub(r"\W+", "-", name).strip("-")
        page.screenshot(path=Path(folder) / f"{short}-{width}.png", full_page=True)

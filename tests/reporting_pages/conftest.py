"""Somebody at a browser on the reporter site: cookies, forms and their hidden fields, with the CSRF check on."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from speakup.embedded.demonstration import Force
from speakup.reporting.questions import CHECK, step_number

CSRF_COOKIE, SESSION_COOKIE = "rc", "r"


def path_of(page: str) -> str:
    return f"/report/{step_number(page)}/"


def text_of(response: Any) -> str:
    """The page as it came, without the entities of HTML."""
    return unescape(response.content.decode())


class Browser:
    """One browser, which posts what a form of the page it looked at last would post."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.version = "0"
        self.made = ""
        self.form = ""

    def get(self, path: str, expect: int = 200) -> Any:
        response = self.client.get(path)
        assert response.status_code == expect
        self._look(response)
        return response

    def post(self, path: str, data: dict[str, Any] | None = None, expect: int | None = None) -> Any:
        token = self.client.cookies[CSRF_COOKIE].value if CSRF_COOKIE in self.client.cookies else ""
        typed = {
            "version": self.version,
            "made": self.made,
            "form": self.form,
            "csrfmiddlewaretoken": token,
            **(data or {}),
        }
        response = self.client.post(path, typed)
        if expect is not None:
            assert response.status_code == expect
        self._look(response)
        return response

    def start(self) -> "Browser":
        self.get("/report/")
        self.post("/report/", expect=303)
        return self

    def come_back(self, words: str) -> Any:
        """Type the words, and follow to the page that says what came of them."""
        self.get("/return/")
        self.post("/return/", {"words": words}, expect=303)
        return self.get("/return/")

    def answer(self, page: str, data: dict[str, Any], expect: int = 303) -> Any:
        """Open the page of a question and post these fields with the version that it shows."""
        self.get(path_of(page))
        return self.post(path_of(page), data, expect=expect)

    def send(self, account: str = "He waited for me at my car.") -> str:
        """Send a report with this account and nothing else; its words as they stand on the receipt."""
        self.answer("account", {"text": account})
        self.post(path_of(CHECK), {"act": "send"}, expect=303)
        return self.words()

    def words(self) -> str:
        found = re.search(r"data-receipt>([^<]+)<", text_of(self.get(path_of(CHECK))))
        assert found
        return found[1].strip()

    def _look(self, response: Any) -> None:
        found = re.search(r'name="version" value="(\d+)"', response.content.decode())
        if found:
            self.version = found[1]
        found = re.search(r'name="made" value="([^"]+)"', response.content.decode())
        if found:
            self.made = found[1]
        found = re.search(r'name="form" value="([^"]+)"', response.content.decode())
        if found:
            self.form = found[1]


@pytest.fixture
def browser(force: Force) -> Browser:
    return Browser()


@pytest.fixture
def begun(browser: Browser) -> Browser:
    """A browser with a live draft."""
    return browser.start()


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[mock.Mock]:
    """The quarter-second grid, noted and not waited for."""
    with mock.patch("speakup.reporting.views.steady.time.sleep") as sleep:
        yield sleep

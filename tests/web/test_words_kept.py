"""Copying the words of a receipt, and printing their cards."""

import re
from collections.abc import Iterator

import pytest
from django import forms
from playwright.sync_api import expect

from tests.chromium import NewPage
from tests.web.kitchen_sink import rendered, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "harbour velvet lantern pebble orchard thimble walnut ribbon"
PAGE = """{% extends "reporter.html" %}{% block content %}<h1>Your report was sent</h1><p>Keep these words.</p>
{% with plain_words="WORDS" digits="1234 5678" %}{% include "reporting/parts/words.html" %}{% endwith %}
<h2>What happens next</h2>{% endblock %}""".replace("WORDS", WORDS)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served({"/": rendered(PAGE, forms.Form())}) as address:
        yield address


def test_the_words_are_copied_and_it_is_said(new_page: NewPage, address: str) -> None:
    page = new_page(base_url=address)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/")
    page.get_by_role("button", name="Copy the words").click()
    expect(page.locator("[data-copy-status]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == WORDS
    assert page.get_by_role("status").filter(has_text="Copied").count() == 1


def test_where_the_browser_refuses_they_are_selected(new_page: NewPage, address: str) -> None:
    page = new_page(base_url=address)
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false;"
    )
    page.goto("/")
    page.get_by_role("button", name="Copy the words").click()
    expect(page.locator("[data-copy-status]")).to_have_text(re.compile("^Not copied"))
    assert page.evaluate("getSelection().toString().trim()") == WORDS


def test_the_print_button_prints(new_page: NewPage, address: str) -> None:
    page = new_page(base_url=address)
    page.add_init_script("window.print = () => { window.printed = true; };")
    page.goto("/")
    page.locator("[data-print]").click()
    assert page.evaluate("window.printed") is True


def test_without_scripts_no_button_is_there_that_does_nothing(new_page: NewPage, address: str) -> None:
    page = new_page(javascript=False, base_url=address)
    page.goto("/")
    assert not page.locator("[data-copy]").is_visible()
    assert not page.locator("[data-print]").is_visible()


def test_only_the_cards_are_printed(new_page: NewPage, address: str) -> None:
    page = new_page(base_url=address)
    page.goto("/")
    assert not page.locator(".app-print-card").first.is_visible()
    page.emulate_media(media="print")
    printed = page.inner_text("body").split()
    card = ["My", "list", *WORDS.split(), "1234", "5678"]
    assert printed == card * page.locator(".app-print-card").count()
    assert printed

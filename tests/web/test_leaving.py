"""Leaving fast (reporter-journey.md, 'Leaving fast'): what leaves, what does not, and what is left behind."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.chromium import stop_clock
from tests.web.kitchen_sink import REPORTER, EverythingForm, pages, rendered, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TYPED = "nobody else may read this"


@pytest.fixture
def page(new_page, kitchen_sink):
    page = new_page(base_url=kitchen_sink)
    page.goto("/neutral/")
    page.goto("/reporter/")
    page.fill("#id_account", TYPED)
    page.locator("h1").click()
    return page


def has_left(page):
    page.wait_for_url("**/neutral/")
    return True


def stays(page):
    page.wait_for_timeout(250)
    return page.url.endswith("/reporter/") and page.is_visible("h1")


@pytest.mark.parametrize("focus", ["body", "#id_account", "#id_name", "#id_known", "#id_rank", "[data-leave]"])
def test_escape_leaves_from_everywhere(page, focus):
    if focus != "body":
        page.focus(focus)
    page.keyboard.press("Escape")
    assert has_left(page)


def test_the_button_leaves(page):
    page.click("[data-leave]")
    assert has_left(page)


def test_the_button_is_a_plain_link_without_scripts(new_page, kitchen_sink):
    page = new_page(javascript=False, base_url=kitchen_sink)
    page.goto("/reporter/")
    page.click("[data-leave]")
    assert has_left(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_key_is_named_where_it_does_something(new_page, kitchen_sink, javascript):
    page = new_page(javascript=javascript, base_url=kitchen_sink)
    page.goto("/reporter/")
    assert page.is_visible("[data-leave]")
    assert page.is_visible(".app-leave__key") is javascript


def test_escape_first_closes_an_open_details(page):
    page.click("summary")
    page.keyboard.press("Escape")
    assert stays(page)
    assert not page.evaluate("document.querySelector('details').open")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Escape")
    assert has_left(page)


@pytest.mark.parametrize("opening", ["showModal", "show"])
def test_escape_first_closes_an_open_dialog(page, opening):
    page.evaluate(
        f"() => {{ const dialog = document.createElement('dialog'); dialog.textContent = 'x';"
        f" document.body.append(dialog); dialog.{opening}(); }}"
    )
    page.keyboard.press("Escape")
    assert stays(page)
    assert page.evaluate("document.querySelector('dialog[open]')") is None
    page.keyboard.press("Escape")
    assert has_left(page)


@pytest.mark.parametrize("kind", ["auto", "manual"])
def test_escape_first_closes_an_open_popover(page, kind):
    page.evaluate(
        f"() => {{ const box = document.createElement('div'); box.popover = '{kind}'; box.textContent = 'x';"
        f" document.body.append(box); box.showPopover(); }}"
    )
    page.keyboard.press("Escape")
    assert stays(page)
    assert page.evaluate("document.querySelector(':popover-open')") is None
    page.keyboard.press("Escape")
    assert has_left(page)


def test_escape_first_closes_an_open_select(page):
    page.focus("#id_rank")
    page.evaluate("document.querySelector('#id_rank').addEventListener('click', (event) => event.target.showPicker())")
    page.click("#id_rank")
    assert page.evaluate("document.querySelector('#id_rank').matches(':open')")
    page.keyboard.press("Escape")
    assert stays(page)
    expect(page.locator("#id_rank:open")).to_have_count(0)
    page.keyboard.press("Escape")
    assert has_left(page)


def test_escape_that_composes_a_character_does_nothing(page):
    for initial in ("isComposing: true", "keyCode: 229"):
        page.evaluate(
            "document.querySelector('#id_account').dispatchEvent(new KeyboardEvent('keydown',"
            f" {{key: 'Escape', bubbles: true, cancelable: true, {initial}}}))"
        )
    assert stays(page)


def test_escape_that_something_else_took_does_nothing(page):
    page.evaluate("document.querySelector('form').addEventListener('keydown', (event) => event.preventDefault())")
    page.focus("#id_account")
    page.keyboard.press("Escape")
    assert stays(page)


@pytest.mark.parametrize("keys", ["Shift+Escape", "Control+Escape", "Alt+Escape"])
def test_escape_with_another_key_is_not_escape(page, keys):
    page.keyboard.press(keys)
    assert stays(page)


def test_a_held_escape_closes_and_does_not_leave(page):
    page.click("summary")
    page.keyboard.down("Escape")
    page.keyboard.down("Escape")
    page.keyboard.up("Escape")
    assert stays(page)


def test_a_force_can_turn_escape_off(page):
    page.evaluate("document.body.dataset.escape = 'off'")
    page.keyboard.press("Escape")
    assert stays(page)
    for _time in range(3):
        page.keyboard.press("Shift")
    assert has_left(page)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/return/", "/nothing/"])
@pytest.mark.parametrize("leaves", [True, False])
def test_pages_say_what_the_force_has_set(settings, path, leaves):
    settings.ESCAPE_LEAVES = leaves
    page = Client().get(path).content.decode()
    assert ('data-escape="off"' in page) == (not leaves)
    assert ('<kbd class="app-leave__key">' in page) == leaves


@pytest.mark.parametrize("focus", ["body", "#id_account"])
def test_shift_three_times_leaves(page, focus):
    if focus != "body":
        page.focus(focus)
    page.keyboard.press("Shift")
    assert page.inner_text("[data-leave-status]") == "Press Shift 2 more times to leave this site"
    assert page.locator(".app-leave__dots [data-on]").count() == 1
    page.keyboard.press("Shift")
    assert page.inner_text("[data-leave-status]") == "Press Shift once more to leave this site"
    assert stays(page)
    page.keyboard.press("Shift")
    assert has_left(page)


def test_capital_letters_never_leave(page):
    page.focus("#id_account")
    for letter in "ABCDEF":
        page.keyboard.press(f"Shift+{letter}")
    assert stays(page)


def test_another_key_between_starts_again(page):
    page.focus("#id_account")
    for key in ("Shift", "Shift", "a", "Shift", "Shift"):
        page.keyboard.press(key)
    assert stays(page)
    page.keyboard.press("Shift")
    assert has_left(page)


def test_choosing_text_with_shift_and_the_mouse_never_leaves(page):
    for _time in range(4):
        page.locator("#text").click(modifiers=["Shift"])
    assert stays(page)


def test_a_held_shift_counts_once(page):
    for _time in range(5):
        page.keyboard.down("Shift")
    page.keyboard.up("Shift")
    assert stays(page)


def test_five_seconds_between_is_too_late(new_page, kitchen_sink):
    page = new_page(base_url=kitchen_sink)
    page.clock.install()
    page.goto("/reporter/")
    stop_clock(page)
    page.keyboard.press("Shift")
    page.clock.run_for(4900)
    page.keyboard.press("Shift")
    page.clock.run_for(5100)
    assert page.inner_text("[data-leave-status]") == "Leaving with Shift was stopped"
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    assert page.url.endswith("/reporter/")
    assert page.is_visible("h1")
    page.keyboard.press("Shift")
    page.wait_for_url("**/neutral/")


def test_the_page_is_gone_before_the_next_one_comes(new_page, kitchen_sink):
    page = new_page(base_url=kitchen_sink)
    page.goto("/reporter/")
    page.fill("#id_account", TYPED)
    page.route("**/leave/", lambda route: route.fulfill(status=204))  # nothing comes: the page stays
    page.keyboard.press("Escape")
    left = page.evaluate(
        "[document.title, document.body.childElementCount, getComputedStyle(document.body).display,"
        " [...document.querySelectorAll('link[rel~=icon]')].map((each) => each.getAttribute('href'))]"
    )
    assert left == ["Loading", 0, "none", ["/static/speakup/neutral.svg"]]
    assert TYPED not in page.content()


def test_the_page_that_was_left_is_no_entry_of_the_history(page):
    before = page.evaluate("history.length")
    page.keyboard.press("Escape")
    assert has_left(page)
    assert page.evaluate("history.length") == before
    page.evaluate("history.back()")
    page.wait_for_timeout(400)
    assert page.url.endswith("/neutral/")


def gone_and_back(page):
    """Follow a link and come back by script; a page that was kept has no load that Playwright could wait for."""
    page.evaluate("location.href = '/neutral/'")
    page.wait_for_url("**/neutral/")
    page.evaluate("history.back()")
    page.wait_for_url("**/reporter/", wait_until="commit")
    expect(page.locator("#id_account")).to_be_visible()
    return page.evaluate("[window.kept === true, document.querySelector('#id_account')?.value ?? null]")


def test_back_shows_nothing_of_what_was_typed(new_page, kitchen_sink):
    page = new_page(base_url=kitchen_sink)
    page.goto("/reporter/")
    page.fill("#id_account", TYPED)
    page.evaluate("window.kept = true")
    assert gone_and_back(page) == [False, ""]


def test_without_wiping_back_would_show_it(new_page):
    """The twin: the same pages with the wiping taken out (and without no-store) come back with what was typed."""
    content = pages()
    source = rendered(REPORTER, EverythingForm())
    content["/reporter/"] = re.sub(r'<script src="[^"]*leave\.js"></script>', "", source)
    with served(content, stored=True) as address:
        page = new_page(base_url=address)
        page.goto("/reporter/")
        page.fill("#id_account", TYPED)
        page.evaluate("window.kept = true")
        assert gone_and_back(page) == [True, TYPED]
        page.close()  # before what it may still ask for an icon
    with served(pages(), stored=True) as address:
        page = new_page(base_url=address)
        page.goto("/reporter/")
        page.fill("#id_account", TYPED)
        page.evaluate("window.kept = true")
        assert gone_and_back(page) == [False, ""]
        page.close()


def test_staff_pages_have_no_way_out_to_press_by_mistake(new_page, kitchen_sink):
    page = new_page(base_url=kitchen_sink)
    page.goto("/staff/")
    for key in ("Escape", "Shift", "Shift", "Shift"):
        page.keyboard.press(key)
    page.wait_for_timeout(250)
    assert page.url.endswith("/staff/")

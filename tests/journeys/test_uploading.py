"""Files sent with a bar that grows; and what is seen when they do not arrive."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, Route, expect

from speakup.reporting.questions import FILES, step_number
from tests.chromium import PATIENCE, NewPage, assert_accessible
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import RunningService

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

SIZE = 400_000
# Bytes a second: the file takes a minute, in which the page can be looked at on the slowest machine.
SLOW = SIZE // 60
LOOKS_EVERY = 100  # milliseconds
PANEL = "[data-upload-panel]"
SAID = "[data-upload-said]"


@pytest.fixture(scope="module")
def large() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "diary.txt"
        path.write_text("He waits beside my car.\n" * (SIZE // 24))
        yield path


def at_files(service: RunningService, new_page: NewPage, *, allow: tuple[str, ...] = ()) -> Page:
    page = new_page(base_url=service.base_url, allow=allow)
    Reporter(page).begin()
    page.goto(f"/report/{step_number(FILES)}/")
    return page


def slow_down(page: Page) -> CDPSession:
    """What goes up from here on goes slowly, until `let_through`."""
    link = page.context.new_cdp_session(page)
    link.send("Network.enable")
    send_at(link, SLOW)
    return link


def let_through(link: CDPSession) -> None:
    send_at(link, -1)


def send_at(link: CDPSession, bytes_a_second: int) -> None:
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    link.send("Network.emulateNetworkConditions", conditions)


def upload(page: Page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Upload", exact=True).click()


def test_the_bar_grows_and_the_answer_is_the_same_page(service: RunningService, new_page: NewPage, large: Path) -> None:
    page = at_files(service, new_page)
    link = slow_down(page)
    entries = page.evaluate("history.length")
    page.evaluate(
        "() => { window.seen = []; const bar = document.querySelector('progress');"
        " new MutationObserver(() => window.seen.push(bar.value)).observe(bar, {attributes: true}); }"
    )
    upload(page, large)
    expect(page.locator(PANEL)).to_be_visible()
    expect(page.get_by_role("progressbar", name="Sending your files")).to_be_visible()
    assert_accessible(page)
    # By its policy the page evaluates no text, which `wait_for_function` would ask of it.
    for _ in range(PATIENCE // LOOKS_EVERY):
        if page.evaluate("new Set(window.seen).size > 2"):
            break
        page.wait_for_timeout(LOOKS_EVERY)
    let_through(link)
    expect(page.get_by_role("term").filter(has_text="diary.txt")).to_be_visible()
    seen = page.evaluate("window.seen")
    assert len(set(seen)) > 2, "it moved on the way"
    assert seen == sorted(seen)
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator(PANEL)).to_be_hidden()
    assert page.evaluate("history.length") == entries
    assert page.title() == "Form"
    page.reload()
    expect(page.get_by_role("term").filter(has_text="diary.txt")).to_be_visible()


def test_continue_with_files_leads_on(service: RunningService, new_page: NewPage, large: Path) -> None:
    page = at_files(service, new_page)
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.locator("h1")).to_have_text("Check your answers")
    expect(page.locator("main")).to_contain_text("diary.txt")


def test_what_is_refused_is_told_at_the_field(service: RunningService, new_page: NewPage, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    page = at_files(service, new_page)
    upload(page, empty)
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.title().startswith("Error:")
    page.locator(".govuk-error-summary a").click()
    expect(page.locator("input[type=file]")).to_be_focused()


def test_a_line_that_breaks_leaves_the_files_chosen(service: RunningService, new_page: NewPage, large: Path) -> None:
    page = at_files(service, new_page, allow=("ERR_",))
    broken = True

    def breaks(route: Route) -> None:
        if broken and route.request.method == "POST":
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/report/**", breaks)
    upload(page, large)
    expect(page.locator(SAID)).to_contain_text("did not reach us")
    assert page.evaluate("document.querySelector('input[type=file]').files.length") == 1
    broken = False
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_role("term").filter(has_text="diary.txt")).to_be_visible()


def test_it_can_be_stopped_and_nothing_is_kept(service: RunningService, new_page: NewPage, large: Path) -> None:
    page = at_files(service, new_page)
    slow_down(page)
    upload(page, large)
    page.get_by_role("button", name="Stop sending").click()
    expect(page.locator(SAID)).to_contain_text("You stopped")
    page.reload()
    assert page.get_by_role("term").count() == 0


def test_leaving_does_not_wait_for_it(service: RunningService, weather: str, new_page: NewPage, large: Path) -> None:
    page = at_files(service, new_page)
    slow_down(page)
    arrived = []
    page.on("requestfinished", lambda request: arrived.append(request) if request.method == "POST" else None)
    upload(page, large)
    expect(page.locator(PANEL)).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_url(weather)
    assert arrived == []
    assert page.context.cookies() == []


def test_a_form_that_has_ended_is_told_beside_it(service: RunningService, new_page: NewPage, large: Path) -> None:
    page = at_files(service, new_page, allow=("403",))
    page.context.clear_cookies()
    upload(page, large)
    expect(page.locator(SAID)).to_contain_text("This form has ended")
    assert page.evaluate("document.querySelector('input[type=file]').files.length") == 1


def test_a_double_click_sends_once(service: RunningService, new_page: NewPage, large: Path) -> None:
    page = at_files(service, new_page)
    link = slow_down(page)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.locator("input[type=file]").set_input_files(large)
    for _ in range(3):
        page.locator("form[data-upload]").evaluate("(form) => form.requestSubmit()")
    let_through(link)
    expect(page.get_by_role("term").filter(has_text="diary.txt")).to_have_count(1)
    assert len(posts) == 1

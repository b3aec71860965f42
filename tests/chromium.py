"""A real Chromium for the tests that need one; a pytest plugin (`pytest_plugins = ["tests.chromium"]`).

Fixtures: `browser` (one for the run), `new_page(javascript=True, width=1280)`, which makes pages whose console must
stay silent, and the function `assert_accessible(page)`. Where no Chromium is found these tests are skipped, with one
loud line at the end of the run.

A click answers before the page that it leads to is there, or while it is half read: whoever looks at a page without
waiting for something that only the next one has does the act in `leads_on(page)`, or goes back with `go_back(page)`.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Frame, Page, expect, sync_playwright

MISSING = (
    "NO CHROMIUM FOUND: browser tests are skipped. Install one (Debian, Ubuntu: apt-get install chromium) "
    "or name it: SPEAKUP_CHROMIUM=/path/to/chromium"
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    # Nothing leaves this machine, whatever a page under test asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HEIGHT = 800
# How long a test waits for what has to come (milliseconds): long, as the machine may be busy with other tests, and a
# page that never comes is still told before the test's own limit.
PATIENCE = 60_000
# Seconds that a test with a browser may take, where it says nothing else.
LIMIT = 900
# What Chromium shows instead of a page that it cannot get, or may not ask for again by itself.
NO_PAGE = "chrome-error://chromewebdata/"
# Milliseconds between two looks for something that a browser tells by itself.
SHORTLY = 50

expect.set_options(timeout=PATIENCE)

NewPage = Callable[..., Page]

_without_javascript: WeakSet[Page] = WeakSet()
# For axe, which never ends where scripts are off: by the page, another one on which its copies are shown.
_copies: WeakKeyDictionary[Page, Page] = WeakKeyDictionary()


def find_chromium() -> str | None:
    """The path of a Chromium: SPEAKUP_CHROMIUM if set, else the first found on PATH, else None."""
    named = os.environ.get("SPEAKUP_CHROMIUM")
    if named:
        return named if Path(named).is_file() else shutil.which(named)
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests with a browser the time that they need on a slow machine."""
    for item in items:
        if item.get_closest_marker("browser") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LIMIT))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, loudly, that browser tests did not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(MISSING in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(MISSING, red=True, bold=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the run, with the back/forward cache that real ones have."""
    executable = find_chromium()
    if executable is None:
        if os.environ.get("SPEAKUP_REQUIRE_BROWSER") == "1":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright's synchronous interface runs an event loop, beside which Django refuses the database.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(
            executable_path=executable,
            args=ARGUMENTS,
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Make pages, each with cookies of its own; console errors and page errors fail the test at its end.

    new_page(javascript=True, width=1280, height=800, base_url=None, allow=()): `allow` names parts of console errors
    that the test expects (such as "404").
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(
        *,
        javascript: bool = True,
        width: int = 1280,
        height: int = HEIGHT,
        base_url: str | None = None,
        allow: tuple[str, ...] = (),
    ) -> Page:
        context = browser.new_context(
            java_script_enabled=javascript,
            viewport={"width": width, "height": height},
            base_url=base_url,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        contexts.append(context)

        def hear_console(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"} and not any(text in message.text for text in allow):
                complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

        def hear_error(error: Error) -> None:
            complaints.append(f"page error: {error.message}")

        page = context.new_page()
        if not javascript:
            _without_javascript.add(page)
        page.on("console", hear_console)
        page.on("pageerror", hear_error)
        page.set_default_timeout(PATIENCE)
        return page

    yield make
    for context in contexts:
        for copy in filter(None, (_copies.pop(page, None) for page in context.pages)):
            copy.context.close()
        context.unroute_all(behavior="ignoreErrors")  # a page that is going away may still be asking
        context.close()
    assert complaints == [], "the browser's console complained: " + "; ".join(complaints)


@contextmanager
def leads_on(page: Page) -> Iterator[None]:
    """What is done inside leads to another page, or to the same one anew: left once all of that one is loaded.

    Raises Playwright's TimeoutError where nothing came.
    """
    with page.expect_navigation(wait_until="load"):
        yield


def go_back(page: Page) -> None:
    """As the browser's own button: left once what it leads to is there.

    That may be nothing: what was posted is asked for again, and no browser posts by itself.
    """
    arrived: list[str] = []

    def hear(frame: Frame) -> None:
        if frame == page.main_frame:
            arrived.append(frame.url)

    page.on("framenavigated", hear)
    try:
        page.go_back()
    except Error as refused:
        if "ERR_CACHE_MISS" not in refused.message:
            raise
        # The error is told before the browser's own page of it is there; the one of a step before may still stand.
        waited = 0
        while not arrived and waited < PATIENCE:
            page.wait_for_timeout(SHORTLY)
            waited += SHORTLY
        assert arrived == [NO_PAGE], arrived
    page.remove_listener("framenavigated", hear)
    page.wait_for_load_state()


def stop_clock(page: Page) -> None:
    """From here on the time of the page's own clock goes on only where a test says so (`page.clock.run_for`)."""
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)


def assert_accessible(page: Page) -> None:
    """Fail when axe finds any violation of WCAG 2.2 AA or its best practices on the page as it stands."""
    violations = _violations_of_copy(page) if page in _without_javascript else _violations(page)
    said = [
        f"{violation['id']}: {violation['help']}: "
        + ", ".join(f"{node['target']} {node['html'][:160]}" for node in violation["nodes"][:5])
        for violation in violations
    ]
    assert said == [], "axe found on " + page.url + ":\n" + "\n".join(said)


def _violations(page: Page) -> list[dict[str, Any]]:
    # Every rule runs; of those that hold axe need not gather where on the page they do.
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
    results = Axe().run(page, options=options)
    violations: list[dict[str, Any]] = results.response["violations"]
    return violations


def _violations_of_copy(page: Page) -> list[dict[str, Any]]:
    """Of a copy of the page with the page's own scripts taken out, where scripts run."""
    html = re.sub(r"<script\b.*?</script>", "", page.content(), flags=re.DOTALL)
    copy = _copies.get(page) or _make_copy(page)
    if page.viewport_size:
        copy.set_viewport_size(page.viewport_size)
    copy.route(page.url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    copy.goto(page.url)
    copy.unroute(page.url)
    return _violations(copy)


def _make_copy(page: Page) -> Page:
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(locale="en-GB")
    _copies[page] = context.new_page()
    _copies[page].set_default_timeout(PATIENCE)
    return _copies[page]

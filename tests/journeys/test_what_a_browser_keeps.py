"""What a browser keeps of a visit, by each way in which browsers keep things: nothing that was typed."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from speakup.reporting.questions import step_number
from tests.chromium import ARGUMENTS, PATIENCE, NewPage, find_chromium, go_back, leads_on
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import RunningService

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

SENT = "He waits beside my car: marigold-anvil"
TYPED = "and on Sunday he rang: velvet-thimble"
BOX = "textarea[name=text]"
STORED = """async () => ({
  local: localStorage.length,
  session: sessionStorage.length,
  caches: (await caches.keys()).length,
  databases: (await indexedDB.databases()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  readable: document.cookie,
  name: window.name,
})"""
# Milliseconds after which a browser has written down what its tabs hold, in case it ends suddenly, and how often it is
# looked for where it must come.
WRITES_AFTER = 3000
LOOKS_EVERY = 500
DULL = re.compile("^(Tell us about a colleague's behaviour|Before you start)$")
NOTHING = {"local": 0, "session": 0, "caches": 0, "databases": 0, "workers": 0, "readable": "", "name": ""}


def account_of(service: RunningService) -> str:
    return f"{service.base_url}/report/{step_number('account')}/"


def begin(page: Page, service: RunningService) -> None:
    """One answer kept by the service, another typed and not sent."""
    Reporter(page).begin()
    page.goto(account_of(service))
    page.fill(BOX, SENT)
    with leads_on(page):
        page.get_by_role("button", name="Continue", exact=True).click()
    assert page.url != account_of(service)
    page.goto(account_of(service))
    expect(page.locator(BOX)).to_have_value(SENT)
    page.fill(BOX, TYPED)


def leave(page: Page, weather: str) -> None:
    page.keyboard.press("Escape")
    page.wait_for_url(weather)


# The browser's own stores


def test_nothing_is_stored_by_any_page(service: RunningService, weather: str, new_page: NewPage) -> None:
    page = new_page(base_url=service.base_url)
    begin(page, service)
    assert page.evaluate(STORED) == NOTHING
    kept = page.context.cookies()
    assert {each["name"] for each in kept} == {"r", "rc"}
    assert all(each["httpOnly"] and each["sameSite"] == "Strict" for each in kept)
    page.goto("/return/")
    page.get_by_role("textbox").first.fill("no words of any report")
    with leads_on(page):
        page.get_by_role("button", name="Open", exact=True).click()
    assert page.evaluate(STORED) == NOTHING
    leave(page, weather)
    assert page.context.cookies() == []


# Reload, and the history


def test_a_reload_shows_what_was_kept_and_not_what_was_typed(service: RunningService, new_page: NewPage) -> None:
    page = new_page(base_url=service.base_url)
    begin(page, service)
    page.reload()
    expect(page.locator(BOX)).to_have_value(SENT)


def test_going_away_and_back_brings_nothing_typed_back(service: RunningService, new_page: NewPage) -> None:
    page = new_page(base_url=service.base_url)
    begin(page, service)
    page.get_by_role("link", name="SpeakUp", exact=True).click()
    page.wait_for_url(f"{service.base_url}/")
    go_back(page)
    expect(page.locator(BOX)).to_have_value(SENT)


def test_looking_for_help_beside_the_form_loses_nothing_typed(service: RunningService, new_page: NewPage) -> None:
    page = new_page(base_url=service.base_url)
    begin(page, service)
    page.locator(BOX).fill("typed, and not sent: shearwater-lintel")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Support (opens in a new tab)").click()
    expect(opened.value.locator("h1")).to_have_text("Help for you")
    assert opened.value.evaluate("window.opener") is None
    expect(page.locator(BOX)).to_have_value("typed, and not sent: shearwater-lintel")


def test_every_entry_of_the_history_is_dull_and_leads_to_nothing(
    service: RunningService, weather: str, new_page: NewPage
) -> None:
    page = new_page(base_url=service.base_url)
    begin(page, service)
    leave(page, weather)
    session = page.context.new_cdp_session(page)
    entries = session.send("Page.getNavigationHistory")["entries"]
    of_the_site = [each for each in entries if each["url"].startswith(service.base_url)]
    assert len(of_the_site) > 4
    assert {each["title"] for each in of_the_site} == {"Form"}
    assert not any("/leave/" in each["url"] or "/stay/" in each["url"] for each in of_the_site)
    for each in of_the_site:
        with page.expect_navigation(wait_until="commit"):  # a page that was kept is not loaded again
            session.send("Page.navigateToHistoryEntry", {"entryId": each["id"]})
        expect(page.locator("h1")).to_have_text(DULL)
        page.wait_for_load_state()
        assert SENT not in page.content()
        assert TYPED not in page.content()


# The profile: what lies on the disk, and what a browser that was closed opens again


@contextmanager
def profile(browser: Browser, folder: Path, service: RunningService, *more: str) -> Iterator[BrowserContext]:
    """A Chromium with a profile on the disk, as people have it, and closed as they close it."""
    context = browser.browser_type.launch_persistent_context(
        folder,
        executable_path=find_chromium(),
        args=[*ARGUMENTS, *more],
        ignore_default_args=["--disable-back-forward-cache"],
        base_url=service.base_url,
    )
    context.set_default_timeout(PATIENCE)
    try:
        yield context
    finally:
        context.close()


def found_in(folder: Path, text: str) -> list[str]:
    """The files of a profile in which a text stands, in either way that browsers write text."""
    wanted = (text.encode(), text.encode("utf-16-le"))
    found = []
    for each in folder.rglob("*"):
        with suppress(FileNotFoundError):  # the browser may be at work on it
            if each.is_file() and any(one in each.read_bytes() for one in wanted):
                found.append(str(each.relative_to(folder)))
    return found


def _remembered(route: Route) -> None:
    answer = route.fetch(max_redirects=0)
    route.fulfill(response=answer, body=answer.text().replace('autocomplete="off"', ""))


def restored(context: BrowserContext, service: RunningService) -> Page:
    """The tab of the site that the browser opened again by itself."""
    for _ in range(PATIENCE // LOOKS_EVERY):
        for page in context.pages:
            if page.url.startswith((service.base_url, "http://localhost")):
                page.wait_for_load_state()
                return page
        context.pages[0].wait_for_timeout(LOOKS_EVERY)
    raise AssertionError("no tab was opened again")


@pytest.mark.parametrize("remembers", [False, True], ids=["as it is", "twin: without autocomplete=off"])
def test_a_tab_that_is_opened_again_shows_nothing_typed(
    service: RunningService, browser: Browser, tmp_path: Path, remembers: bool
) -> None:
    with profile(browser, tmp_path, service) as context:
        page = context.pages[0]
        if remembers:
            page.route("**/report/**", _remembered)
        begin(page, service)
        page.wait_for_timeout(WRITES_AFTER)
        for _ in range(PATIENCE // LOOKS_EVERY if remembers else 0):
            if found_in(tmp_path, TYPED):
                break
            page.wait_for_timeout(LOOKS_EVERY)
    assert bool(found_in(tmp_path, TYPED)) == remembers
    if not remembers:
        assert found_in(tmp_path, SENT) == []
        with profile(browser, tmp_path, service, "--restore-last-session") as context:
            expect(restored(context, service).locator(BOX)).not_to_have_value(TYPED)


def test_after_leaving_the_profile_holds_and_opens_nothing(
    service: RunningService, weather: str, browser: Browser, tmp_path: Path
) -> None:
    with profile(browser, tmp_path, service) as context:
        page = context.pages[0]
        begin(page, service)
        leave(page, weather)
        page.wait_for_timeout(WRITES_AFTER)
    assert found_in(tmp_path, SENT) == []
    assert found_in(tmp_path, TYPED) == []
    assert found_in(tmp_path, "Before you start") == [], "no page lies in its cache"
    with profile(browser, tmp_path, service, "--restore-last-session") as context:
        again = restored(context, service)
        assert again.url == weather
        again.goto(account_of(service))
        assert again.url == f"{service.base_url}/report/"
        assert SENT not in again.content()


def test_what_was_put_in_once_is_offered_to_nobody_later(service: RunningService, new_page: NewPage) -> None:
    """Every field says so itself, or its form does."""
    page = new_page(base_url=service.base_url)
    Reporter(page).begin()
    page.goto(f"/report/{step_number('people')}/")
    offered = page.evaluate(
        "[...document.querySelectorAll('main input, main textarea, main select')]"
        ".filter((each) => !['hidden', 'submit'].includes(each.type))"
        ".map((each) => each.getAttribute('autocomplete') ?? each.form?.getAttribute('autocomplete') ?? each.outerHTML)"
    )
    assert len(offered) > 3
    assert set(offered) == {"off"}


# Somebody who does not come back


def test_nobody_at_the_page_ends_the_visit(service: RunningService, weather: str, new_page: NewPage) -> None:
    page = new_page(base_url=service.base_url)
    page.clock.install()
    begin(page, service)
    entries = page.evaluate("history.length")
    with page.expect_response("**/stay/") as heard:
        page.clock.run_for(10 * 60_000 + 2000)
    assert heard.value.status == 204
    assert "set-cookie" in heard.value.all_headers()
    assert page.evaluate("history.length") == entries
    expect(page.locator(BOX)).to_have_value(TYPED)
    page.clock.run_for(9 * 60_000)
    expect(page.get_by_role("alertdialog", name="Are you still there?")).to_be_visible()
    page.clock.run_for(2 * 60_000)
    page.wait_for_url(weather)
    assert page.context.cookies() == []
    page.goto(account_of(service))
    assert page.url == f"{service.base_url}/report/"


# The weight of it


def weigh(page: Page, act: Callable[[], object]) -> dict[str, int]:
    """What came over the wire for each address while `act` was done, headers and all."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    names: dict[str, str] = {}
    bytes_of: dict[str, int] = {}
    session.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: bytes_of.update({names[event["requestId"]]: int(event["encodedDataLength"])}),
    )
    act()
    page.wait_for_load_state("networkidle")
    session.detach()
    return bytes_of


def test_the_first_page_is_light_and_every_further_one_is_of_one_size(
    service: RunningService, new_page: NewPage
) -> None:
    page = new_page(base_url=service.base_url)
    first = weigh(page, lambda: page.goto("/"))
    assert {url.rpartition("/")[2] for url in first} >= {"", "speakup.css", "app.js", "reporter.js", "leave.js"}
    icon = len(page.request.get("/static/speakup/favicon.svg").body()) + 500  # a browser without a head asks for none
    assert sum(first.values()) + icon < 100_000, first
    assert first[f"{service.base_url}/"] > 32 * 1024, "a page is never compressed"
    assert first[f"{service.base_url}/static/speakup/speakup.css"] < 25_000
    for name in ("Start", "Start the questions"):
        further = weigh(page, page.get_by_role("button", name=name, exact=True).click)
        pages = [size for url, size in further.items() if "/static/" not in url]
        assert max(pages) < 34 * 1024, further
        assert sum(further.values()) < 36 * 1024, further

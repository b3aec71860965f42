"""A slow phone link: 400 kbit/s, and 400 ms until anything comes back. What crosses it is counted, not timed.

How long a page takes on such a link is what crosses it divided by its speed, and 400 ms for each time that the browser
has to ask anew because of what came before. Counting both gives the same answer on a busy machine and on an idle one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.chromium import NewPage
from tests.journeys.running_service import RunningService

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

BYTES_A_SECOND = 400_000 / 8
SECONDS_OF_A_ROUND = 0.4
# A name, a connection and its encryption (TLS 1.3) before the first question of all.
ROUNDS_TO_CONNECT = 3
PHONE = 360
# Until these are here nothing can be read. Every other script is deferred, and comes after.
NEEDED_TO_READ = {"Document", "Stylesheet", "Waited for"}
# The page waits for two small scripts: the way out works from the first moment on.
WAITED_FOR = {"start.js", "leave.js"}


@dataclass
class Link:
    """What crossed the link while it was watched: bytes with headers, kind and who asked, by address."""

    size: dict[str, int] = field(default_factory=dict)
    kind: dict[str, str] = field(default_factory=dict)
    asked_by: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    redirects: list[str] = field(default_factory=list)

    def hear_request(self, event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if "redirectResponse" in event:
            self.redirects.append(event["redirectResponse"]["url"])
            self.size[event["redirectResponse"]["url"]] = int(event["redirectResponse"]["encodedDataLength"])
        self.names[event["requestId"]] = url
        self.kind[url] = "Waited for" if url.rpartition("/")[2] in WAITED_FOR else event["type"]
        self.asked_by[url] = event["initiator"].get("url", "") if event["type"] != "Document" else ""

    def hear_end(self, event: dict[str, Any]) -> None:
        self.size[self.names[event["requestId"]]] = int(event["encodedDataLength"])

    def rounds(self, needed: set[str] | None = None) -> int:
        """How often the browser had to wait for an answer before it could ask for the next thing."""
        depths = [self._depth(url) for url, kind in self.kind.items() if needed is None or kind in needed]
        return len(self.redirects) + max(depths)

    def _depth(self, url: str) -> int:
        by = self.asked_by.get(url, "")
        return 1 + (self._depth(by) if by and by in self.kind and by != url else 0)

    def bytes_of(self, needed: set[str] | None = None) -> int:
        return sum(size for url, size in self.size.items() if needed is None or self.kind.get(url, "") in needed)

    def seconds(self, needed: set[str] | None = None, *, to_connect: int = 0) -> float:
        waiting = (to_connect + self.rounds(needed)) * SECONDS_OF_A_ROUND
        return waiting + self.bytes_of(needed) / BYTES_A_SECOND


@pytest.fixture
def slow(service: RunningService, new_page: NewPage) -> Iterator[tuple[Page, Callable[[Callable[[], object]], Link]]]:
    """A phone's page behind the slow link, and what watches it: watch(act) gives what crossed while `act` was done."""
    page = new_page(base_url=service.base_url, width=PHONE)
    session: CDPSession = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": SECONDS_OF_A_ROUND * 1000,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )

    def watch(act: Callable[[], object]) -> Link:
        link = Link()
        session.on("Network.requestWillBeSent", link.hear_request)
        session.on("Network.loadingFinished", link.hear_end)
        act()
        page.wait_for_load_state("networkidle")
        session.remove_listener("Network.requestWillBeSent", link.hear_request)
        session.remove_listener("Network.loadingFinished", link.hear_end)
        return link

    yield page, watch
    session.detach()


Slow = tuple[Page, Callable[[Callable[[], object]], Link]]


def test_the_first_page_is_readable_after_two_rounds_and_some_60_kilobytes(slow: Slow) -> None:
    page, watch = slow
    link = watch(lambda: page.goto("/"))
    expect(page.locator("h1")).to_be_visible()
    assert set(link.kind.values()) >= NEEDED_TO_READ | {"Script"}, "all of it was seen"
    assert link.rounds(NEEDED_TO_READ) == 2, "the page, and at once everything that shows it"
    assert link.bytes_of(NEEDED_TO_READ) < 60_000, link.size
    assert link.seconds(NEEDED_TO_READ, to_connect=ROUNDS_TO_CONNECT) < 4
    assert link.rounds() <= 3, "no long chain of what asks for what"
    assert link.bytes_of() < 100_000, link.size
    assert link.seconds(to_connect=ROUNDS_TO_CONNECT) < 5


def test_the_page_waits_for_no_script_but_the_way_out(slow: Slow) -> None:
    page, watch = slow
    link = watch(lambda: page.goto("/"))
    waited = "[...document.scripts].filter(each => each.src && !each.defer && !each.async && each.type !== 'module')"
    addresses = page.evaluate(f"{waited}.map(each => each.src)")
    assert {url.rpartition("/")[2] for url in addresses} == WAITED_FOR
    assert sum(link.size[url] for url in addresses) < 6_000, link.size


def test_each_further_page_is_one_answer_of_32_kilobytes_and_nothing_again(slow: Slow) -> None:
    """Styles and scripts are in the cache by then; what is typed goes up as it is, and the next page comes at once."""
    page, watch = slow
    watch(lambda: page.goto("/"))
    for name in ("Start", "Start the questions", "Continue"):
        if name == "Continue":
            page.get_by_label("No", exact=True).check()
        link = watch(page.get_by_role("button", name=name, exact=True).click)
        assert link.rounds({"Document"}) <= 2, (name, link.redirects)
        assert link.bytes_of() < 36 * 1024, (name, link.size)
        assert link.seconds() < 2, name


def test_without_scripts_it_is_as_light(service: RunningService, new_page: NewPage) -> None:
    page = new_page(base_url=service.base_url, javascript=False, width=PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    expect(page.locator("h1")).to_be_visible()
    assert [url for url in asked if url.endswith(".js")] == []
    assert len(asked) <= 4, asked

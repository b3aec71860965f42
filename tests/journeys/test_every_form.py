"""Every form of every page that can be reached, posted as it stands in a real browser without scripts, under the
headers that are shipped: none is stopped by them, none is refused for its token, none breaks.

As it stands: what is missing comes back with its error, and what needs nothing is done. So people lose roles here and
sessions end; each walk signs in again where one did, and the service is this test's own.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Error, Locator, Page, Response

from speakup.reporting.questions import CHECK, STEPS, step_number
from tests.chromium import NewPage, leads_on
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import RunningService, running_service
from tests.journeys.story import JOKES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("forms"),
]

BUTTON = "button:not([aria-hidden]), input[type=submit]"  # hidden ones are for Enter alone
SENDING = f"/report/{step_number(CHECK)}/"
ANY_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+")
# What a browser says of a status that a page may have, beside what its Content-Security-Policy stops.
STATUS = "the server responded with a status of"
MAY_BE = {200, 400, 404, 409, 413, 422, 429, 503}
STAFF = {
    "triage": "tomasz.nowak@example.test",
    "supervisor": "imran.sheikh@example.test",
    "head of the desk": "helen.marsh@example.test",
    "investigator": "gareth.llewellyn@example.test",
    "custodian": "amit.desai@example.test",
    "HR": "joanna.whitfield@example.test",
    "auditor": "priya.raman@example.test",
    "authority": "margaret.ellison@example.test",
}
ADMINISTRATOR = "daniel.frost@example.test"


@dataclass(frozen=True)
class Form:
    """One form: on which page, its number there, and what tells it from others."""

    path: str
    number: int
    method: str
    kind: str


@dataclass
class Walk:
    """Through all the links of one site from one page, a page of each kind once; then each kind of form once."""

    page: Page
    site: re.Pattern[str]
    pages: set[str] = field(default_factory=set)
    forms: dict[str, Form] = field(default_factory=dict)

    def look_round(self, start: str) -> None:
        waiting = [start]
        while waiting:
            path = waiting.pop(0)
            if kind_of(path) in self.pages:
                continue
            self.pages.add(kind_of(path))
            go(self.page, path)
            self.find_forms(path)
            waiting += [link for link in self.links() if self.site.match(link)]

    def links(self) -> list[str]:
        found = [link.get_attribute("href") or "" for link in self.page.locator("a[href]").all()]
        return [re.sub(r"#.*", "", link) for link in found if not re.match(r"https?:|mailto:|tel:|#", link)]

    def find_forms(self, path: str) -> None:
        for number, form in enumerate(self.page.locator("form").all()):
            buttons = form.locator(BUTTON)
            label = buttons.first.inner_text().strip() if buttons.count() else ""
            method = (form.get_attribute("method") or "get").lower()
            action = kind_of(form.get_attribute("action") or path)
            kind = f"{method} {action} {label}"
            self.forms.setdefault(kind, Form(path, number, method, kind))

    def post_all(self) -> Iterator[Form]:
        """Each form in turn. Last what ends the draft or the session."""
        for form in sorted(self.forms.values(), key=lambda each: each.path == SENDING or "sign-out" in each.kind):
            go(self.page, form.path)
            found = self.page.locator("form").nth(form.number)
            button = found.locator(BUTTON).first
            if not button.count() or not button.is_visible():
                continue
            press(self.page, button)
            yield form


def press(page: Page, button: Locator) -> None:
    """Post the form of the button, and wait for where that leads to."""
    with saved_alone(), leads_on(page):
        button.click(no_wait_after=True)


def go(page: Page, path: str) -> None:
    with saved_alone():
        page.goto(path)


@contextmanager
def saved_alone() -> Iterator[None]:
    """A file that is saved leads nowhere."""
    try:
        yield
    except Error as saved:
        if "ERR_ABORTED" not in saved.message and "Download is starting" not in saved.message:
            raise


def kind_of(path: str) -> str:
    """An address without what tells one of its objects from another; every page of the reporter's questions is one."""
    path, _, query = path.partition("?")
    if path.startswith("/report/"):
        return path
    return ANY_ID.sub("ID", path) + ("?" if query else "")


@pytest.fixture(scope="module")
def own_service(weather: str) -> Iterator[RunningService]:
    with running_service({"SPEAKUP_NEUTRAL_SITE": weather}) as running:
        yield running


@pytest.fixture
def refused() -> Iterator[list[str]]:
    """Every answer that no page may have, to whatever was asked for."""
    found: list[str] = []
    yield found
    assert found == []


def visitor(new_page: NewPage, service: RunningService, refused: list[str]) -> Page:
    page = new_page(base_url=service.base_url, javascript=False, allow=(STATUS,))

    def hear(response: Response) -> None:
        if response.status not in MAY_BE and not 300 <= response.status < 400:
            refused.append(f"{response.request.method} {response.url}: {response.status}")

    page.on("response", hear)
    return page


def test_every_form_of_the_reporters_site(
    own_service: RunningService, new_page: NewPage, refused: list[str], weather: str
) -> None:
    reporter = Reporter(visitor(new_page, own_service, refused))
    reporter.begin()
    reporter.tell(JOKES)
    walk = Walk(reporter.page, re.compile(r"/(?!leave/)"))
    walk.look_round("/")
    for number in range(1, len(STEPS) + 1):
        walk.look_round(f"/report/{number}/")
    assert len(walk.forms) > 10, sorted(walk.forms)
    assert len(list(walk.post_all())) > 10
    after_sending = Walk(reporter.page, re.compile("$"))
    after_sending.look_round(SENDING)
    assert len(list(after_sending.post_all())) > 1
    reporter = Reporter(visitor(new_page, own_service, refused))
    reporter.begin()
    reporter.tell(JOKES)
    receipt = reporter.send()
    reporter.try_words(receipt)
    reporter.confirm_words()
    reporter.come_back(receipt)
    for number in range(reporter.page.locator("form").count()):
        inbox = Reporter(visitor(new_page, own_service, refused))
        inbox.come_back(receipt)
        form = inbox.page.locator("form").nth(number)
        press(inbox.page, form.locator(BUTTON).first)
    with leads_on(reporter.page):
        reporter.page.locator('a[href^="/leave/"]').first.click()
    assert reporter.page.url == weather
    assert "Dry, with sunny spells" in reporter.page.content()


@pytest.mark.parametrize("role", STAFF)
def test_every_form_of_the_staff_site(
    own_service: RunningService, new_page: NewPage, refused: list[str], role: str
) -> None:
    walk_the_staff_site(visitor(new_page, own_service, refused), own_service, STAFF[role])


def test_every_form_of_an_administrator(new_page: NewPage, refused: list[str], weather: str) -> None:
    """On a service of its own: what is posted here takes away others' second factor."""
    with running_service({"SPEAKUP_NEUTRAL_SITE": weather}) as service:
        walk_the_staff_site(visitor(new_page, service, refused), service, ADMINISTRATOR)


def walk_the_staff_site(page: Page, service: RunningService, email: str) -> None:
    sign_in(page, service, email)
    walk = Walk(page, re.compile(r"/staff/(?!sign-out)"))
    walk.look_round("/staff/")
    assert len(walk.pages) > 4, sorted(walk.pages)
    for _ in walk.post_all():
        if "/staff/sign-in/" in page.url:
            sign_in(page, service, email)


def sign_in(page: Page, service: RunningService, email: str) -> None:
    page.goto("/staff/sign-in/")
    page.get_by_label("Email address", exact=True).fill(email)
    page.get_by_label("Passphrase", exact=True).fill(service.passphrase)
    page.get_by_label("One-time code", exact=True).fill(service.code(email))
    with leads_on(page):
        page.get_by_role("button", name="Sign in", exact=True).click()
    assert "/sign-in/" not in page.url

"""What a member of a desk does, one method a thing."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.chromium import leads_on
from tests.journeys.running_service import RunningService
from tests.journeys.story import Story
from tests.journeys.visit import Visit

# A report in which nothing but the account was written.
NOTHING_SAID = "Kind of behaviour not said, nobody named"


class Staff(Visit):
    """A member of a desk at the staff site."""

    def __init__(
        self,
        page: Page,
        service: RunningService,
        name: str = "staff",
        *,
        thorough: bool = False,
        desk: str = "Professional Standards",
    ) -> None:
        super().__init__(page, name, thorough=thorough)
        self._service = service
        self._desk = desk
        self._seen: frozenset[str] = frozenset()

    def open_sign_in(self) -> None:
        self.page.goto(f"{self._service.base_url}/staff/")
        self.arrive("sign-in", "Sign in")

    def type_credentials(self, email: str, passphrase: str, code: str) -> None:
        self.write("Email address", email)
        self.write("Passphrase", passphrase)
        self.write("One-time code", code)

    def sign_in(self, email: str) -> None:
        """With the passphrase and a code that was not used before."""
        self.open_sign_in()
        self.type_credentials(email, self._service.passphrase, self._service.code(email))
        self.press("Sign in")
        self.at_what_waits()
        self._seen = frozenset(self._waiting())

    def at_what_waits(self) -> None:
        self.arrive("staff-home", re.compile(rf"What waits\s*{self._desk}"))

    def see_what_waits(self) -> None:
        self.page.goto(f"{self._service.base_url}/staff/")
        self.at_what_waits()

    def _waiting(self) -> dict[str, str]:
        """The headline of each report that waits by its path: of all pages of the list, and of no reminder or case."""
        found: dict[str, str] = {}
        while True:
            reports = self.page.locator("section[aria-labelledby=reports]")
            for link in reports.locator("tbody a").all():
                found[str(link.get_attribute("href"))] = link.inner_text()
            further = reports.get_by_role("link", name="Next reports")
            if not further.count():
                return found
            with leads_on(self.page):
                further.click()

    def know_what_waits(self) -> None:
        """Whatever comes after this is new."""
        self.see_what_waits()
        self._seen = frozenset(self._waiting())

    def open_new_report(self, headline: str, account: str) -> None:
        """The one with this headline and account that came since signing in, or since `know_what_waits`.

        Others may come meanwhile, and may read the same in the list: what a test before this one sent last arrives when
        the service is done with it.
        """
        self.see_what_waits()
        new = [path for path, said in self._waiting().items() if path not in self._seen and said == headline]
        for path in new:
            self.page.goto(f"{self._service.base_url}{path}")
            self._at_report(headline)
            if self.account() == account:
                return
        raise AssertionError(f"none of the {len(new)} new reports called {headline!r} is the one that was sent")

    def account(self) -> str:
        """What the report that is shown tells, as it was written."""
        return self.page.locator("section[aria-labelledby=account] .app-as-written").first.inner_text()

    def open_report(self, headline: str) -> None:
        """The only one with this headline."""
        self.follow(headline)
        self._at_report(headline)

    def _at_report(self, headline: str) -> None:
        self.arrive("staff-report", re.compile(rf"Report \S+\s*{re.escape(headline)}"))

    def reference(self) -> str:
        return self.page.title().removeprefix("Report ").removesuffix(" - SpeakUp")

    def assert_reads(self, story: Story, *, when: str) -> None:
        """Every answer is on the page, as it was written; a name given in confidence is not."""
        assert self.account() == story.account
        text = self.text()
        told = [story.danger, story.relation, *story.kinds, story.where, when, story.ongoing, story.knows, story.mode]
        told += [story.shape, story.more, *(story.middle.told if story.middle else ())]
        for person in story.people:
            told += [person.name, person.rank, person.team, person.collar_number, person.description]
        for words in (*told, *story.keep_out, story.file.name):
            assert words in text, words
        for secret in filter(None, (story.name, story.contact)):
            assert secret not in self.page.content()

    def save_as_sent(self, name: str) -> bytes:
        """See the file drawn, say why that is not enough, and save what was sent; then back to the report."""
        self.follow(name)
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(name)
        expect(self.page.get_by_role("img", name="The picture in the file")).to_be_visible()
        self.look()
        self.press("Save the file as it was sent")
        expect(self.page.get_by_role("alert")).to_contain_text("Say why you need the file as it was sent")
        self.look()
        self.write("Why you need it as it was sent", "To see what is on the board")
        with self.page.expect_download() as downloading:
            self.press_and_stay("Save the file as it was sent")
        assert downloading.value.suggested_filename == name
        with leads_on(self.page):
            self.page.locator(".govuk-back-link").click()
        return Path(downloading.value.path()).read_bytes()

    def reply(self, text: str) -> None:
        self.write("Your message", text)
        self.press("Send to the reporter")
        expect(self.page.locator(".app-message").last).to_contain_text(text)
        self.look()

    def messages(self) -> list[str]:
        """The texts of both sides, in the order of the page."""
        return self.page.locator(".app-message .app-as-written").all_inner_texts()

    def what_stands(self) -> str:
        """The whole page but its tokens, which differ each time."""
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", self.page.content())

    def open_address(self, url: str) -> tuple[int, str]:
        """Type an address: the status, and what stands there."""
        answer = self.page.goto(url)
        assert answer is not None
        return answer.status, self.what_stands()

    def sign_out(self) -> None:
        self.press("Sign out")
        self.arrive("sign-in", "Sign in")

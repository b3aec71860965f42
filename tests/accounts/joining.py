"""Somebody who opens an invitation's link in a browser of their own and joins by it."""

import base64
import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from speakup.accounts.inviting import invite_staff, link_of
from speakup.accounts.models import Invitation, StaffMember
from speakup.accounts.totp import current_code
from speakup.embedded.demonstration import Force
from tests.builders import sign_in_client

JOIN = "/staff/join/"
PASSPHRASE = "umbrella copper seldom violin harbour"
ADDRESS = "ada.minton@example.test"


def administrator(force: Force) -> StaffMember:
    return force.members["administrator"][0]


def administrators_browser(force: Force) -> Client:
    staff = administrator(force)
    return sign_in_client(staff, force.personal_secrets[staff.pk])


def invited(force: Force, *roles: str, email: str = ADDRESS, now: dt.datetime | None = None) -> Invitation:
    """An invitation of the force's administrator, as a triage officer where no role is said."""
    return invite_staff(
        email, "Ada Minton", roles or ("triage",), actor=administrator(force), now=now or timezone.now()
    )


def path_of(invitation: Invitation) -> str:
    """The path of the invitation's link."""
    return re.sub(r"^https?://[^/]+", "", link_of(invitation))


def code_of_page(page: str) -> str:
    """The code that an app shows now which was told the key on this page."""
    found = re.search(r'app-key">([A-Z2-7 ]+)<', page)
    assert found
    return current_code(base64.b32decode(found[1].replace(" ", "")), now=timezone.now())


@dataclass
class Joiner:
    """One browser. `page` is what stands in it."""

    client: Client = field(default_factory=Client)
    page: Any = None

    def open(self, path: str) -> Any:
        """Open the link and follow where it leads."""
        answer = self.client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, JOIN)
        self.page = self.client.get(JOIN)
        return self.page

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the form on the page."""
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.page.content.decode())
        return {name: value for name, value in found if name != "csrfmiddlewaretoken"}

    def choose(self, passphrase: str = PASSPHRASE, again: str | None = None) -> Any:
        """The first step."""
        typed = {"passphrase": passphrase, "again": passphrase if again is None else again}
        self.page = self.client.post(JOIN, {**self.hidden(), **typed})
        return self.page

    def type_code(self, code: str | None = None, **more: str) -> Any:
        """The second step, with the code that an app shows which scanned the page."""
        code = code or code_of_page(self.page.content.decode())
        self.page = self.client.post(JOIN, {**self.hidden(), "code": code, **more})
        return self.page

    def join(self, path: str) -> Any:
        """Both steps; the page that shows the recovery codes."""
        self.open(path)
        self.choose()
        return self.type_code()


def person(staff: StaffMember) -> str:
    return reverse("person", args=[staff.pk])

"""An administrator invites an auditor, who joins from the mail, reads the words out, and is let in."""

import base64
import email
import email.policy
import re
import time
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from speakup.accounts.totp import current_code
from tests.chromium import NewPage, leads_on
from tests.journeys.running_service import RunningService
from tests.journeys.staff import Staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

ADDRESS = "olwen.price@example.test"
PASSPHRASE = "umbrella copper seldom violin harbour"


def link_in_mail(service: RunningService, address: str) -> str:
    """The link of the newest mail to this address; the command does what the worker does every minute."""
    assert service.manage("sweep_clocks").returncode == 0
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        for path in sorted(Path(service.data, "mail").glob("*"), key=lambda one: one.stat().st_mtime, reverse=True):
            for text in path.read_text().split("-" * 79):
                message = email.message_from_string(text.strip(), policy=email.policy.default)
                if message["To"] == address:
                    found = re.search(r"^http\S+/join/\S+$", message.get_content(), re.MULTILINE)
                    assert found
                    return found[0]
        time.sleep(0.5)
    raise AssertionError("no invitation came")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_an_auditor_joins(service: RunningService, new_page: NewPage, javascript: bool) -> None:
    address = ADDRESS if javascript else f"plain.{ADDRESS}"
    page = new_page(base_url=service.base_url, javascript=javascript)
    admin = Staff(page, service, f"joining/administrator-{javascript}", thorough=True)
    admin.open_sign_in()
    admin.type_credentials("daniel.frost@example.test", service.passphrase, service.code("daniel.frost@example.test"))
    admin.press("Sign in")
    admin.follow("People")
    admin.arrive("people", "People")
    admin.follow("Daniel Frost")
    admin.arrive("person", "Daniel Frost")
    with leads_on(page):
        page.locator(".govuk-back-link").click()
    admin.press("Invite somebody")
    admin.arrive("people-invite", "Invite somebody")
    admin.see_error("Enter their email address", lambda: admin.press("Send the invitation"))
    admin.write("Email address", address)
    admin.write("Full name", "Olwen Price")
    admin.choose("Auditor")
    admin.press("Send the invitation")
    admin.arrive("person", "Olwen Price")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("The invitation goes out by mail")

    own = new_page(base_url=service.base_url, javascript=javascript)
    joiner = Staff(own, service, f"joining/auditor-{javascript}", thorough=True)
    # From a page of somebody else's, as a mail in a browser is.
    own.set_content(f'<a href="{link_in_mail(service, address)}">the link</a>')
    own.get_by_role("link").click()
    joiner.arrive("account-join", re.compile("Choose a passphrase"))
    assert own.url == f"{service.base_url}/staff/join/"
    if javascript:
        joiner.write("Passphrase", "password password")
        joiner.write("The same passphrase again", "password password")
        joiner.see_error("too easy to guess", lambda: joiner.press("Continue"))
    joiner.write("Passphrase", PASSPHRASE)
    joiner.write("The same passphrase again", PASSPHRASE)
    joiner.press("Continue")
    joiner.arrive("account-join", re.compile("Set up your authenticator app"))
    qr = own.get_by_role("img", name="QR code").locator("svg").bounding_box()
    assert qr is not None
    assert 120 <= qr["width"] <= 400
    key = base64.b32decode((own.locator(".app-key").text_content() or "").replace(" ", ""))
    joiner.write("Code from the app", current_code(key, now=timezone.now()))
    joiner.press("Make my account")
    joiner.arrive("account-join", re.compile("Keep your recovery codes"))
    assert own.locator(".app-codes li").count() == 10
    joiner.press("I have kept them: show me the words")
    expect(own.locator("body")).to_have_attribute("data-page", "account-words")
    joiner.look()
    words = " ".join(own.locator(".app-codes li").all_inner_texts())

    page.reload()
    admin.arrive("person", "Olwen Price")
    with leads_on(page):
        page.get_by_role("button", name="Type the words").click()
    admin.arrive("person-words", re.compile("Type the words"))
    admin.write("The 8 words", words)
    admin.press("These are the words")
    admin.arrive("person", "Olwen Price")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("They have their roles now")
    if javascript:
        with leads_on(page):
            page.get_by_role("link", name="Reset the login").click()
        admin.arrive("person-reset", re.compile("Reset the login"))
        admin.follow("Do nothing")
        with leads_on(page):
            page.get_by_role("link", name="End the account").click()
        admin.arrive("person-end", re.compile("End the account"))
        admin.press("End the account")
        admin.arrive("person", "Olwen Price")
    own.goto("/staff/account/words/")
    joiner.arrive("sign-in", "Sign in")

"""The pages of one's own account in a real browser: wide and narrow, with and without scripts, errors shown."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from speakup.accounts.models import RoleAssignment, StaffSession
from speakup.accounts.totp import current_code
from speakup.clocks.models import LastSweep
from tests.builders import make_member, sign_in_client
from tests.chromium import assert_accessible, leads_on
from tests.professional_standards.browsing import ADDRESS, picture, show_pages_of
from tests.web.test_looks import SMALL_TARGETS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ACCOUNT = "/staff/account/"
SUBMIT = "main form button:not([type=button])"


@pytest.fixture(autouse=True)
def swept(db):
    LastSweep.objects.create(id=1, at=timezone.now())


@pytest.fixture
def member(force):
    return force.members["triage"][0]


@pytest.fixture
def client(force, member):
    client = sign_in_client(member, force.personal_secrets[member.pk])
    client.handler.enforce_csrf_checks = True
    return client


def look_at(page, name):
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        picture(page, f"account-{name}", width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        assert page.evaluate(SMALL_TARGETS) == [], (name, width)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert_accessible(page)


def test_the_pages(force, member, client, new_page):
    page = new_page()
    show_pages_of(client, page)
    sign_in_client(member, force.personal_secrets[member.pk])
    for name in ("", "sessions/", "passphrase/", "compromised/", "factor/", "recovery-codes/"):
        page.goto(ADDRESS + ACCOUNT + name)
        look_at(page, name.strip("/") or "page")


def test_what_is_wrong_with_a_new_passphrase(client, new_page):
    page = new_page()
    show_pages_of(client, page)
    page.goto(f"{ADDRESS}{ACCOUNT}passphrase/")
    page.get_by_label("New passphrase", exact=True).fill("january february")
    page.get_by_label("The same new passphrase again").fill("x")
    with leads_on(page):
        page.locator(SUBMIT).click()
    assert page.title().startswith("Error: Change your passphrase")
    look_at(page, "passphrase-errors")


def test_a_new_app_without_scripts(client, member, new_page):
    page = new_page(javascript=False)
    show_pages_of(client, page)
    page.goto(f"{ADDRESS}{ACCOUNT}factor/")
    with leads_on(page):
        page.get_by_role("button", name="Show the QR code").click()
    assert page.get_by_role("img", name="QR code for your authenticator app").bounding_box()["width"] > 200
    page.get_by_label("Code from the app").fill("1")
    with leads_on(page):
        page.locator(SUBMIT).click()
    assert page.title().startswith("Error: Scan this with the app")
    assert page.get_by_text("The app does not show this code").count() == 2


def test_the_qr_code(client, new_page):
    page = new_page()
    show_pages_of(client, page)
    page.goto(f"{ADDRESS}{ACCOUNT}factor/")
    with leads_on(page):
        page.get_by_role("button", name="Show the QR code").click()
    page.get_by_label("Code from the app").wait_for()
    look_at(page, "enrol")


def test_ten_new_codes_after_a_code_was_asked_for_without_scripts(force, member, client, new_page):
    StaffSession.objects.update(factor_at=timezone.now() - dt.timedelta(minutes=6))
    page = new_page(javascript=False)
    show_pages_of(client, page)
    page.goto(f"{ADDRESS}{ACCOUNT}recovery-codes/")
    with leads_on(page):
        page.get_by_role("button", name="Make ten new codes").click()
    assert page.title().startswith("Enter a code again")
    page.get_by_label("One-time code").fill("000000")
    with leads_on(page):
        page.get_by_role("button", name="Continue").click()
    assert page.title().startswith("Error: Enter a code again")
    page.get_by_label("One-time code").fill(current_code(force.totp_secrets[member.pk], now=timezone.now()))
    with leads_on(page):
        page.get_by_role("button", name="Continue").click()
    assert page.title().startswith("Your new recovery codes")
    assert len(re.findall(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", page.locator("main").inner_text())) == 10


def test_ten_new_codes(client, new_page):
    page = new_page()
    show_pages_of(client, page)
    page.goto(f"{ADDRESS}{ACCOUNT}recovery-codes/")
    with leads_on(page):
        page.get_by_role("button", name="Make ten new codes").click()
    page.get_by_role("button", name="I have kept them").wait_for()
    look_at(page, "recovery-codes-made")


def test_the_code_is_asked_for_again(client, new_page):
    StaffSession.objects.update(factor_at=timezone.now() - dt.timedelta(minutes=6))
    page = new_page()
    show_pages_of(client, page)
    page.goto(f"{ADDRESS}{ACCOUNT}recovery-codes/")
    with leads_on(page):
        page.get_by_role("button", name="Make ten new codes").click()
    with leads_on(page):
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("alert").wait_for()
    look_at(page, "asking-again")


def test_who_waits_for_a_roster(force, new_page):
    made = make_member("Ada Minton")
    RoleAssignment.objects.create(staff=made.staff, role="triage")
    page = new_page()
    show_pages_of(sign_in_client(made.staff, made.secret), page)
    page.goto(ADDRESS + ACCOUNT)
    look_at(page, "waiting")

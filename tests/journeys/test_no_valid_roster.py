"""Intake closes while no roster verifies, says where else to go, and takes the same report when one does again; the
people of a desk are told, and its keyholders have a page for who joins and leaves."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.chromium import NewPage, leads_on
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import RunningService
from tests.journeys.staff import Staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_intake_closes_and_nothing_is_lost(service: RunningService, new_page: NewPage, javascript: bool) -> None:
    floor = service.data / "rosters" / "floor.json"
    page = new_page(base_url=service.base_url, javascript=javascript, allow=("status of 503",))
    reporter = Reporter(page, "no-roster", thorough=javascript)
    reporter.begin()
    reporter.tell_only("Said while nothing could be sealed: tansy-lantern.")
    kept = floor.rename(floor.with_name(f"{secrets.token_hex(4)}.json"))
    try:
        with reporter.page.expect_response(lambda answer: answer.request.method == "POST") as posted:
            reporter.press("Send")
        assert posted.value.status == 503
        expect(reporter.page.get_by_role("heading", name="Your report was not sent")).to_be_visible()
        expect(reporter.page.get_by_role("heading", name="Others you can tell")).to_be_visible()
        assert "only the right people could open it" in reporter.text()
    finally:
        kept.rename(floor)
    reporter.press("Try to send it again")
    reporter.at_question(re.compile("Your report was sent"))


def test_a_desk_is_told_that_its_roster_does_not_verify(service: RunningService, new_page: NewPage) -> None:
    floor = service.data / "rosters" / "floor.json"
    staff = Staff(new_page(base_url=service.base_url), service, "no-roster/staff", thorough=True)
    staff.sign_in("tomasz.nowak@example.test")
    staff.follow("Your desk")
    staff.arrive("desk", "Your desk")
    assert "Imran Sheikh" in staff.text()
    kept = floor.rename(floor.with_name(f"{secrets.token_hex(4)}.json"))
    try:
        staff.page.reload()
        expect(staff.page.get_by_text("This roster does not verify").first).to_be_visible()
    finally:
        kept.rename(floor)


def test_a_keyholder_sees_who_waits_and_what_is_asked(service: RunningService, new_page: NewPage) -> None:
    staff = Staff(new_page(base_url=service.base_url), service, "rosters/keyholder", thorough=True)
    staff.sign_in("helen.marsh@example.test")
    staff.follow("Your desk")
    with leads_on(staff.page):
        staff.page.get_by_role("link", name="Somebody joins or leaves").first.click()
    staff.arrive("desk-change", re.compile("Somebody joins or leaves"))
    staff.see_error("Choose who leaves", lambda: staff.press("Sign the next roster"))

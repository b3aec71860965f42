"""Somebody comes back to a report and walks away from the browser: an hour later it opens the report for nobody."""

from functools import partial

import pytest
from playwright.sync_api import Request, expect

from tests.chromium import NewPage, go_back
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import RunningService

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

INBOX = "Where your report stands"


@pytest.mark.parametrize("javascript", [True, False])
def test_what_the_browser_can_send_again_opens_nothing(
    service: RunningService, new_page: NewPage, javascript: bool
) -> None:
    reporter = Reporter(new_page(javascript=javascript, base_url=service.base_url))
    reporter.begin()
    reporter.tell_only("I want to come back to this: saddle-heron.")
    words = reporter.send()

    page = new_page(javascript=javascript, base_url=service.base_url)
    back = Reporter(page)
    back.open_return()
    back.write("Your eight words, or the numbers", "these are not the words")
    back.press("Open")
    expect(page.get_by_label("Your eight words, or the numbers", exact=True)).to_have_value("these are not the words")
    assert page.title().startswith("Error:")
    back.write("Your eight words, or the numbers", words)
    back.press("Open")
    back.at_inbox()

    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if request.is_navigation_request() else None)
    page.reload()
    back.at_inbox()
    assert [request.method for request in asked] == ["GET"]

    page.context.clear_cookies(name="r")  # an hour later the browser has dropped it, and the site its row
    backwards = partial(go_back, page)
    for again in (page.reload, backwards, backwards, page.go_forward, page.go_forward, page.reload):
        again()
        expect(page.locator("h1")).not_to_have_text(INBOX)
        assert words not in page.content()
    assert {request.method for request in asked} == {"GET"}

"""The same question answered in two windows: neither text is lost."""

import pytest
from playwright.sync_api import expect

from speakup.reporting.questions import step_number
from tests.chromium import NewPage
from tests.journeys.reporter import MORE, Reporter
from tests.journeys.running_service import RunningService

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

FIRST, SECOND = "In the first window: curlew-basin.", "In the second window: pewter-ladder."


def test_the_second_window_shows_both_texts(service: RunningService, new_page: NewPage) -> None:
    one = Reporter(new_page(base_url=service.base_url))
    one.begin()
    other = Reporter(one.page.context.new_page(), "two-windows", thorough=True)
    for window in (one, other):
        window.page.goto(f"/report/{step_number('account')}/")
        window.at_question("What happened?")
    one.answer_account(FIRST)

    other.write_account(SECOND)
    other.press("Continue")
    other.at_question("What happened?")
    expect(other.page.get_by_role("heading", name="You changed this in another window")).to_be_visible()
    expect(other.page.locator("[data-kept]")).to_have_text(FIRST)
    expect(other.page.get_by_label("Use your own words, in any order")).to_have_value(SECOND)
    other.press("Continue")
    other.at_question(MORE)

    one.page.goto(f"/report/{step_number('account')}/")
    expect(one.page.get_by_label("Use your own words, in any order")).to_have_value(SECOND)

"""The whole way: sent, triaged, a case, assigned, reminded of, moved to its outcome, told at each step, and counted."""

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from speakup.web.days import london_day
from tests.chromium import NewPage, leads_on
from tests.journeys.caseworker import Caseworker
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import PROJECT, RunningService, running_service
from tests.journeys.story import JOKES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1800), pytest.mark.xdist_group("outcome")]

TITLE = "B team at Fairholt"
SERGEANT = "Dale Winterbourne"
STAGES = (
    "Severity assessment",
    "Investigator appointed",
    "Investigation",
    "Investigation report",
    "Determination",
)
TOLD = (
    "We have recorded it and are assessing it",
    "We are deciding how serious it is",
    "An investigator has your case",
    "We are investigating",
    "The investigation has finished",
    "A decision is being made",
    "There is an outcome",
    "We are about to tell you what we did and why",
    "We will check in with you",
)
# Commands of `manage.py` as they would run at another moment: nothing of the service knows that it is moved.
AT_ANOTHER_TIME = """
import datetime, sys, time_machine
from django.core.management import execute_from_command_line
with time_machine.travel(datetime.datetime.fromisoformat(sys.argv[1]), tick=True):
    execute_from_command_line(["manage.py", *sys.argv[2:]])
"""


@pytest.fixture
def own_service() -> Iterator[RunningService]:
    """A service for one test alone: what it does at another time would end the sessions of others."""
    with running_service() as running:
        yield running


def at(moment: dt.datetime, service: RunningService, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-c", AT_ANOTHER_TIME, moment.isoformat(), *arguments],
        cwd=PROJECT,
        env={**service.environment, "DJANGO_SETTINGS_MODULE": "speakup.settings"},
        check=True,
        capture_output=True,
        timeout=120,
    )


def days_later(days: int) -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("javascript", "width"),
    [
        pytest.param(True, 1280, id="scripts"),
        pytest.param(False, 320, id="no-scripts-narrow"),
    ],
)
def test_a_report_goes_all_the_way_to_its_outcome(
    own_service: RunningService, new_page: NewPage, javascript: bool, width: int
) -> None:
    service = own_service
    way = "with-scripts" if javascript else "without-scripts"

    def page(width: int = width, allow: tuple[str, ...] = ()) -> Page:
        return new_page(javascript=javascript, width=width, base_url=service.base_url, allow=allow)

    def worker(email: str, album: str, allow: tuple[str, ...] = ()) -> Caseworker:
        made = Caseworker(page(allow=allow), service, f"{way}/{album}", thorough=True)
        made.sign_in(f"{email}@example.test")
        return made

    sender = Reporter(page(), f"{way}/4-to-an-outcome")
    sender.begin()
    sender.tell(JOKES)
    words = sender.send()

    # Somebody else of the desk sees it too, until it becomes a case.
    colleague = worker("tomasz.nowak", "5-colleague", allow=("404",))
    colleague.open_only_report()
    report_url = colleague.page.url

    officer = worker("grace.adeyemi", "6-triage")
    officer.open_only_report()
    officer.reply("Thank you. A person has read what you wrote.")
    officer.assess(risk="High", vawg="Yes")
    officer.ask("Which of the two drives the green van? You can leave this.")

    reader = Reporter(page(), f"{way}/7-coming-back", thorough=True)
    reader.come_back(words)
    expect(reader.page.locator("[data-standing]")).to_have_text("We have asked you a question")
    assert "driv" in reader.read_message()
    reader.answer_message("Dale drives it: swallow-lantern.")

    officer.see_what_waits()
    expect(officer.page.locator("tbody")).to_contain_text("The reporter wrote on")
    officer.page.goto(report_url)
    assert "swallow-lantern" in officer.text()
    officer.open_case(TITLE, owner="Grace Adeyemi, Triage officer", iopc="Must be referred: by the end of tomorrow")
    case_url = officer.page.url
    assert officer.stages() == ["Conduct matter decision"] * 2
    expect(officer.page.locator("section[aria-labelledby=waits]")).to_contain_text("Mandatory referral to the IOPC")
    assert colleague.open_address(report_url)[0] == 404
    assert colleague.open_address(case_url)[0] == 404

    # The supervisor is kept out by the report: what is overdue comes to the head instead, each step once.
    supervisor = worker("imran.sheikh", "8-kept-out", allow=("404",))
    head = worker("helen.marsh", "9-head")
    assert head.reminders() == []
    at(days_later(12), service, "sweep_clocks")
    raised = officer.reminders()
    at(days_later(12), service, "sweep_clocks")
    assert officer.reminders() == raised
    assert len(raised) == len(set(raised)) > 0
    assert supervisor.reminders() == []
    assert supervisor.open_address(case_url)[0] == 404
    come_up = head.reminders()
    assert len(come_up) == len(set(come_up)) > 0
    with leads_on(head.page):
        head.page.locator("section[aria-labelledby=reminders] tbody a").first.click()
    head.arrive("staff-reminder", re.compile("Reminder"))
    assert head.reminders() == come_up[1:]

    head.see_case(case_url, TITLE)
    head.assign_investigator("Charlotte Okafor, Investigator", TITLE)
    investigator = worker("charlotte.okafor", "10-investigator")
    investigator.see_case(case_url, TITLE)
    investigator.add_note("Seen the duty states for March: plover-hinge.", TITLE)
    outsider = worker("gareth.llewellyn", "11-another-investigator", allow=("404",))
    assert outsider.open_address(case_url)[0] == 404
    assert outsider.open_address(report_url)[0] == 404

    officer.see_case(case_url, TITLE)
    assert "plover-hinge" in officer.text()
    officer.record_referral(SERGEANT, "Referred", TITLE)
    for person in (SERGEANT, "a tall one they call Stretch"):
        for stage in STAGES:
            officer.move(person, stage, TITLE)
        officer.move(person, "Outcome recorded", TITLE, determination="No case to answer", outcome="No further action")
        officer.move(person, "Concluded", TITLE)
    assert officer.stages() == ["Concluded"] * 2

    officer.page.goto(report_url)
    officer.tell("Give feedback", "We looked at it all. This is what we found.", "Send the feedback")
    officer.give_reason("End after-care", "Close the report")

    reader = Reporter(page(), f"{way}/12-told", thorough=True)
    reader.come_back(words)
    expect(reader.page.locator("[data-standing]")).to_have_text("Closed. You can still message us")
    lines = [text for _, text in all_lines(reader)]
    for told in TOLD:
        assert told in lines, (told, lines)
    assert not any("Counter" in line or "IOPC" in line for line in lines)

    # Counted: the quarter is closed and released, and HR sees a number that says nothing.
    at(days_later(1), service, "run_nightly")
    at(days_later(150), service, "make_release")
    analyst = Caseworker(page(), service, f"{way}/13-culture", thorough=True)
    analyst.open_sign_in()
    analyst.type_credentials(
        "joanna.whitfield@example.test", service.passphrase, service.code("joanna.whitfield@example.test")
    )
    analyst.press("Sign in")
    analyst.arrive("culture", "Culture")
    expect(analyst.page.locator("table")).to_contain_text("not shown")
    assert "Demonstration. Not audited" in analyst.text()
    assert quarter_of_today() in analyst.text()


def all_lines(reader: Reporter) -> list[tuple[str, str]]:
    """Every line of the inbox, page by page."""
    lines = reader.inbox_lines()
    while reader.page.get_by_role("button", name="Older", exact=True).count():
        reader.press("Older")
        reader.at_inbox()
        lines += reader.inbox_lines()
    return lines


def quarter_of_today() -> str:
    today = london_day(dt.datetime.now(dt.UTC))
    first = (today.month - 1) // 3 * 3 + 1
    return dt.date(today.year, first, 1).strftime("%B")

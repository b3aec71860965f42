"""Every page of the desk in a real browser: wide and narrow, with what is wrong said on it."""

import pytest

from tests.chromium import assert_accessible
from tests.professional_standards.browsing import ADDRESS, picture, show_pages_of
from tests.professional_standards.filling import fill, form_of
from tests.professional_standards.work import (
    acknowledged,
    assessed,
    opened_case,
    path_of,
    proceeding_of,
    subject_of,
)
from tests.reporting.builders import people, person, sent_report
from tests.web.test_looks import SMALL_TARGETS

pytestmark = pytest.mark.browser

SUBMITS = "main form button:not([name])"


@pytest.fixture
def look(new_page):
    """look(client, path, name, send=False): the page at both widths, after sending its form empty where asked."""

    def make(client, path, name, *, send=False):
        for width in (1280, 320):
            page = new_page(width=width)
            show_pages_of(client, page)
            page.goto(ADDRESS + path)
            if send:
                page.locator(SUBMITS).first.click()
                assert page.title().startswith("Error: "), page.title()
            page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
            picture(page, name, width)
            assert_accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert page.evaluate(SMALL_TARGETS) == []

    return make


def test_what_waits(signed_in, force, look):
    client = signed_in("triage")
    for answers in (
        {},
        {"danger": {"choice": "yes"}},
        {**people(person("Dale Winters", "4411"), person("A. Long-Name-That-Breaks-Nowhere" * 2))},
    ):
        sent_report(answers)
    acknowledged(client)
    opened_case(client, force.members["triage"][0].id)
    look(client, "/staff/", "home")
    look(signed_in("supervisor"), "/staff/supervision/", "supervision")


def test_the_appropriate_authority_sees_counts(signed_in, look):
    look(signed_in("appropriate_authority"), "/staff/", "authority")


def test_a_report_and_what_may_be_done_with_it(signed_in, look):
    client = signed_in("triage")
    look(client, path_of("report", sent_report().id), "report-new")
    sent = acknowledged(client)
    look(client, path_of("report", sent.id, "triage"), "triage")
    look(client, path_of("report", sent.id, "triage"), "triage-wrong", send=True)
    sent = assessed(client)
    look(client, path_of("report", sent.id), "report-assessed")
    for act in ("ask", "pass", "send-out", "close", "join", "open-case"):
        look(client, path_of("report", sent.id, act), act)
        look(client, path_of("report", sent.id, act), f"{act}-wrong", send=True)
    look(client, path_of("report", sent.id, "end"), "not-now")


def test_two_people_assess_at_once(signed_in, look):
    first, second = signed_in("triage"), signed_in("supervisor")
    sent = assessed(first)
    path = path_of("report", sent.id, "triage")
    stale = second.get(path)
    fill(first, path, {"risk": "critical", "reason": "She is in danger."})
    typed = form_of(stale, path).filled({"risk": "low", "reason": "Nothing in it."})
    again = second.post(path, typed)
    assert again.status_code == 200


def test_a_case(signed_in, force, look):
    client = signed_in("triage")
    case = opened_case(client, force.members["triage"][0].id)
    path = path_of("case", case.id)
    fill(client, path + "notes/", {"text": "Rang the station."}, on=path)
    look(client, path, "case")
    look(client, path + "assign/", "assign")
    subject, proceeding = subject_of(case), proceeding_of(case)
    look(client, f"{path}people/{subject.id}/", "subject")
    look(client, f"{path}people/{subject.id}/iopc/", "iopc")
    look(client, f"{path}people/{subject.id}/iopc/", "iopc-wrong", send=True)
    look(client, f"{path}proceedings/{proceeding.id}/move/?to=severity", "move")
    look(client, f"{path}proceedings/{proceeding.id}/move/?to=severity", "move-wrong", send=True)
    look(client, path + "close/", "close-case")
    report = path_of("report", case.joined.get().report_id)
    look(client, report, "report-in-case")
    for act in ("update", "feedback", "leave-case"):
        look(client, report + f"{act}/", act)

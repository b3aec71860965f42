"""Every page of the desk in a real browser: wide and narrow, with what is wrong said on it."""

import datetime as dt

import pytest
from django.utils import timezone

from speakup.clocks.models import Clock, LastSweep
from speakup.reporting.models import Report
from tests.chromium import assert_accessible
from tests.professional_standards.browsing import ADDRESS, picture, show_pages_of
from tests.professional_standards.filling import fill
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
def look(new_page, force):
    """look(client, path, name, typed=None): the page wide and narrow, after typing into its form and sending it.

    `typed` is what to type by the name of the field ({}: send it empty); `meanwhile` is called before it is sent.
    """
    LastSweep.objects.create(id=1, at=timezone.now())
    page = new_page()

    def make(client, path, name, *, typed=None, meanwhile=None, title="Error: "):
        page.set_viewport_size({"width": 1280, "height": 800})
        page.unroute_all()
        show_pages_of(client, page)
        page.goto(ADDRESS + path)
        if typed is not None:
            for field, text in typed.items():
                page.locator(f"[name={field}]").fill(text)
            if meanwhile:
                meanwhile()
            page.locator(SUBMITS).first.click()
            assert page.title().startswith(title), page.title()
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            picture(page, name, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            assert page.evaluate(SMALL_TARGETS) == [], (name, width)
        assert_accessible(page)

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
    look(client, path_of("report", sent.id, "triage"), "triage-wrong", typed={})


@pytest.mark.slow
def test_every_act_on_a_report(signed_in, force, look):
    client = signed_in("triage")
    opened_case(client, force.members["triage"][0].id)
    sent = assessed(client)
    look(client, path_of("report", sent.id), "report-assessed")
    look(signed_in("supervisor"), path_of("report", sent.id), "report-of-leader")
    for act in ("ask", "pass", "send-out", "close", "join", "open-case"):
        look(client, path_of("report", sent.id, act), act)
        look(client, path_of("report", sent.id, act), f"{act}-wrong", typed={})
    look(client, path_of("report", sent.id, "end"), "not-now")


def test_two_people_assess_at_once(signed_in, look):
    first, second = signed_in("triage"), signed_in("supervisor")
    sent = assessed(first)
    path = path_of("report", sent.id, "triage")
    look(
        second,
        path,
        "both",
        typed={"reason": "Nothing in it."},
        meanwhile=lambda: fill(first, path, {"risk": "critical", "reason": "She is in danger."}),
        title="Assess",
    )


def test_nobody_was_reminded_and_the_bank_holidays_end(signed_in, look):
    LastSweep.objects.update(at=timezone.now() - dt.timedelta(hours=1))
    look(signed_in("triage"), "/staff/", "late-sweep")


def test_a_case(signed_in, force, look):
    client = signed_in("triage")
    case = opened_case(client, force.members["triage"][0].id)
    path = path_of("case", case.id)
    fill(client, path + "notes/", {"text": "Rang the station."}, on=path)
    look(client, path, "case")


@pytest.mark.slow
def test_every_act_on_a_case(signed_in, force, look):
    client = signed_in("triage")
    case = opened_case(client, force.members["triage"][0].id)
    path = path_of("case", case.id)
    look(client, path + "assign/", "assign")
    subject, proceeding = subject_of(case), proceeding_of(case)
    look(client, f"{path}people/{subject.id}/", "subject")
    look(client, f"{path}people/{subject.id}/iopc/", "iopc")
    look(client, f"{path}people/{subject.id}/iopc/", "iopc-wrong", typed={})
    look(client, f"{path}proceedings/{proceeding.id}/move/?to=severity", "move")
    look(client, f"{path}proceedings/{proceeding.id}/move/?to=severity", "move-wrong", typed={})
    look(client, path + "close/", "close-case")
    leader = signed_in("supervisor")
    clock = Clock.objects.get(owner_id=proceeding.id)
    look(leader, path, "case-of-leader")
    look(leader, f"{path}clocks/{clock.id}/extend/", "extend")
    look(leader, f"{path}clocks/{clock.id}/extend/", "extend-wrong", typed={})
    look(client, f"{path}clocks/{clock.id}/extend/", "extend-not-mine")
    report = path_of("report", case.joined.get().report_id)
    look(client, report, "report-in-case")
    for act in ("update", "feedback", "leave-case"):
        look(client, report + f"{act}/", act)


def test_what_is_finished(signed_in, look):
    client = signed_in("triage")
    sent_report()
    sent_report({**people(person("Dale Winters", "4411"), person("A. Long-Name-That-Breaks-Nowhere" * 2))})
    Report.objects.update(state="closed", next_due_at=None)
    look(client, "/staff/finished/", "finished")
    look(signed_in("supervisor"), "/staff/finished/", "finished-supervisor")

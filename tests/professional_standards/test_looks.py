"""Every page of the desk in a real browser: wide and narrow, with what is wrong said on it."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from professional_standards import sealing_older, work_left
from professional_standards.conflicts import declare_conflict_on_report
from professional_standards.rekeying import make_epoch_of_report
from speakup.accounts.models import Desk
from speakup.clocks.models import Clock, LastSweep
from speakup.ledger.checkpoints import sign_checkpoint
from speakup.reporting.models import IdentityRequest, Report
from tests.accounts.test_roster_changes import HEAD, SUPERVISOR, joiner, propose, with_another, words_of
from tests.chromium import assert_accessible, leads_on
from tests.professional_standards.browsing import ADDRESS, picture, show_pages_of
from tests.professional_standards.casework import Desk as DeskAtWork
from tests.professional_standards.filling import fill
from tests.professional_standards.test_leaving import leaves
from tests.professional_standards.work import (
    acknowledged,
    assessed,
    opened_case,
    path_of,
    proceeding_of,
    subject_of,
)
from tests.reporting.builders import people, person, sent_report
from tests.reporting_pages.conftest import Browser
from tests.reporting_pages.test_files import HERE as FILES_PAGE
from tests.reporting_pages.test_files import file
from tests.web.test_looks import SMALL_TARGETS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SUBMITS = "main form button:not([name]):not([type=button])"


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
            with leads_on(page):
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


def test_work_that_changes_hands(signed_in, force, look, monkeypatch):
    for service in (work_left.take_up_work_left, sealing_older.seal_older):
        monkeypatch.setitem(service.__kwdefaults__, "seconds", 0.0)
    made = joiner("triage", "Ivy Malory")
    for _ in range(3):
        sent_report()
    propose(force, "psd", HEAD, with_another("psd", "triage", made), words_of(made))
    leaves(force, "grace.adeyemi@example.test")
    client = signed_in("triage", 1)
    older = reverse("staff-older", args=[Desk.objects.get(code="psd").pk, made.staff.pk])
    look(client, "/staff/", "home-left")
    look(client, "/staff/handing-over/", "handing-over")
    look(client, "/staff/handing-over/left/", "work-left")
    look(client, fill(client, "/staff/handing-over/left/", {})["Location"], "work-left-going")
    look(client, older, "older")
    look(client, fill(client, older, {})["Location"], "older-going")


def test_what_is_finished(signed_in, look):
    client = signed_in("triage")
    sent_report()
    sent_report({**people(person("Dale Winters", "4411"), person("A. Long-Name-That-Breaks-Nowhere" * 2))})
    Report.objects.update(state="closed", next_due_at=None)
    look(client, "/staff/finished/", "finished")
    look(signed_in("supervisor"), "/staff/finished/", "finished-supervisor")


def test_a_desk_with_a_history_and_somebody_who_waits(signed_in, force, look):
    ivy = joiner("triage")
    propose(force, "psd", HEAD, with_another("psd", "triage", ivy), words_of(ivy))
    joiner("triage", "A. Long-Name-That-Breaks-Nowhere" * 2)
    head = signed_in("head_of_psd")
    look(head, "/staff/desk/", "desk-history")
    psd_head = joiner("head_of_psd", "Olive Malory")
    propose(force, "psd", SUPERVISOR, with_another("psd", "head_of_psd", psd_head), words_of(psd_head))
    look(signed_in("ccu_supervisor"), "/staff/", "home-signature")
    custodian = joiner("identity_custodian", "Rose Malory")
    first = force.members["identity_custodian"][0].email
    after = with_another("identity_custodians", "identity_custodian", custodian)
    propose(force, "identity_custodians", first, after, words_of(custodian))
    look(signed_in("identity_custodian", 1), "/staff/names/", "names-signature")


def test_names(signed_in, force, look):
    sent = sent_report({"mode": {"mode": "confidential", "name": "Ottoline Fenwarrow", "contact": ""}})
    client, custodian = signed_in("supervisor"), signed_in("identity_custodian")
    page = path_of("report", sent.id, "name")
    look(client, page, "name-ask")
    look(client, page, "name-ask-wrong", typed={})
    fill(client, page, {"why": "Her life is in danger.", "emergency": "yes"})
    look(client, page, "name-asked")
    request = f"/staff/names/{IdentityRequest.objects.get().id}/"
    look(custodian, "/staff/names/", "names")
    look(custodian, request, "name-decide")
    look(custodian, request, "name-decide-wrong", typed={})
    until = timezone.localdate()
    days = {"until-day": str(until.day), "until-month": str(until.month), "until-year": str(until.year)}
    fill(custodian, request, {"answer": "release", "why": "It is.", **days})
    look(client, page, "name-released")
    look(signed_in("head_of_psd"), "/staff/", "home-emergency")
    look(signed_in("head_of_psd"), request, "name-review")


def test_a_reporter_says_later_who_they_are(client, force, new_page):
    words = sent_report().words
    client.post("/return/", {"words": words})
    page = new_page()
    show_pages_of(client, page)
    page.goto(ADDRESS + "/return/")
    with leads_on(page):
        page.get_by_role("button", name="Tell us who you are").click()
    for name in ("reporter-name", "reporter-name-wrong"):
        if name.endswith("wrong"):
            with leads_on(page):
                page.locator(SUBMITS).first.click()
            assert page.title().startswith("Error: ")
        look_wide_and_narrow(page, name)
    page.get_by_label("Only the identity custodians").check()
    page.get_by_label("Your name").fill("Ottoline Fenwarrow")
    with leads_on(page):
        page.locator(SUBMITS).first.click()
    page.get_by_text("You told the identity custodians who you are").wait_for()
    picture(page, "reporter-name-given", 320)
    with leads_on(page):
        page.get_by_role("button", name="Let everybody who reads the report know your name").click()
    page.get_by_text("We ask for your name again").wait_for()
    look_wide_and_narrow(page, "reporter-name-again")


def look_wide_and_narrow(page, name):
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        picture(page, name, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        assert page.evaluate(SMALL_TARGETS) == [], (name, width)
    assert_accessible(page)


def test_a_reporter_whose_report_was_locked_anew(client, force, new_page):
    desk = DeskAtWork(force)
    sent = desk.sent()
    client.post("/return/", {"words": sent.words})
    page = new_page()
    show_pages_of(client, page)
    page.goto(ADDRESS + "/return/")
    with leads_on(page):
        page.get_by_role("button", name="Write to us or add something").click()
    page.locator("textarea").fill("He came back.")
    look_wide_and_narrow(page, "reporter-write")
    declare_conflict_on_report(sent.id, "She is my sister.", **desk.as_(desk.member("triage")))
    make_epoch_of_report(sent.id, **desk.as_(desk.member("triage", 1)))
    with leads_on(page):
        page.locator(SUBMITS).first.click()
    page.get_by_text("The lock of your report was changed").wait_for()
    look_wide_and_narrow(page, "reporter-relocked-write")
    page.goto(ADDRESS + "/return/")
    look_wide_and_narrow(page, "reporter-relocked")


def test_the_ledger_and_what_cannot_be_looked_for(signed_in, force, look, settings, tmp_path):
    client = signed_in("triage")
    case = opened_case(client, force.members["triage"][0].id)
    look(signed_in("supervisor"), "/staff/ledger/", "ledger")
    look(signed_in("supervisor"), f"/staff/ledger/?reference={case.reference}", "ledger-case")
    look(signed_in("supervisor"), "/staff/ledger/", "ledger-refused", typed={"day-day": "31", "day-month": "2"})
    look(signed_in("auditor"), "/staff/ledger/all/", "ledger-unsigned")
    settings.CHECKPOINT_FILE = tmp_path / "checkpoints.jsonl"
    sign_checkpoint({}, now=timezone.now())
    look(signed_in("auditor"), "/staff/ledger/all/", "ledger-audit")


STICKS_OUT = """() => {
  const edge = document.querySelector('.govuk-summary-list').getBoundingClientRect().right
  return [...document.querySelectorAll('[name=remove]')].some((each) => each.getBoundingClientRect().right > edge + 1)
}"""


def test_the_button_beside_a_file_stays_inside_the_list(force, new_page):
    begun = Browser().start()
    begun.get(FILES_PAGE)
    begun.post(FILES_PAGE, {"attachments": [file("one.txt"), file("long-name" * 9 + ".txt")], "upload": "yes"})
    page = new_page()
    show_pages_of(begun.client, page)
    page.goto(ADDRESS + FILES_PAGE)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        picture(page, "files", width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not page.evaluate(STICKS_OUT), width

"""Whoever has the wrong role learns nothing by asking: an address of the staff site answers alike, to the byte and to
the query, whether what it names is there or not (adversaries.md: HR, somebody reported elsewhere, an investigator)."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.http import Http404, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from notifications.sweep import sweep_clocks
from professional_standards import urls
from speakup.accounts.door import may_enter
from speakup.accounts.models import Desk as DeskRow
from speakup.accounts.models import RoleAssignment
from speakup.clocks.models import Clock, Reminder
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.reporting.models import Attachment, Report
from tests.attacks.dumping import dump
from tests.attacks.travelling import ReporterBrowser, fill_in, staff_browser, staff_post
from tests.builders import make_member, sign_in_client
from tests.professional_standards.casework import Desk, only_proceeding

pytestmark = pytest.mark.slow

NOW = dt.datetime(2031, 2, 13, 14, 5, 11, tzinfo=dt.UTC)
HEAD = "helen.marsh@example.test"
CONFLICTS = {"staff-conflict-report", "staff-conflict-case"}
# Ids that lead to nothing, one for each name that stands in an address.
NOWHERE = {
    name: UUID(int=0x7F3C0A529A534A8EB7C152F8F6A4D900 + number)
    for number, name in enumerate(
        (
            "report_id",
            "attachment_id",
            "case_id",
            "subject_id",
            "proceeding_id",
            "reminder_id",
            "clock_id",
            "staff_id",
            "desk_id",
            "request_id",
        ),
        start=1,
    )
}
# Who asks: a role of which they are the first, or one that is given to somebody new.
WRONG_ROLES = {
    "HR": "joanna.whitfield@example.test",
    "the administrator": "daniel.frost@example.test",
    "the appropriate authority": "margaret.ellison@example.test",
    "a custodian": "patricia.lowe@example.test",
    "an investigator without the case": "gareth.llewellyn@example.test",
    "the head of another desk": "robert.iveson@example.test",
    "an auditor": "",
}
COLLEAGUE = "sian.pritchard@example.test"
OWN_PAGES = {
    "HR": {"culture", "culture-file"},
    "the administrator": {"dead-letters", "dead-letters-retry", "people", "people-invite"},
    "an auditor": {"staff-audit"},
}
# Administrators' pages about one account, and what is open to nobody but whoever has an invitation's link.
OF_ACCOUNTS = {
    "person",
    "person-give-role",
    "person-take-role",
    "person-words",
    "person-renew",
    "person-reset",
    "person-end",
}
OPEN_BEFORE_SIGN_IN = {"sign-in", "account-join", "account-join-link"}
# What everybody has, whatever their role: it tells of nobody but themself.
OF_ONES_OWN = {
    "account",
    "account-sessions",
    "account-passphrase",
    "account-compromised",
    "account-factor",
    "account-recovery-codes",
    "account-words",
}
# Anything that a form of the site might want.
POSTED = {
    "text": "hello",
    "reason": "because",
    "why": "because",
    "title": "a title",
    "to": "concluded",
    "seq": "1",
    "version": "1",
    "desk": "ccu",
    "case": str(NOWHERE["case_id"]),
    "retry": "1",
    "until-day": "1",
    "until-month": "3",
    "until-year": "2031",
}


@dataclass(frozen=True)
class Address:
    """A URL of the staff site: its name, and the names of the ids in it."""

    name: str
    route: str
    ids: tuple[str, ...]

    def path(self, ids: dict[str, UUID]) -> str:
        """The address of these objects."""
        return re.sub(r"<\w+:(\w+)>", lambda part: str(ids.get(part[1], 1)), self.route)


@pytest.fixture(autouse=True)
def at_one_moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def patterns(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, path)
        else:
            yield path, entry


def addresses() -> list[Address]:
    """Every URL of the staff site but signing in and out."""
    found = [
        Address(entry.name or "", route, tuple(re.findall(r"<uuid:(\w+)>", route)))
        for route, entry in patterns(get_resolver("speakup.urls.staff"))
        if route.startswith("/staff/") and entry.name not in {*OPEN_BEFORE_SIGN_IN, "sign-out"}
    ]
    assert {"staff-home", "staff-report", "culture", "dead-letters"} <= {one.name for one in found}
    unknown = {name for one in found for name in one.ids} - set(NOWHERE)
    assert not unknown, f"say here what {unknown} leads to"
    return found


ADDRESSES = addresses()
OF_OBJECTS = [one for one in ADDRESSES if one.ids]
OF_NOTHING = [one for one in ADDRESSES if not one.ids]


def client_of(force: Force, who: str) -> Client:
    if WRONG_ROLES[who]:
        return browser(force, WRONG_ROLES[who])
    made = make_member("Ada Minton")
    RoleAssignment.objects.create(staff=made.staff, role="auditor")
    client = sign_in_client(made.staff, made.secret)
    client.handler.enforce_csrf_checks = True
    staff_post(client, reverse("staff-home"))
    return client


def browser(force: Force, email: str) -> Client:
    """Signed in, with the token that the first page alone fetches."""
    client = staff_browser(force, email)
    staff_post(client, reverse("staff-home"))
    return client


@pytest.fixture
def waiting(force: Force) -> dict[str, UUID]:
    """A report with a file, which waits for the whole desk."""
    reporter = ReporterBrowser()
    fill_in(reporter)
    reporter.send()
    attachment = Attachment.objects.get()
    assert attachment.report_id
    desk_id = accounts_desk("psd")
    return {**NOWHERE, "report_id": attachment.report_id, "attachment_id": attachment.id, "desk_id": desk_id}


def accounts_desk(code: str) -> UUID:
    """The id of a desk with a roster: its keyholders alone get its pages."""
    return DeskRow.objects.get(code=code).pk


@pytest.fixture
def in_a_case(force: Force) -> dict[str, UUID]:
    """A report in a case with its person, proceeding and a reminder that was raised."""
    case = Desk(force).case()
    report = case.joined.get().report
    proceeding = only_proceeding(case)
    sweep_clocks(NOW)
    return {
        **NOWHERE,
        "report_id": report.id,
        "case_id": case.id,
        "subject_id": proceeding.subject_id,
        "proceeding_id": proceeding.id,
        "clock_id": Clock.objects.get(owner_id=proceeding.id).id,
        "reminder_id": Reminder.objects.filter(clock__owner_id=report.id).earliest("rung").id,
    }


def masked(response: Any) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body, without the CSRF token and with every id as one."""
    body = b"".join(response) if response.streaming else response.content
    body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", body)
    body = re.sub(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"ID", body)
    return response.status_code, dict(response.headers), body


def asked(client: Client, path: str) -> dict[str, tuple[tuple[int, dict[str, str], bytes], int]]:
    """What each way of asking for the path answers, and how many queries it took."""
    answers = {}
    for way, fields in (("GET", None), ("POST", POSTED), ("empty POST", {})):
        connection.queries_log.clear()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path) if fields is None else staff_post(client, path, **fields)
        answers[way] = (masked(response), len(queries))
    return answers


def told(client: Client, objects: dict[str, UUID]) -> list[str]:
    """The names of the addresses that answer otherwise where an object is: none, or it was found out."""
    # Whoever reads it and declares a conflict reads it no more: that is asked last.
    last = sorted(OF_OBJECTS, key=lambda one: one.name in CONFLICTS)
    return [one.name for one in last if asked(client, one.path(objects)) != asked(client, one.path(NOWHERE))]


def of_the_work() -> dict[str, Any]:
    """Every row but those that any request writes, or that say who was refused."""
    passing = ("ledger_", "django_", "accounts_")
    return {table: rows for table, rows in dump().items() if not table.startswith(passing)}


# ---- what is named in the address


@pytest.mark.parametrize("who", WRONG_ROLES)
def test_what_waits_answers_like_what_is_not_there(force: Force, waiting: dict[str, UUID], who: str) -> None:
    client, before = client_of(force, who), of_the_work()
    assert told(client, waiting) == []
    assert of_the_work() == before


@pytest.mark.parametrize("who", WRONG_ROLES)
def test_a_case_answers_like_one_that_is_not_there(force: Force, in_a_case: dict[str, UUID], who: str) -> None:
    client, before = client_of(force, who), of_the_work()
    assert told(client, in_a_case) == []
    assert of_the_work() == before


def test_a_colleague_loses_the_report_with_the_case(force: Force, in_a_case: dict[str, UUID]) -> None:
    """Somebody of the desk who could read the report until it was given to the people of a case."""
    client = browser(force, COLLEAGUE)
    assert told(client, in_a_case) == []
    for one in OF_OBJECTS:
        assert {status for (status, _, _), _ in asked(client, one.path(in_a_case)).values()} <= {404, 405}, one.name


@pytest.mark.parametrize("who", WRONG_ROLES)
def test_the_answer_is_404_and_the_ledger_has_each_refusal(force: Force, in_a_case: dict[str, UUID], who: str) -> None:
    client, refused = client_of(force, who), Entry.objects.filter(action="refuse")
    for one in OF_OBJECTS:
        path, before = one.path(in_a_case), refused.count()
        statuses = [client.get(path).status_code, staff_post(client, path, **POSTED).status_code]
        assert set(statuses) <= {404, 405}, one.name
        assert 404 in statuses, one.name
        if not (who == "the administrator" and one.name in OF_ACCOUNTS):  # theirs: nobody is there, and they may know
            assert refused.count() - before == statuses.count(404), one.name
    assert not refused.exclude(object_id=None).exists()


@pytest.mark.parametrize("who", ["the appropriate authority", "an investigator without the case"])
def test_a_part_of_an_object_is_no_nearer(force: Force, in_a_case: dict[str, UUID], who: str) -> None:
    """An id that is there inside one that is not, and the reverse."""
    client = client_of(force, who)
    for one in OF_OBJECTS:
        if len(one.ids) > 1:
            nowhere = asked(client, one.path(NOWHERE))
            for name in one.ids:
                assert asked(client, one.path({**NOWHERE, name: in_a_case[name]})) == nowhere, (one.name, name)


@pytest.mark.parametrize("who", OWN_PAGES)
def test_hr_administrators_and_auditors_get_their_own_pages_and_no_other(force: Force, who: str) -> None:
    client = client_of(force, who)
    opened = set()
    for address in ADDRESSES:
        path = address.path(NOWHERE)
        statuses = {client.get(path).status_code, staff_post(client, path, **POSTED).status_code}
        if statuses != {404}:
            opened.add(address.name)
    assert opened <= OWN_PAGES[who] | OF_ONES_OWN | (OF_ACCOUNTS if who == "the administrator" else set())
    assert opened


@pytest.mark.parametrize("who", WRONG_ROLES)
def test_an_account_is_an_administrators_page_alone(force: Force, who: str) -> None:
    client = client_of(force, who)
    somebody = {**NOWHERE, "staff_id": force.member(COLLEAGUE).pk}
    found = {one.name for one in OF_OBJECTS if asked(client, one.path(somebody)) != asked(client, one.path(NOWHERE))}
    assert found == (OF_ACCOUNTS if who == "the administrator" else set())


# ---- what is listed


@pytest.mark.parametrize("who", WRONG_ROLES)
def test_no_list_changes_when_a_report_comes(force: Force, who: str) -> None:
    client = client_of(force, who)
    before = {address.name: listed(client, address) for address in OF_NOTHING}
    reporter = ReporterBrowser()
    fill_in(reporter)
    reporter.send()
    after = {address.name: listed(client, address) for address in OF_NOTHING}
    assert after == before


def listed(client: Client, address: Address) -> tuple[int, dict[str, str], bytes]:
    # That the auditor looked is entered, and so shown: of the ledger, what was written.
    path = address.route + ("?action=write" if address.name == "staff-audit" else "")
    client.get(path)
    return masked(client.get(path))


# ---- the twins: the same walk finds what it is there to find


def test_twin_whoever_may_read_it_sees_a_difference(
    force: Force, waiting: dict[str, UUID], in_a_case: dict[str, UUID]
) -> None:
    head = browser(force, HEAD)
    assert {"staff-report", "staff-reply", "staff-attachment", "staff-triage"} <= set(told(head, waiting))
    assert {"staff-case", "staff-assign", "staff-subject", "staff-move", "staff-note", "staff-extend-case"} <= set(
        told(head, in_a_case)
    )


@pytest.mark.parametrize("sign", ["status", "words", "queries"])
def test_twin_a_view_that_looks_first_is_found(
    force: Force, waiting: dict[str, UUID], monkeypatch: pytest.MonkeyPatch, sign: str
) -> None:
    """A view that asks the database before it asks for a key: by its answer, its words or only its work."""

    def looks_first(request: Any, report_id: UUID) -> HttpResponse:
        there = Report.objects.filter(id=report_id).exists()
        if there and sign == "queries":
            Report.objects.get(id=report_id)
        if there and sign != "queries":
            return HttpResponse("This is not for you", status=403 if sign == "status" else 404)
        raise Http404

    for pattern in urls.urlpatterns:
        if getattr(pattern, "name", "") == "staff-report":
            monkeypatch.setattr(pattern, "callback", looks_first)
    (report,) = [address for address in OF_OBJECTS if address.name == "staff-report"]
    found = {}
    for who in ("HR", "the appropriate authority", "a custodian"):
        client = client_of(force, who)
        found[who] = asked(client, report.path(waiting)) != asked(client, report.path(NOWHERE))
    # The door was shut to HR before the view was asked.
    assert found == {"HR": False, "the appropriate authority": True, "a custodian": True}


def test_the_marks_and_the_walk_agree(force: Force) -> None:
    """No page of objects is marked for one of the roles that never work with them."""
    of_objects = {one.name for one in OF_OBJECTS} - OF_ACCOUNTS
    for _, entry in patterns(get_resolver("speakup.urls.staff")):
        if entry.name in of_objects:
            for role in ("hr_analyst", "administrator", "auditor"):
                assert not may_enter(entry.callback, [role]), (entry.name, role)

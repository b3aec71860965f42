"""The person reported, in the desk: their pages are the same with and without the report (adversaries.md). HR, the
administrator, a custodian and another desk reach no report by any path of the site."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from professional_standards import urls
from speakup.accounts.models import StaffMember
from speakup.accounts.services import assign_role
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.reporting import listing
from speakup.reporting.models import Attachment, Message, Report
from tests.attacks.dumping import dump
from tests.attacks.searching import where_found
from tests.attacks.travelling import TYPED, ReporterBrowser, fill_in, staff_browser, staff_post
from tests.builders import make_member, sign_in_client
from tests.reporting.builders import keep_out, sent_report

EXCLUDED = "tomasz.nowak@example.test"
NOW = dt.datetime(2031, 2, 13, 14, 5, 11, tzinfo=dt.UTC)
ACCOUNT = "Nobody of the excluded may read grundlewick"
# An id that leads to nothing, and the parts of a page that differ between any two requests.
NOTHING = UUID("7f3c0a52-9a53-4a8e-b7c1-52f8f6a4d911")


@pytest.fixture(autouse=True)
def at_one_moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def masked(response: Any) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a response, without its CSRF token and with every report's id as one."""
    body = b"".join(response) if response.streaming else response.content
    body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", body)
    body = re.sub(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"ID", body)
    return response.status_code, dict(response.headers), body


def paths(report_id: UUID, attachment_id: UUID) -> dict[str, tuple[str, str]]:
    return {
        "home": ("GET", reverse("staff-home")),
        "after": ("GET", reverse("staff-home") + f"?after=0_20310212T000000000000_{report_id.hex}"),
        "report": ("GET", reverse("staff-report", args=[report_id])),
        "file": ("GET", reverse("staff-attachment", args=[report_id, attachment_id])),
        "copy of the file": ("GET", reverse("staff-attachment-copy", args=[report_id, attachment_id])),
        "drawn page": ("GET", reverse("staff-attachment-page", args=[report_id, attachment_id, 1])),
        "file as sent": ("POST", reverse("staff-original", args=[report_id, attachment_id])),
        "reply": ("POST", reverse("staff-reply", args=[report_id])),
        "empty reply": ("POST", reverse("staff-reply", args=[report_id])),
    }


def everything_seen(client: Client, report_id: UUID, attachment_id: UUID) -> dict[str, Any]:
    """Every page that the member can ask for about this report, with the number of queries each took."""
    seen = {}
    for name, (method, path) in paths(report_id, attachment_id).items():
        with CaptureQueriesContext(connection) as queries:
            if method == "GET":
                response = client.get(path)
            else:
                response = staff_post(client, path, text="" if name == "empty reply" else "hello")
            seen[name] = (*masked(response), len(queries))
    return seen


def send(**answers: Any) -> tuple[UUID, UUID]:
    """A report with a file, sent through the pages; its id and its file's."""
    before = set(Report.objects.values_list("id", flat=True))
    reporter = ReporterBrowser()
    fill_in(reporter, {**TYPED, "account": ACCOUNT, "kept out": "", **answers})
    reporter.send()
    (report_id,) = set(Report.objects.values_list("id", flat=True)) - before
    return report_id, Attachment.objects.get(report=report_id).id


@pytest.mark.parametrize("beside", [0, 2], ids=["the only report", "beside two that the member reads"])
def test_the_pages_of_the_excluded_are_the_same_with_and_without_the_report(force: Force, beside: int) -> None:
    for _ in range(beside):
        sent_report(now=NOW)
    excluded = staff_browser(force, EXCLUDED)
    excluded.get(reverse("staff-home"))
    without = everything_seen(excluded, NOTHING, NOTHING)
    report_id, attachment_id = send(**{"kept out": "Tomasz Nowak"})
    with_report = everything_seen(excluded, report_id, attachment_id)
    assert without_queries(with_report) == without_queries(without)
    assert with_report["report"][0] == 404
    assert with_report["file"][0] == 404
    assert with_report["reply"][0] == 404
    assert Message.objects.filter(report=report_id).count() == 0


def without_queries(seen: dict[str, Any]) -> dict[str, Any]:
    return {name: each[:3] for name, each in seen.items()}


def test_the_excluded_cost_as_many_queries_as_no_report_does(force: Force) -> None:
    """Time tells what bytes do not: a report that excludes me takes the same steps as one that is not there."""
    sent_report(now=NOW)
    excluded = staff_browser(force, EXCLUDED)
    excluded.get(reverse("staff-home"))
    without = everything_seen(excluded, NOTHING, NOTHING)
    report_id, attachment_id = send(**{"kept out": "Tomasz Nowak"})
    with_report = everything_seen(excluded, report_id, attachment_id)
    assert {name: each[3] for name, each in with_report.items()} == {name: each[3] for name, each in without.items()}


def test_twin_somebody_who_is_not_excluded_sees_the_difference(force: Force) -> None:
    reader = staff_browser(force, EXCLUDED)
    reader.get(reverse("staff-home"))
    without = everything_seen(reader, NOTHING, NOTHING)
    with_report = everything_seen(reader, *send())
    assert {name for name in without if without[name][:3] != with_report[name][:3]} == set(without) - {
        "drawn page"
    }  # of a text there is none


def test_twin_a_count_of_rows_shows_the_report(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """A listing that counts rows instead of what opens: the page of the excluded differs at once."""

    def every_row(keyring: Any, staff: StaffMember, states: Any, after: Any) -> Iterator[Any]:
        for report in Report.objects.visible_to(staff).in_order_of_work():
            yield listing._line(report, {})

    monkeypatch.setattr(listing, "_openable", every_row)
    excluded = staff_browser(force, EXCLUDED)
    without = masked(excluded.get(reverse("staff-home")))
    sent_report(keep_out("Tomasz Nowak"), now=NOW)
    assert masked(excluded.get(reverse("staff-home"))) != without


def test_the_ledger_names_no_report_beside_a_refusal(force: Force) -> None:
    report_id, attachment_id = send(**{"kept out": "Tomasz Nowak"})
    everything_seen(staff_browser(force, EXCLUDED), report_id, attachment_id)
    acts = Entry.objects.filter(actor_id=force.member(EXCLUDED).id)
    assert acts.filter(action="refuse").count() >= 3
    assert set(acts.values_list("object_id", flat=True)) == {None}


# Who reaches no report, whatever they ask for.


def every_path(report_id: UUID, attachment_id: UUID) -> list[str]:
    """Each URL of the staff site, with the report's and its file's ids wherever an id is asked for."""
    found: list[str] = []
    _walk(get_resolver("speakup.urls.staff").url_patterns, "/", found)
    ids = {"report_id": str(report_id), "attachment_id": str(attachment_id)}
    # (What checks health is not of the staff site alone: in this process it is the reporter site's.)
    filled = [
        re.sub(r"<\w+:(\w+)>", lambda part: ids.get(part[1], str(NOTHING)), path)
        for path in found
        if path.startswith("/staff/")
    ]
    assert len(filled) >= 6
    return filled


def _walk(patterns: Any, prefix: str, found: list[str]) -> None:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            _walk(pattern.url_patterns, path, found)
        elif isinstance(pattern, URLPattern):
            found.append(path)


def outsiders(force: Force) -> Iterator[tuple[str, Client]]:
    for role in ("hr_analyst", "administrator"):
        member = make_member(f"A {role}")
        assign_role(member.staff, role, actor=None, now=NOW)
        yield role, sign_in_client(member.staff, member.secret, now=NOW)
    for email in ("patricia.lowe@example.test", "robert.iveson@example.test", "ruth.abrahams@example.test"):
        yield email, staff_browser(force, email)


def everything_answered(client: Client, report_id: UUID, attachment_id: UUID) -> list[tuple[str, bytes]]:
    answers = []
    for path in every_path(report_id, attachment_id):
        if path == reverse("sign-out"):
            continue
        for response in (client.get(path), staff_post(client, path, text="hello", query="grundlewick")):
            body = b"".join(response) if response.streaming else response.content
            answers.append((f"{path} {response.status_code}", repr(dict(response.headers)).encode() + body))
    return answers


def test_hr_the_administrator_custodians_and_other_desks_reach_no_report(force: Force) -> None:
    report_id, attachment_id = send(**{"kept out": "Tomasz Nowak"})
    reference = Report.objects.get().reference
    before = dump()["reporting_message"]
    for name, client in outsiders(force):
        answers = everything_answered(client, report_id, attachment_id)
        assert where_found([ACCOUNT, TYPED["file name"], TYPED["file"], reference], answers) == [], name
        assert all(place.endswith((" 404", " 200", " 302", " 303", " 405", " 422")) for place, _ in answers), name
        gone = [place for place, _ in answers if str(report_id) in place and not place.endswith((" 404", " 405"))]
        assert gone == [], name
    assert dump()["reporting_message"] == before


def test_twin_a_reader_reaches_it_on_the_same_walk(force: Force) -> None:
    report_id, attachment_id = send(**{"kept out": "Tomasz Nowak"})
    answers = everything_answered(staff_browser(force, "helen.marsh@example.test"), report_id, attachment_id)
    found = {each.split(" as ")[0] for each in where_found([ACCOUNT, TYPED["file name"], TYPED["file"]], answers)}
    assert found == {ACCOUNT, TYPED["file name"], TYPED["file"]}


def test_twin_the_walk_fails_for_a_page_without_keys(
    force: Force, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A view that shows what a grant would have to open is found by the same walk, but where the door is shut first."""
    report_id, attachment_id = send(**{"kept out": "Tomasz Nowak"})

    def everything(request: Any, report_id: UUID) -> Any:
        return HttpResponse(f"{Report.objects.get(id=report_id).reference}")

    for pattern in urls.urlpatterns:
        if getattr(pattern, "name", "") == "staff-report":
            monkeypatch.setattr(pattern, "callback", everything)
    reference = Report.objects.get().reference
    found = {
        name: where_found([reference], everything_answered(client, report_id, attachment_id)) != []
        for name, client in outsiders(force)
    }
    assert [name for name, reached in found.items() if not reached] == ["hr_analyst", "administrator"]

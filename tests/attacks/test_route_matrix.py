"""Who gets which page of the staff site: every route of the resolver, by GET and by POST, for every role of the policy
and for nobody. What is expected stands here, written by hand; it is not asked of the code that decides it.

An address that names something is 404 for whoever holds no key to it, whether it is there or not.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import get_resolver

from professional_standards import urls
from professional_standards.views.home import home
from speakup.accounts.models import RoleAssignment
from speakup.embedded.demonstration import POLICY_FILE, Force
from tests.attacks.test_wrong_roles import NOWHERE, POSTED, Address, patterns
from tests.attacks.travelling import staff_post
from tests.builders import make_member, sign_in_client
from tests.professional_standards.casework import Desk, only_proceeding

ROLES = sorted(role["id"] for role in json.loads(POLICY_FILE.read_text())["roles"])
METHODS = ("get", "post")
LEADERS = {
    "supervisor",
    "head_of_psd",
    "ccu_supervisor",
    "ccu_head",
    "independent_head",
    "independent_member",
    "lpb_head",
    "lpb_member",
}
SEPARATE = {"administrator", "hr_analyst", "auditor"}
BEFORE_SIGN_IN = {"sign-in", "account-join", "account-join-link", "healthz", "readyz"}
OWN_ACCOUNT = {
    "account",
    "account-sessions",
    "account-passphrase",
    "account-compromised",
    "account-factor",
    "account-recovery-codes",
    "account-words",
    "sign-out",
}
# Whoever works with reports, cases or names; keys decide what such a page then shows.
OF_WORK = {"staff-home", "staff-finished", "staff-names", "desk", "staff-handing-over", "staff-work-left"}
MORE: Mapping[str, set[str]] = {
    "administrator": {"people", "people-invite", "dead-letters"},
    "hr_analyst": {"culture", "culture-file"},
    "auditor": {"staff-audit"},
    **{leader: {"staff-supervision", "staff-ledger"} for leader in LEADERS},
}


def routes() -> list[Address]:
    return [
        Address(entry.name or "", route, tuple(re.findall(r"<\w+:(\w+)>", route)))
        for route, entry in patterns(get_resolver("speakup.urls.staff"))
    ]


ROUTES = routes()
OF_OBJECTS = [one for one in ROUTES if one.ids and one.name not in BEFORE_SIGN_IN]
OF_NOTHING = [one for one in ROUTES if not one.ids and one.name not in BEFORE_SIGN_IN]


def expected(role: str) -> set[str]:
    """The names of the pages without an id that somebody in this role gets."""
    of_work = set() if role in SEPARATE else OF_WORK
    return OWN_ACCOUNT | of_work | MORE.get(role, set())


def client_in(role: str, force: Force) -> Client:
    """Somebody in this role: of the cast, or made for it."""
    if role in force.members:
        staff = force.members[role][0]
        client = sign_in_client(staff, force.personal_secrets[staff.id])
    else:
        made = make_member("Ada Minton")
        RoleAssignment.objects.create(staff=made.staff, role=role)
        client = sign_in_client(made.staff, made.secret)
    client.handler.enforce_csrf_checks = True
    staff_post(client, "/staff/account/")
    return client


def status(client: Client, method: str, address: str) -> int:
    client.raise_request_exception = False
    if method == "get":
        return int(client.get(address).status_code)
    return int(staff_post(client, address, **POSTED).status_code)


@pytest.mark.parametrize("method", METHODS)
def test_nobody_gets_nothing_but_the_way_in(db: None, method: str) -> None:
    client = Client(enforce_csrf_checks=method == "get")
    for one in [*OF_NOTHING, *OF_OBJECTS]:
        answer = getattr(client, method)(one.path(NOWHERE))
        assert isinstance(answer, HttpResponseRedirect), one.name
        assert answer.url.startswith("/staff/sign-in/"), one.name


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_its_own_pages_and_no_other(force: Force, role: str) -> None:
    found = set()
    for one in OF_NOTHING:
        client = client_in(role, force)  # anew: some posts end the session
        got = {method: status(client, method, one.route) for method in METHODS}
        assert 500 not in got.values(), one.name
        if got["get"] == 200 or one.name == "sign-out":
            found.add(one.name)
        else:
            assert got["get"] == 404, one.name
            assert got["post"] in {404, 405}, one.name
    assert found == expected(role)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_no_role_gets_what_is_not_there(force: Force, role: str) -> None:
    client = client_in(role, force)
    for one in OF_OBJECTS:
        for method in METHODS:
            assert status(client, method, one.path(NOWHERE)) in {404, 405}, (one.name, method)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_no_role_gets_a_report_or_a_case_without_its_keys(force: Force, role: str) -> None:
    """A case of the second triage officer of Professional Standards: all but its own people are outsiders."""
    desk = Desk(force)
    owner = desk.member("triage", 1)
    case = desk.case(by=owner, owner_id=owner.id)
    report = case.joined.get().report_id
    subject = only_proceeding(case).subject_id
    there = {
        **NOWHERE,
        "report_id": report,
        "case_id": case.id,
        "subject_id": subject,
        "proceeding_id": only_proceeding(case).id,
    }
    inside = {staff.id for staff in (*desk.readers("report", report), *desk.readers("case", case.id))}
    if force.members.get(role) and force.members[role][0].id in inside:
        assert role in {"supervisor", "head_of_psd"}
        return
    client = client_in(role, force)
    for one in OF_OBJECTS:
        if set(one.ids) & {"report_id", "case_id"}:
            for method in METHODS:
                assert status(client, method, one.path(there)) in {404, 405}, (one.name, method)


def test_twin_a_page_that_somebody_forgets_to_guard_is_found(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new view is behind the door by default; one that answers for every id is not what keys decide."""

    def careless(request: Any, report_id: UUID) -> HttpResponse:
        return home(request)

    for pattern in urls.urlpatterns:
        if getattr(pattern, "name", "") == "staff-report":
            monkeypatch.setattr(pattern, "callback", careless)
    with pytest.raises(AssertionError):
        test_no_role_gets_what_is_not_there(force, "triage")
    test_no_role_gets_what_is_not_there(force, "hr_analyst")

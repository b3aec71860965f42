"""A thief of a staff browser's cookies has the session until it ends, and what that member can read. What cannot be
taken back asks for the second factor again: giving keys, rosters, names, exports, closing, accounts (adversaries.md).
"""

import ast
import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver, reverse

from professional_standards.models import Case
from speakup.accounts import asking_again
from speakup.accounts.totp import current_code
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from tests.attacks.test_wrong_roles import NOWHERE, POSTED, Address, patterns
from tests.attacks.travelling import staff_post
from tests.builders import sign_in_client
from tests.lint.calls import Calls, given
from tests.professional_standards.casework import AT, Desk

SIGNED_IN_AT = AT + dt.timedelta(minutes=1)
LATER = dt.timedelta(minutes=6)
# Who signs in to try each, by role; every one of these asks.
SENSITIVE = {
    "supervisor": {
        "staff-open-case",
        "staff-join",
        "staff-leave-case",
        "staff-assign",
        "staff-pass",
        "staff-send-out",
        "staff-close",
        "staff-end",
        "staff-reopen",
        "staff-close-case",
        "staff-conflict-report",
        "staff-conflict-case",
        "staff-triage",
        "staff-subject",
        "staff-rekey-report",
        "staff-rekey-case",
        "staff-work-left",
        "staff-older",
        "staff-original",
        "staff-name",
        "staff-name-request",
        "desk-change",
        "desk-proposal",
        "account-compromised",
        "account-factor",
        "account-passphrase",
        "account-recovery-codes",
    },
    "hr_analyst": {"culture-file"},
    "administrator": {
        "people-invite",
        "person-give-role",
        "person-take-role",
        "person-words",
        "person-renew",
        "person-reset",
        "person-end",
    },
}
ALL = [(role, name) for role, names in SENSITIVE.items() for name in sorted(names)]


def address(name: str) -> Address:
    for route, entry in patterns(get_resolver("speakup.urls.staff")):
        if entry.name == name:
            return Address(name, route, tuple(re.findall(r"<\w+:(\w+)>", route)))
    raise KeyError(name)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(SIGNED_IN_AT, tick=False) as traveller:
        yield traveller


def stolen(force: Force, role: str, clock: time_machine.Traveller) -> Client:
    """Both cookies of somebody in this role, six minutes after they gave their code."""
    staff = force.members[role][0]
    client = sign_in_client(staff, force.personal_secrets[staff.id], now=SIGNED_IN_AT)
    clock.shift(LATER)
    return client


def asks(answer: Any) -> bool:
    return answer.status_code == 200 and b'name="code_again"' in answer.content


def gives_or_takes(function: ast.FunctionDef) -> bool:
    """Whether it hands one of these actions on: to the ledger's entry, or to what makes it."""
    calls = (each for each in ast.walk(function) if isinstance(each, ast.Call))
    return any(given(call) & {"Action.GRANT", "Action.REVOKE"} for call in calls)


def takes_posts(function: ast.FunctionDef) -> bool:
    return not {"require_safe", "require_GET"} & {ast.unparse(decorator) for decorator in function.decorator_list}


def test_every_page_that_gives_or_takes_keys_by_a_post_is_listed() -> None:
    calls = Calls.of_project()
    giving = calls.leading_to({name for name, function in calls.functions.items() if gives_or_takes(function)})
    views = {name for name in giving if ".views." in name and takes_posts(calls.functions[name])}
    found = {
        entry.name
        for _, entry in patterns(get_resolver("speakup.urls.staff"))
        if f"{entry.callback.__module__}.{entry.callback.__name__}" in views
    }
    assert len(found) > 15
    assert found - {name for _, name in ALL} == set()


@pytest.mark.parametrize(("role", "name"), ALL)
def test_it_is_asked_for_before_anything_else(
    force: Force, clock: time_machine.Traveller, role: str, name: str
) -> None:
    client = stolen(force, role, clock)
    assert asks(staff_post(client, address(name).path(NOWHERE), **POSTED))


def test_a_case_is_not_given_away_with_cookies_alone(force: Force, clock: time_machine.Traveller) -> None:
    desk = Desk(force)
    case = desk.case()
    head = desk.member("head_of_psd")
    client = stolen(force, "head_of_psd", clock)
    page = reverse("staff-assign", args=[case.id])
    typed = {"owner": str(head.id), "supervisor": str(case.supervisor_id), "investigator": "", "version": case.version}
    staff_post(client, reverse("account"))  # fetches the token alone
    refused = Entry.objects.filter(action="refuse").count()
    assert asks(staff_post(client, page, **typed))
    assert asks(staff_post(client, page, **typed, code_again="123456"))
    assert Case.objects.get(id=case.id).version == case.version
    assert Entry.objects.filter(action="refuse").count() == refused + 1
    assert not Entry.objects.filter(action__in=["grant", "revoke"], actor_id=head.id).exists()
    code = current_code(force.totp_secrets[head.id], now=SIGNED_IN_AT + LATER)
    assert staff_post(client, page, **typed, code_again=code).status_code in {200, 302, 303}
    assert Case.objects.get(id=case.id).version > case.version


def test_twin_without_the_question_cookies_are_enough(
    force: Force, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking_again, "is_fresh", lambda session, *, now: True)
    desk = Desk(force)
    case = desk.case()
    client = stolen(force, "head_of_psd", clock)
    typed = {"supervisor": str(case.supervisor_id), "investigator": "", "version": case.version}
    staff_post(client, reverse("staff-assign", args=[case.id]), owner=str(desk.member("head_of_psd").id), **typed)
    assert Case.objects.get(id=case.id).version > case.version

"""The door asks for a role: pages about reports and people are closed to HR, administrators and auditors."""

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from speakup.accounts import door
from speakup.accounts.door import StaffDoorMiddleware, for_everybody, for_roles, may_enter, open_before_sign_in
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import RoleAssignment, StaffMember
from speakup.accounts.roles import SEPARATE_ROLES, people_with_a_role
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.policy.services import current_policy
from tests.accounts.test_door import EVERY_STAFF_URL
from tests.builders import MadeMember, make_member, sign_in_client
from tests.reporting.builders import sent_report

HOME = "/staff/"


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a page")


def give(made: MadeMember, *roles: str) -> Client:
    for role in roles:
        RoleAssignment.objects.create(staff=made.staff, role=role)
    return sign_in_client(made.staff, made.secret)


@pytest.fixture
def made(force: Force) -> MadeMember:
    return make_member()


# ---- which roles


def test_the_separate_roles_are_those_that_the_policy_keeps_from_every_other(force: Force) -> None:
    policy = current_policy()
    at_desks = {role for desk in policy.desks for role in desk.member_roles} | {"investigator", "appropriate_authority"}
    everything = at_desks | policy.roles("administrator").never_with | {"administrator"}
    assert {role for role in everything if at_desks <= policy.roles(role).never_with} == SEPARATE_ROLES


@pytest.mark.parametrize(
    ("roles", "enters"),
    [
        ([], False),
        (["hr_analyst"], False),
        (["administrator"], False),
        (["auditor"], False),
        (["administrator", "hr_analyst"], False),
        (["triage"], True),
        (["investigator"], True),
        (["identity_custodian"], True),
        (["appropriate_authority"], True),
        (["triage", "hr_analyst"], True),
    ],
)
def test_a_page_that_nobody_marked_is_for_those_who_work_with_reports(roles: list[str], *, enters: bool) -> None:
    assert may_enter(page, roles) is enters
    assert may_enter(for_everybody(page), roles)


def test_a_marked_page_is_for_the_roles_it_names_alone() -> None:
    marked = for_roles("hr_analyst", "auditor")(page)
    roles = ["hr_analyst", "auditor", "administrator", "triage", "head_of_psd"]
    assert [role for role in roles if may_enter(marked, [role])] == ["hr_analyst", "auditor"]
    assert not may_enter(marked, [])
    assert not may_enter(for_roles()(page), roles)


def test_a_wrapper_put_around_a_mark_is_for_nobody() -> None:
    """What functools.wraps copies is no mark: whoever wraps a marked view marks it again."""
    for marked in (for_roles("hr_analyst")(page), for_everybody(page)):
        wrapped = require_GET(marked)
        assert not any(may_enter(wrapped, [role]) for role in ("hr_analyst", "triage", "administrator"))
    assert may_enter(for_roles("triage")(require_GET(for_roles("hr_analyst")(page))), ["triage"])
    assert not may_enter(for_roles("triage")(require_GET(for_roles("hr_analyst")(page))), ["hr_analyst"])


def test_a_mark_does_not_open_before_sign_in() -> None:
    assert not door.is_open_before_sign_in(for_everybody(page))
    assert not door.is_open_before_sign_in(for_roles("triage")(page))


def test_a_marked_view_answers_as_it_did() -> None:
    marked = for_roles("triage")(page)
    assert marked.__name__ == "page"
    assert marked(RequestFactory().get("/")).content == b"a page"


# ---- at the door


def answer(made: MadeMember, view: Any, monkeypatch: Any) -> Any:
    request = RequestFactory().get("/staff/added/")
    request.site_name = "staff"  # type: ignore[attr-defined]
    request.user = made.staff
    monkeypatch.setattr(door, "keyring_of", lambda request, now: Keyring(made.staff, made.secret))
    try:
        return StaffDoorMiddleware(lambda _: HttpResponse()).process_view(request, view, (), {}), request
    except Http404:
        return Http404, request


def test_the_door_says_404_to_the_wrong_role_and_lets_the_right_one_by(made: MadeMember, monkeypatch: Any) -> None:
    RoleAssignment.objects.create(staff=made.staff, role="hr_analyst")
    assert answer(made, page, monkeypatch)[0] is Http404
    assert answer(made, for_roles("administrator")(page), monkeypatch)[0] is Http404
    assert answer(made, for_roles("hr_analyst")(page), monkeypatch)[0] is None
    assert answer(made, for_everybody(page), monkeypatch)[0] is None
    assert answer(made, open_before_sign_in(page), monkeypatch)[0] is None


def test_the_request_carries_the_roles_held_now(made: MadeMember, monkeypatch: Any) -> None:
    RoleAssignment.objects.create(staff=made.staff, role="triage")
    RoleAssignment.objects.create(staff=made.staff, role="supervisor", ended_at=timezone.now())
    assert answer(made, page, monkeypatch)[1].roles == frozenset({"triage"})


def test_roles_take_one_query(made: MadeMember, monkeypatch: Any, django_assert_num_queries: Any) -> None:
    RoleAssignment.objects.create(staff=made.staff, role="triage")
    with django_assert_num_queries(1):
        answer(made, page, monkeypatch)


def test_whoever_is_not_signed_in_is_sent_to_sign_in_whatever_the_mark(db: None) -> None:
    for view in (page, for_roles("hr_analyst")(page), for_everybody(page)):
        request = RequestFactory().get("/staff/added/")
        request.user = AnonymousUser()
        response = StaffDoorMiddleware(lambda _: HttpResponse()).process_view(request, view, (), {})
        assert response is not None
        assert response.status_code == 302


# ---- on the site


@pytest.mark.parametrize("role", sorted(SEPARATE_ROLES))
def test_their_404_is_the_same_whatever_is_there(made: MadeMember, role: str) -> None:
    sent = sent_report()
    client = give(made, role)
    missing = client.get(reverse("staff-report", args=[uuid4()]))
    refused = client.get(reverse("staff-report", args=[sent.id]))
    assert (refused.status_code, without_token(refused)) == (404, without_token(missing))
    assert client.get(HOME).status_code == 404
    assert sent.report.reference not in missing.text


def test_a_refusal_by_role_is_on_the_ledger_where_something_was_named(made: MadeMember) -> None:
    client = give(made, "hr_analyst")
    client.get(HOME)
    assert not Entry.objects.filter(actor_id=made.staff.pk).exists()
    client.get(reverse("staff-report", args=[sent_report().id]))
    entry = Entry.objects.get(actor_id=made.staff.pk)
    assert (entry.action, entry.role, entry.object_id) == ("refuse", "hr_analyst", None)


def without_token(response: Any) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)


def test_somebody_whose_last_role_ended_gets_no_page_but_can_sign_out(made: MadeMember) -> None:
    client = give(made, "triage")
    assert client.get(HOME).status_code == 200
    RoleAssignment.objects.filter(staff=made.staff).update(ended_at=dt.datetime.now(dt.UTC))
    assert client.get(HOME).status_code == 404
    assert client.post(reverse("sign-out")).status_code == 303


@pytest.mark.parametrize("role", sorted(SEPARATE_ROLES))
def test_everybody_signs_out(made: MadeMember, role: str) -> None:
    response = give(made, role).post(reverse("sign-out"))
    assert response.headers["Location"] == reverse("sign-in")


def test_the_pages_of_ones_own_account_are_few() -> None:
    own = {
        entry.name
        for route, entry in EVERY_STAFF_URL
        if route.startswith("staff/") and may_enter(entry.callback, ()) and entry.name != "sign-in"
    }
    assert own == OWN_ACCOUNT


OWN_ACCOUNT = {
    "sign-out",
    "account",
    "account-sessions",
    "account-passphrase",
    "account-compromised",
    "account-factor",
    "account-recovery-codes",
    "account-words",
}


# ---- after signing in


@pytest.mark.usefixtures("clock", "without_argon2")
class TestAfterSigningIn:
    """Everybody is sent to their own first page, and to no page that is not theirs."""

    @pytest.fixture
    def member(self, request: Any, force: Force) -> StaffMember:
        return force.members[request.param][0]

    @pytest.mark.parametrize("member", ["triage", "investigator"], indirect=True)
    def test_who_works_with_reports_sees_what_waits(self, client: Client, typed: dict[str, str]) -> None:
        response = client.post(reverse("sign-in"), typed)
        assert response.headers["Location"] == HOME
        assert client.get(HOME).status_code == 200

    @pytest.mark.parametrize("member", ["identity_custodian"], indirect=True)
    def test_a_custodian_who_reads_no_report_sees_who_asks_for_names(
        self, client: Client, typed: dict[str, str]
    ) -> None:
        response = client.post(reverse("sign-in"), typed)
        assert response.headers["Location"] == reverse("staff-names")
        assert client.get(reverse("staff-names")).status_code == 200

    @pytest.mark.parametrize("member", ["hr_analyst", "administrator"], indirect=True)
    def test_a_page_that_is_not_theirs_is_not_where_they_go(self, client: Client, typed: dict[str, str]) -> None:
        asked = reverse("staff-report", args=[uuid4()])
        response = client.post(reverse("sign-in"), {**typed, "next": asked})
        assert response.headers["Location"] != asked

    @pytest.mark.parametrize("member", ["triage"], indirect=True)
    def test_a_page_that_is_theirs_is(self, client: Client, typed: dict[str, str]) -> None:
        asked = reverse("staff-report", args=[uuid4()])
        assert client.post(reverse("sign-in"), {**typed, "next": asked}).headers["Location"] == asked


# ---- who is written to


def test_everybody_with_an_open_account_and_a_live_role_once(force: Force) -> None:
    everybody = set(people_with_a_role())
    assert everybody == {member for members in force.members.values() for member in members}
    two, ended, none = make_member("Ida Two").staff, make_member("Ed Ended").staff, make_member("Ned None").staff
    for role in ("triage", "supervisor"):
        RoleAssignment.objects.create(staff=two, role=role)
    RoleAssignment.objects.create(staff=ended, role="triage", ended_at=timezone.now())
    left = force.members["triage"][0]
    StaffMember.objects.filter(pk=left.pk).update(is_active=False)
    found = list(people_with_a_role())
    assert len(found) == len(set(found))
    assert set(found) == (everybody | {two}) - {left}
    assert not {ended, none} & set(found)

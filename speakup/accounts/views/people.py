"""Administrators' pages: who has an account, inviting, roles, resetting a login, ending an account."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from speakup.accounts import administration, inviting
from speakup.accounts.asking_again import asks_again
from speakup.accounts.door import for_roles
from speakup.accounts.forms.people import GiveRoleForm, InviteForm, WordsForm
from speakup.accounts.models import StaffMember
from speakup.accounts.people import Person, find_person, givable_roles, list_people
from speakup.accounts.presenters import PersonPage, line_of
from speakup.accounts.services import RoleRefused


class AdministratorsRequest(HttpRequest):
    """What the door lets through: somebody signed in, with the role."""

    user: StaffMember


@for_roles("administrator")
@require_safe
def people(request: AdministratorsRequest) -> HttpResponseBase:
    """Everybody with an account, 50 a page."""
    page = list_people(after=_id(request.GET.get("after", "")), now=timezone.now())
    return render(
        request, "accounts/people.html", {"lines": [line_of(one) for one in page.people], "after": page.after}
    )


@for_roles("administrator")
@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: AdministratorsRequest) -> HttpResponseBase:
    """The form of an invitation."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = inviting.invite_staff(**form.cleaned_data, actor=request.user, now=timezone.now())
        except inviting.AddressTaken:
            form.refuse_address()
        except RoleRefused:
            form.refuse_roles()
        except inviting.NotAdministrator:
            raise Http404 from None
        else:
            return _see(made.staff_id, "invited")
    return render(request, "accounts/invite.html", {"form": form})


@for_roles("administrator")
@require_safe
def person(request: AdministratorsRequest, staff_id: UUID) -> HttpResponseBase:
    """One account, and what can be done about it."""
    return _page(request, _found(staff_id))


@for_roles("administrator")
@asks_again
@require_POST
def give_role(request: AdministratorsRequest, staff_id: UUID) -> HttpResponseBase:
    """One role more; what is wrong is said on the person's page."""
    found = _found(staff_id)
    form = GiveRoleForm(request.POST, roles=givable_roles(found))
    if not form.is_valid():
        return _page(request, found, roles=form)
    role = form.cleaned_data["role"]
    try:
        _administer(lambda: administration.give_role(found.staff, role, actor=request.user, now=timezone.now()))
    except RoleRefused:
        form.refuse()
        return _page(request, found, roles=form)
    return _see(staff_id, "role")


@for_roles("administrator")
@asks_again
@require_POST
def take_role(request: AdministratorsRequest, staff_id: UUID) -> HttpResponseBase:
    """End a role; one that they do not hold is ended already."""
    staff, role = _found(staff_id).staff, request.POST.get("role", "")
    _administer(lambda: administration.take_role(staff, role, actor=request.user, now=timezone.now()))
    return _see(staff_id, "role-ended")


@for_roles("administrator")
@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: AdministratorsRequest, staff_id: UUID) -> HttpResponseBase:
    """Type the words of the person's key; the roles that wait are theirs then."""
    found = _found(staff_id)
    form = WordsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["words"]
        try:
            _administer(
                lambda: administration.confirm_words(found.staff, typed, actor=request.user, now=timezone.now())
            )
        except administration.WordsDiffer:
            form.refuse()
        else:
            return _see(staff_id, "words")
    return render(request, "accounts/person_words.html", {"page": PersonPage(found, request.user), "form": form})


@for_roles("administrator")
@asks_again
@require_POST
def renew(request: AdministratorsRequest, staff_id: UUID) -> HttpResponseBase:
    """Send the invitation again: a new link, and the one before it is dead."""
    staff = _found(staff_id).staff
    try:
        _administer(lambda: inviting.renew_invitation(staff, actor=request.user, now=timezone.now()))
    except inviting.NothingToRenew:  # they joined meanwhile: the page shows it
        return _see(staff_id, "")
    return _see(staff_id, "invited")


@for_roles("administrator")
@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: AdministratorsRequest, staff_id: UUID) -> HttpResponseBase:
    """Ask first: it cannot be undone."""
    found = _found(staff_id)
    if request.method == "POST":
        try:
            _administer(lambda: administration.reset_login(found.staff, actor=request.user, now=timezone.now()))
        except administration.AccountEnded:  # somebody did it meanwhile: the page shows it
            return _see(staff_id, "")
        return _see(staff_id, "reset")
    return render(request, "accounts/person_reset.html", {"page": PersonPage(found, request.user)})


@for_roles("administrator")
@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: AdministratorsRequest, staff_id: UUID) -> HttpResponseBase:
    """Ask first: it cannot be undone."""
    found = _found(staff_id)
    if request.method == "POST":
        _administer(lambda: administration.end_account(found.staff, actor=request.user, now=timezone.now()))
        return _see(staff_id, "ended")
    return render(request, "accounts/person_end.html", {"page": PersonPage(found, request.user)})


def _found(staff_id: UUID) -> Person:
    found = find_person(staff_id, now=timezone.now())
    if found is None:
        raise Http404
    return found


def _administer(act: Callable[[], Any]) -> None:
    """Do it; 404 for one's own account, which has no such forms, and for whoever is no administrator any more."""
    try:
        act()
    except (administration.OwnAccount, inviting.NotAdministrator):
        raise Http404 from None


def _page(request: AdministratorsRequest, found: Person, *, roles: GiveRoleForm | None = None) -> HttpResponse:
    page = PersonPage(found, request.user, done=request.GET.get("done", ""))
    form = roles or GiveRoleForm(roles=givable_roles(found))
    return render(request, "accounts/person.html", {"page": page, "form": form})


def _see(staff_id: UUID, done: str) -> HttpResponseRedirect:
    query = f"?done={done}" if done else ""
    return HttpResponseRedirect(reverse("person", args=[staff_id]) + query, status=303)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

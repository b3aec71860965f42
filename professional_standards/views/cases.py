"""One case: all of it, who works it, its notes, its people and the IOPC track beside each."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from professional_standards.assigning import assign_case
from professional_standards.forms.acts import WhyForm
from professional_standards.forms.casework import AssignForm, NoteForm, SubjectForm, TrackForm
from professional_standards.models import Case
from professional_standards.noting import add_note, change_subject
from professional_standards.opened_case import OpenedCase
from professional_standards.people import people_to_assign
from professional_standards.presenters.assessment import Both, person_words
from professional_standards.presenters.case import CasePage, PersonOfCase, track_words
from professional_standards.presenters.case_acts import case_done_words
from professional_standards.presenters.readings import name_of, names_of
from professional_standards.proceedings import close_case
from professional_standards.refusals import NotAllowed, Stale
from professional_standards.tracks import set_track
from professional_standards.views.acting import acting, attempt, case_or_404, see
from professional_standards.views.staff_request import StaffRequest
from speakup.accounts.asking_again import asks_again

_PEOPLE = {"owner_id": "owner", "supervisor_id": "supervisor", "investigator_id": "investigator"}


@require_GET
def case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """One case, all of it. Reading it is entered on the ledger before it is opened; outsiders get 404."""
    return _case_page(request, case_or_404(request, case_id), NoteForm())


@require_POST
def note(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Write a note; one that cannot be saved stays in its box."""
    form = NoteForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data
        if attempt(lambda: add_note(case_id, typed["text"], note_id=typed["note"], **acting(request)), form):
            return see(request, "case", case_id, part="notes")
    return _case_page(request, case_or_404(request, case_id), form)


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Who works the case. Where a colleague assigned it meanwhile, both are shown."""
    opened = case_or_404(request, case_id)
    try:
        people = people_to_assign(case_id, **acting(request))
    except NotAllowed:
        return see(request, "case", case_id)  # changed by hand: its page says so
    stands = {
        "version": opened.case.version,
        "owner": str(opened.case.owner_id),
        "supervisor": str(opened.case.supervisor_id),
        "investigator": str(opened.case.investigator_id or ""),
    }
    form = AssignForm(request.POST if request.method == "POST" else None, people=people, initial=stands)
    shown: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        owner, supervisor, investigator = (_id(typed, name) for name in ("owner", "supervisor", "investigator"))
        try:
            if owner and attempt(
                lambda: assign_case(case_id, owner, supervisor, investigator, typed["version"], **acting(request)),
                form,
                _PEOPLE,
            ):
                return see(request, "case", case_id, done="assign")
        except Stale as stale:
            form = AssignForm(_seen(request, stale.current.version), people=people)
            shown = {"both": _both_teams(stale.current, [owner, supervisor, investigator]), "stale": True}
    page = CasePage(opened, timezone.now())
    context = {"page": page, "form": form, "possible": form.is_bound or page.may_assign, **shown}
    return render(request, "professional_standards/assign.html", context)


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def subject(request: StaffRequest, case_id: UUID, subject_id: UUID) -> HttpResponse:
    """Who somebody is, as it is known now."""
    opened = case_or_404(request, case_id)
    page, person = _person_or_404(opened, subject_id)
    known = {name: getattr(person.subject.person, name) for name in person.subject.person.__dataclass_fields__}
    stands = {**known, "version": person.subject.version}
    form = SubjectForm(request.POST if request.method == "POST" else None, policy=opened.policy, initial=stands)
    shown: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        mine, version = form.person, form.cleaned_data["version"]
        try:
            if attempt(lambda: change_subject(subject_id, mine, version, **acting(request)), form):
                return see(request, "case", case_id, done="subject", part=f"person-{person.number}")
        except Stale as stale:
            saved = stale.current.person
            both = [Both(_("Who it is"), person_words(saved, opened.policy), person_words(mine, opened.policy))]
            form = SubjectForm(_seen(request, stale.current.version), policy=opened.policy)
            shown = {"both": both, "stale": True}
    context = {"page": page, "person": person, "form": form, **shown}
    return render(request, "professional_standards/subject.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def iopc(request: StaffRequest, case_id: UUID, subject_id: UUID) -> HttpResponse:
    """Where the referral to the IOPC stands."""
    opened = case_or_404(request, case_id)
    page, person = _person_or_404(opened, subject_id)
    track = person.subject.iopc
    states = [(state, track_words(state)) for state in track.next_states]
    data = request.POST if request.method == "POST" else None
    form = TrackForm(data, states=states, initial={"version": track.version})
    shown: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        try:
            if attempt(
                lambda: set_track(
                    subject_id, typed["state"], typed["version"], typed["why"], day=typed["day"], **acting(request)
                ),
                form,
            ):
                return see(request, "case", case_id, done="iopc", part=f"person-{person.number}")
        except Stale as stale:
            saved = f"{track_words(stale.current.state)}\n{stale.current.why}"
            both = [Both(_("Referral to the IOPC"), saved, f"{track_words(typed['state'])}\n{typed['why']}")]
            form = TrackForm(_seen(request, stale.current.version), states=states)
            shown = {"both": both, "stale": True}
    context = {"page": page, "person": person, "form": form, **shown}
    return render(request, "professional_standards/iopc.html", context)


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Close a case of which nothing is left to do."""
    opened = case_or_404(request, case_id)
    page, form = CasePage(opened, timezone.now()), WhyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        why = form.cleaned_data["why"]
        if attempt(lambda: close_case(case_id, why, **acting(request)), form):
            return see(request, "case", case_id, done="close-case")
    context = {"page": page, "form": form, "possible": form.is_bound or page.may_close}
    return render(request, "professional_standards/close_case.html", context)


def _case_page(request: StaffRequest, opened: OpenedCase, form: NoteForm) -> HttpResponse:
    context = {
        "page": CasePage(opened, timezone.now()),
        "form": form,
        "done": case_done_words(request.GET.get("done")),
    }
    return render(request, "professional_standards/case.html", context)


def _person_or_404(opened: OpenedCase, subject_id: UUID) -> tuple[CasePage, PersonOfCase]:
    page = CasePage(opened, timezone.now())
    person = page.person(subject_id)
    if person is None:
        raise Http404
    return page, person


def _both_teams(saved: Case, chosen: Sequence[UUID | None]) -> list[Both]:
    parts = (_("Owner"), _("Supervisor"), _("Investigator"))
    kept = (saved.owner_id, saved.supervisor_id, saved.investigator_id)
    names = names_of([*kept, *chosen])
    return [
        Both(part, name_of(names, theirs) or _("Nobody"), name_of(names, mine) or _("Nobody"))
        for part, theirs, mine in zip(parts, kept, chosen, strict=True)
        if theirs != mine
    ]


def _id(typed: Mapping[str, str], name: str) -> UUID | None:
    return UUID(typed[name]) if typed.get(name) else None


def _seen(request: StaffRequest, version: int) -> Any:
    """What was posted, as by a form that has shown this version."""
    again = request.POST.copy()
    again["version"] = str(version)
    return again

"""Assessing a report: risk, behaviours, people, reason."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from professional_standards.assessment import Assessment, NamedSubject, SavedTriage
from professional_standards.forms.people import ADD_PERSON, PeopleFormSet, people_forms, typed_people
from professional_standards.forms.triage import AssessmentForm
from professional_standards.presenters.acts import ACTS
from professional_standards.presenters.assessment import assessment_rows, differing
from professional_standards.presenters.readings import name_of, names_of
from professional_standards.presenters.report import ReportPage
from professional_standards.presenters.told_about import people_told_about
from professional_standards.refusals import Stale
from professional_standards.report_page import OpenedReportPage
from professional_standards.triage import assess_triage
from professional_standards.views.acting import acting, attempt, report_or_404, see
from professional_standards.views.staff_request import StaffRequest
from speakup.accounts.asking_again import asks_again


@dataclass
class _Forms:
    assessment: AssessmentForm
    people: PeopleFormSet

    def are_valid(self) -> bool:
        return all([self.assessment.is_valid(), self.people.is_valid()])

    def made(self) -> Assessment:
        """Of valid forms."""
        return Assessment(
            risk=self.assessment.chosen_risk,
            reason=self.assessment.cleaned_data["reason"],
            raisers=tuple(self.assessment.cleaned_data["raisers"]),
            behaviours=self.assessment.confirmed,
            vawg=self.assessment.cleaned_data["vawg"] == "yes",
            people=tuple(form.person for form in self.people.somebodies),
        )


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Assess a report. Where a colleague saved meanwhile, both versions are shown, and what was typed stays."""
    opened = report_or_404(request, report_id)
    if request.method != "POST":
        return _render(request, opened, _stored(opened))
    if ADD_PERSON in request.POST:
        return _render(request, opened, _with_one_more(request, opened))
    typed = _typed(request, opened)
    if not typed.are_valid():
        return _render(request, opened, typed)
    made, version = typed.made(), typed.assessment.cleaned_data["version"]
    try:
        if attempt(lambda: assess_triage(report_id, made, version, **acting(request)), typed.assessment):
            return see(request, "report", report_id, done="triage")
    except Stale as stale:
        return _render_both(request, opened, made, stale.current)
    return _render(request, opened, typed)


def _stored(opened: OpenedReportPage) -> _Forms:
    """What was assessed, or before that what the reporter told."""
    if opened.triage is None:
        told = {"version": 0, "behaviours": _shown(opened), "vawg": "yes" if opened.opened.headline.vawg else ""}
        people: Sequence[NamedSubject] = people_told_about(opened.opened, opened.policy)
    else:
        saved = opened.triage.assessment
        told = {"version": opened.triage.version, "risk": saved.risk.value, "reason": saved.reason}
        told |= {"raisers": saved.raisers, "behaviours": saved.behaviours, "vawg": "yes" if saved.vawg else "no"}
        people = saved.people
    return _Forms(
        AssessmentForm(policy=opened.policy, shown=_shown(opened), initial=told),
        people_forms(None, policy=opened.policy, people=[asdict(person) for person in people]),
    )


def _typed(request: StaffRequest, opened: OpenedReportPage, data: Any = None) -> _Forms:
    posted = data if data is not None else request.POST
    return _Forms(
        AssessmentForm(posted, policy=opened.policy, shown=_shown(opened)), people_forms(posted, policy=opened.policy)
    )


def _with_one_more(request: StaffRequest, opened: OpenedReportPage) -> _Forms:
    return _Forms(
        AssessmentForm.retyped(request.POST, policy=opened.policy, shown=_shown(opened)),
        people_forms(None, policy=opened.policy, people=[*typed_people(request.POST), {}]),
    )


def _shown(opened: OpenedReportPage) -> list[str]:
    """The behaviours that stand first: those told about and those confirmed so far."""
    told = [behaviour.id for behaviour in opened.opened.behaviours]
    confirmed = opened.triage.assessment.behaviours if opened.triage else ()
    return [*told, *(each for each in confirmed if each not in told)]


def _render_both(request: StaffRequest, opened: OpenedReportPage, made: Assessment, saved: SavedTriage) -> HttpResponse:
    """What a colleague saved beside what was typed. Sent again, the form has seen the newer version."""
    again = request.POST.copy()
    again["version"] = str(saved.version)
    both = differing(assessment_rows(saved.assessment, opened.policy), assessment_rows(made, opened.policy))
    who = name_of(names_of([saved.by_id]), saved.by_id)
    return _render(request, opened, _typed(request, opened, again), both=both, who=who, when=saved.at)


def _render(request: StaffRequest, opened: OpenedReportPage, typed: _Forms, **shown: Any) -> HttpResponse:
    context = {
        "page": ReportPage(opened, timezone.now()),
        "act": ACTS["triage"],
        "form": typed.assessment,
        "people": typed.people,
        "possible": request.method == "POST" or ACTS["triage"].may in opened.may,
        **shown,
    }
    return render(request, "professional_standards/triage.html", context)

"""Opening a case on a report."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from professional_standards import cases
from professional_standards.forms.opening import NewSubjectForm, OpenCaseForm, first_basis
from professional_standards.forms.people import ADD_PERSON, PeopleFormSet, people_forms, typed_people
from professional_standards.openings import Opening
from professional_standards.people import people_to_open
from professional_standards.presenters.acts import ACTS
from professional_standards.presenters.refusals import add_problem
from professional_standards.presenters.report import ReportPage
from professional_standards.refusals import FormProblem, NotAllowed
from professional_standards.report_page import OpenedReportPage
from professional_standards.stages import first_stages
from professional_standards.views.acting import acting, attempt, report_or_404, see
from professional_standards.views.staff_request import StaffRequest
from speakup.accounts.asking_again import asks_again
from speakup.policy.document import Route

_FIELDS = {"owner_id": "owner", "supervisor_id": "supervisor", "investigator_id": "investigator"}
_NAMES = ("name", "collar_number", "rank", "unit", "person_type", "legal_basis", "first_stage", "iopc")


@dataclass
class _Forms:
    case: OpenCaseForm
    people: PeopleFormSet

    def are_valid(self) -> bool:
        return all([self.case.is_valid(), self.people.is_valid()])

    def made(self) -> Opening:
        """Of valid forms."""
        typed = self.case.cleaned_data
        return Opening(
            owner_id=UUID(typed["owner"]),
            supervisor_id=UUID(typed["supervisor"]) if typed.get("supervisor") else None,
            investigator_id=UUID(typed["investigator"]) if typed["investigator"] else None,
            title=typed["title"],
            subjects=[form.subject for form in self.somebodies],
        )

    @property
    def somebodies(self) -> list[NewSubjectForm]:
        return [form for form in self.people.somebodies if isinstance(form, NewSubjectForm)]


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def open_case(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Open a case: who works it, and where the proceeding of each person begins."""
    opened = report_or_404(request, report_id)
    possible = ACTS["open-case"].may in opened.may
    if not possible and request.method != "POST":
        return render(request, "professional_standards/open_case.html", _context(opened, None, possible=False))
    try:
        people = people_to_open(report_id, **acting(request))
    except NotAllowed:
        return see(request, "report", report_id)  # changed by hand: its page says so
    if request.method != "POST":
        told = opened.triage.assessment.people if opened.triage else ()
        forms = _Forms(
            OpenCaseForm(people=people, initial={"title": ReportPage(opened, timezone.now()).what}),
            _people(None, opened, [_first(asdict(person), opened) for person in told]),
        )
        return render(request, "professional_standards/open_case.html", _context(opened, forms))
    if ADD_PERSON in request.POST:
        typed = {name: request.POST.get(name, "") for name in ("title", "owner", "supervisor", "investigator")}
        again = [*typed_people(request.POST, _NAMES), {}]
        forms = _Forms(OpenCaseForm(people=people, initial=typed), _people(None, opened, again))
        return render(request, "professional_standards/open_case.html", _context(opened, forms))
    forms = _Forms(OpenCaseForm(request.POST, people=people), _people(request.POST, opened))
    if forms.are_valid():
        case = _open(request, report_id, forms)
        if case is not None:
            return see(request, "case", case, done="open-case")
    return render(request, "professional_standards/open_case.html", _context(opened, forms))


def _open(request: StaffRequest, report_id: UUID, forms: _Forms) -> UUID | None:
    """The new case's id, or None where something is said in the forms."""
    made: list[UUID] = []
    if not forms.somebodies:
        forms.case.add_error(None, _("Name whom the case is about; choose 'Not known yet who it is' if nobody knows"))
        return None

    def do() -> None:
        try:
            made.append(cases.open_case(report_id, forms.made(), **acting(request)).id)
        except FormProblem as problem:
            _say_beside(forms, problem)

    attempt(do, forms.case)
    return made[0] if made else None


def _say_beside(forms: _Forms, problem: FormProblem) -> None:
    """A problem of a person ('subjects.0.first_stage', 'subjects.0.person.name') beside that person's field."""
    parts = problem.field.split(".")
    if parts[0] == "subjects" and len(parts) > 2 and parts[1].isdigit() and int(parts[1]) < len(forms.somebodies):
        add_problem(forms.somebodies[int(parts[1])], FormProblem(parts[-1], problem.problem))
    else:
        add_problem(forms.case, problem, _FIELDS)


def _people(data: Any, opened: OpenedReportPage, people: Sequence[dict[str, Any]] = ()) -> PeopleFormSet:
    desk, policy = opened.opened.report.desk_id, opened.policy
    stages = dict.fromkeys(stage for route in Route for stage in first_stages(route, desk, policy))
    return people_forms(data, policy=policy, people=people, form=NewSubjectForm, stages=list(stages))


def _first(person: dict[str, Any], opened: OpenedReportPage) -> dict[str, Any]:
    return {
        **person,
        "legal_basis": first_basis(person["person_type"], opened.policy),
        "first_stage": "conduct_decision",
        "iopc": "not_assessed",
    }


def _context(opened: OpenedReportPage, forms: _Forms | None, *, possible: bool = True) -> dict[str, Any]:
    return {
        "page": ReportPage(opened, timezone.now()),
        "act": ACTS["open-case"],
        "form": forms.case if forms else None,
        "people": forms.people if forms else None,
        "possible": possible,
    }

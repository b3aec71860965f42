"""More time for one of the clocks of a report or a case."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from professional_standards.extending import extend_case_clock, extend_report_clock
from professional_standards.forms.acts import ExtendForm
from professional_standards.presenters.acts import EXTENDED
from professional_standards.presenters.case import CasePage
from professional_standards.presenters.due import ClockLine
from professional_standards.presenters.report import ReportPage
from professional_standards.views.acting import acting, attempt, case_or_404, report_or_404, see
from professional_standards.views.staff_request import StaffRequest

# extend_report_clock or extend_case_clock
Extend = Callable[..., None]


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: StaffRequest, report_id: UUID, clock_id: UUID) -> HttpResponse:
    """For a clock of a report."""
    page = ReportPage(report_or_404(request, report_id), timezone.now())
    line = _line_or_404([*page.clocks, *page.over], clock_id, of_report=True)
    return _extend(request, ("report", report_id), line, extend_report_clock, {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: StaffRequest, case_id: UUID, clock_id: UUID) -> HttpResponse:
    """For a clock of a case. Those of its reports have the report in their address."""
    page = CasePage(case_or_404(request, case_id), timezone.now())
    line = _line_or_404([*(one.line for one in page.clocks), *page.over], clock_id, of_report=False)
    return _extend(request, ("case", case_id), line, extend_case_clock, {"page": page, "about_case": True})


def _extend(
    request: StaffRequest, of: tuple[str, UUID], line: ClockLine, extend: Extend, context: dict[str, Any]
) -> HttpResponse:
    form = ExtendForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        typed, (kind, object_id) = form.cleaned_data, of
        if attempt(lambda: extend(object_id, line.clock.id, typed["until"], typed["why"], **acting(request)), form):
            return see(request, kind, object_id, done=EXTENDED)
    context |= {"line": line, "form": form, "possible": form.is_bound or line.may_extend}
    return render(request, "professional_standards/extend.html", context)


def _line_or_404(lines: Sequence[ClockLine], clock_id: UUID, *, of_report: bool) -> ClockLine:
    line = next((line for line in lines if line.clock.id == clock_id), None)
    if line is None or line.of_report != of_report:
        raise Http404
    return line

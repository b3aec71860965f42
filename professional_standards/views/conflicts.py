"""Declaring a conflict, and making the next key after one."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from professional_standards.conflicts import declare_conflict_on_case, declare_conflict_on_report
from professional_standards.forms.conflict import ConflictForm
from professional_standards.presenters.case import CasePage
from professional_standards.presenters.rekeying import CONFLICT, NOTHING_DUE, REKEYED
from professional_standards.presenters.report import ReportPage
from professional_standards.rekeying import make_epoch_of_case, make_epoch_of_report
from professional_standards.views.acting import acting, attempt, case_or_404, report_or_404, see
from professional_standards.views.staff_request import StaffRequest
from speakup.accounts.asking_again import asks_again

page_of_an_act = require_http_methods(["GET", "HEAD", "POST"])


@asks_again
@page_of_an_act
def of_report(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Say that one must not read a report: it is gone at once."""
    page, form = ReportPage(report_or_404(request, report_id), timezone.now()), _form(request)
    if form.is_bound and form.is_valid():
        why = form.cleaned_data["why"]
        if attempt(lambda: declare_conflict_on_report(report_id, why, **acting(request)), form):
            return see(request, "report", report_id, done=CONFLICT)
    return _page(request, form, "report", report_id, page.report.reference, in_case=page.case is not None)


@asks_again
@page_of_an_act
def of_case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Say that one must not work a case: it is gone at once, with its reports."""
    page, form = CasePage(case_or_404(request, case_id), timezone.now()), _form(request)
    if form.is_bound and form.is_valid():
        why = form.cleaned_data["why"]
        if attempt(lambda: declare_conflict_on_case(case_id, why, **acting(request)), form):
            return see(request, "case", case_id, done=CONFLICT)
    return _page(request, form, "case", case_id, page.case.reference, in_case=True)


@asks_again
@page_of_an_act
def rekey_report(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Make the report's next key, where one is due. Whoever comes without the button gets the report's page."""
    reference = ReportPage(report_or_404(request, report_id), timezone.now()).report.reference
    if request.method != "POST":
        return HttpResponseRedirect(reverse("staff-report", args=[report_id]))
    return _rekey(request, "report", report_id, lambda: make_epoch_of_report(report_id, **acting(request)), reference)


@asks_again
@page_of_an_act
def rekey_case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Make the case's next key, and those of its reports, where one is due. Without the button: the case's page."""
    reference = case_or_404(request, case_id).case.reference
    if request.method != "POST":
        return HttpResponseRedirect(reverse("staff-case", args=[case_id]))
    return _rekey(request, "case", case_id, lambda: make_epoch_of_case(case_id, **acting(request)), reference)


def _rekey(request: StaffRequest, kind: str, object_id: UUID, make: Callable[[], bool], reference: str) -> HttpResponse:
    form, made = forms.Form({}), []
    if attempt(lambda: made.append(make()), form):
        return see(request, kind, object_id, done=REKEYED if made[0] else NOTHING_DUE)
    context = {"form": form, "reference": reference, "back": reverse(f"staff-{kind}", args=[object_id])}
    return render(request, "professional_standards/not_rekeyed.html", context)


def _form(request: StaffRequest) -> ConflictForm:
    return ConflictForm(request.POST if request.method == "POST" else None)


def _page(
    request: StaffRequest, form: ConflictForm, kind: str, object_id: UUID, reference: str, *, in_case: bool
) -> HttpResponse:
    context = {
        "form": form,
        "reference": reference,
        "of_case": kind == "case",
        "in_case": in_case,
        "back": reverse(f"staff-{kind}", args=[object_id]),
        "here": reverse(f"staff-conflict-{kind}", args=[object_id]),
    }
    return render(request, "professional_standards/conflict.html", context)

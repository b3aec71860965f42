"""What the pages of acts share: opening what is acted on, trying the act, and where to go afterwards."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from professional_standards.opened_case import OpenedCase
from professional_standards.presenters.refusals import REFUSED, add_problem, refusal_words
from professional_standards.reading import open_case_page
from professional_standards.refusals import FormProblem
from professional_standards.report_page import OpenedReportPage, open_report_page
from professional_standards.views.staff_request import StaffRequest
from speakup.accounts.keyring import NotGranted


def acting(request: StaffRequest) -> dict[str, Any]:
    """Who acts, with which keys, when: what every service takes."""
    return {"keyring": request.keyring, "actor": request.user, "now": timezone.now()}


def report_or_404(request: StaffRequest, report_id: UUID) -> OpenedReportPage:
    """The report, opened and the reading entered; 404 for whoever cannot, whatever the reason."""
    try:
        return open_report_page(report_id, request.keyring, request.user, timezone.now())
    except NotGranted:
        raise Http404 from None


def case_or_404(request: StaffRequest, case_id: UUID) -> OpenedCase:
    """The case, opened and the reading entered; 404 for whoever cannot, whatever the reason."""
    try:
        return open_case_page(case_id, request.keyring, request.user, timezone.now())
    except NotGranted:
        raise Http404 from None


def attempt(do: Callable[[], object], form: forms.Form, fields: Mapping[str, str] | None = None) -> bool:
    """Whether it was done. What was refused is said above the form, what cannot stand beside its field.

    `fields` are names of the form's fields by those that the service gives them. Stale is the caller's.
    """
    try:
        do()
    except NotGranted:
        raise Http404 from None
    except REFUSED as refused:
        form.add_error(None, refusal_words(refused))
    except FormProblem as problem:
        add_problem(form, problem, fields)
    else:
        return True
    return False


def see(request: StaffRequest, kind: str, object_id: UUID, done: str = "", part: str = "") -> HttpResponseRedirect:
    """To the page of the report or case, which says what was done; to what waits, where it is no longer one's own."""
    try:
        request.keyring.open(kind, object_id)
        page = reverse(f"staff-{kind}", args=[object_id])
    except NotGranted:
        page, part = reverse("staff-home"), ""
    query = f"?done={done}" if done else ""
    return HttpResponseRedirect(page + query + (f"#{part}" if part else ""), status=303)

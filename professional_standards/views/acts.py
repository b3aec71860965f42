"""What moves a report on: a page for each, with a reason and mostly words for its reporter."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from professional_standards import aftercare, joining, outcomes, triage
from professional_standards.forms.acts import (
    AskForm,
    CloseForm,
    FeedbackForm,
    JoinForm,
    PassForm,
    SendOutForm,
    UpdateForm,
    WhyForm,
)
from professional_standards.presenters.acts import ACTS
from professional_standards.presenters.headlines import headline_words
from professional_standards.presenters.report import ReportPage
from professional_standards.report_page import OpenedReportPage
from professional_standards.views.acting import acting, attempt, report_or_404, see
from professional_standards.views.staff_request import StaffRequest
from speakup.accounts.asking_again import asks_again
from speakup.policy.services import current_policy

Make = Callable[[Any, OpenedReportPage], forms.Form]
Do = Callable[[dict[str, Any]], object]

page_of_an_act = require_http_methods(["GET", "HEAD", "POST"])


@page_of_an_act
def ask(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Ask the reporter something, and wait for the answer."""
    return _act(
        request,
        report_id,
        "ask",
        lambda data, page: AskForm(data),
        lambda typed: triage.ask_reporter(report_id, typed["text"], message_id=typed["message"], **acting(request)),
    )


@page_of_an_act
def resume(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Back to triage."""
    return _act(
        request,
        report_id,
        "resume",
        lambda data, page: WhyForm(data),
        lambda typed: triage.resume_triage(report_id, typed["why"], **acting(request)),
    )


@asks_again
@page_of_an_act
def pass_on(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """To another desk."""
    return _act(
        request,
        report_id,
        "pass",
        lambda data, page: PassForm(
            data, policy=page.policy, desks=outcomes.desks_to_pass_to(page.opened.report, page.policy)
        ),
        lambda typed: outcomes.pass_report(report_id, typed["desk"], typed["why"], **acting(request)),
    )


@asks_again
@page_of_an_act
def send_out(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """To another force or body."""
    return _act(
        request,
        report_id,
        "send-out",
        lambda data, page: SendOutForm(data),
        lambda typed: outcomes.transfer_report(
            report_id, typed["receiver"], typed["why"], typed["text"], message_id=typed["message"], **acting(request)
        ),
    )


@asks_again
@page_of_an_act
def close(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """The end of a report without a case."""
    return _act(
        request,
        report_id,
        "close",
        lambda data, page: CloseForm(data, policy=page.policy),
        lambda typed: outcomes.close_report(
            report_id,
            typed["determination"],
            typed["why"],
            typed["text"],
            message_id=typed["message"],
            **acting(request),
        ),
    )


@page_of_an_act
def update(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """That work goes on, told to the reporter."""
    return _act(
        request,
        report_id,
        "update",
        lambda data, page: UpdateForm(data),
        lambda typed: aftercare.give_update(report_id, typed["text"], message_id=typed["message"], **acting(request)),
    )


@page_of_an_act
def feedback(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """What was done and why, told to the reporter."""
    return _act(
        request,
        report_id,
        "feedback",
        lambda data, page: FeedbackForm(data),
        lambda typed: aftercare.give_feedback(report_id, typed["text"], message_id=typed["message"], **acting(request)),
    )


@asks_again
@page_of_an_act
def end(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """After-care is over."""
    return _act(
        request,
        report_id,
        "end",
        lambda data, page: WhyForm(data),
        lambda typed: aftercare.end_monitoring(report_id, typed["why"], **acting(request)),
    )


@asks_again
@page_of_an_act
def reopen(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Back to triage from after-care or the end."""
    return _act(
        request,
        report_id,
        "reopen",
        lambda data, page: WhyForm(data),
        lambda typed: aftercare.reopen_report(report_id, typed["why"], **acting(request)),
    )


@asks_again
@page_of_an_act
def join(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """To a case that is open."""

    def make(data: Any, page: OpenedReportPage) -> JoinForm:
        cases = joining.cases_to_join(report_id, **acting(request))
        policy = current_policy()
        return JoinForm(
            data, cases=[(str(each.id), f"{each.reference}: {headline_words(each.headline, policy)}") for each in cases]
        )

    return _act(
        request,
        report_id,
        "join",
        make,
        lambda typed: joining.join_report(report_id, UUID(typed["case"]), typed["why"], **acting(request)),
    )


@asks_again
@page_of_an_act
def leave_case(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Out of its case, back to the whole desk."""
    cases: list[UUID] = []

    def make(data: Any, page: OpenedReportPage) -> WhyForm:
        cases.extend([page.case.id] if page.case else [])
        return WhyForm(data)

    return _act(
        request,
        report_id,
        "leave-case",
        make,
        lambda typed: joining.leave_case(report_id, cases[0] if cases else report_id, typed["why"], **acting(request)),
    )


def _act(request: StaffRequest, report_id: UUID, name: str, make: Make, do: Do) -> HttpResponse:
    """Show the act's page, or try the act: then the report's page says what was done."""
    opened, act = report_or_404(request, report_id), ACTS[name]
    form = make(request.POST if request.method == "POST" else None, opened)
    if form.is_bound and form.is_valid() and attempt(lambda: do(form.cleaned_data), form):
        return see(request, "report", report_id, done=name)
    context = {
        "page": ReportPage(opened, timezone.now()),
        "act": act,
        "form": form,
        "nothing": getattr(form, "nothing", "") if not form.is_bound else "",
        "possible": form.is_bound or act.may in opened.may,
    }
    return render(request, "professional_standards/act.html", context)

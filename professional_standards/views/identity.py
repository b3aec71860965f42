"""Who a reporter is: asked for from the report's page, decided by a custodian, looked at by the head of the desk."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from professional_standards.asking_identity import CONFIDENTIAL, ask_identity, may_ask_in_an_emergency
from professional_standards.deciding_identity import decide_identity
from professional_standards.forms.identity import RELEASE, RIGHT, AskNameForm, DecideNameForm, ReviewNameForm
from professional_standards.identity_requests import OpenedRequest, list_requests, open_request
from professional_standards.presenters.identity import (
    DONE,
    ROSTERS,
    RequestPage,
    RequestWords,
    is_open,
    request_words,
)
from professional_standards.presenters.report import ReportPage
from professional_standards.refusals import NotGranted
from professional_standards.released_identity import open_identity, requests_of
from professional_standards.report_page import OpenedReportPage
from professional_standards.reviewing_identity import review_identity
from professional_standards.views.acting import acting, attempt, report_or_404
from professional_standards.views.staff_request import StaffRequest
from speakup.accounts.asking_again import asks_again
from speakup.accounts.desk_page import waits_for_signature_of
from speakup.accounts.rosters import RosterInvalid


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: StaffRequest, report_id: UUID) -> HttpResponse:
    """Ask who the reporter is; once it is released, show it, by a post of its own."""
    opened = report_or_404(request, report_id)
    supervises = may_ask_in_an_emergency(opened.policy.desk(opened.opened.report.desk_id), request.roles)
    if request.method == "POST" and "show" in request.POST:
        return _show(request, opened)
    form = AskNameForm(request.POST if request.method == "POST" else None, supervises=supervises)
    if form.is_bound and form.is_valid():
        typed, emergency = form.cleaned_data, form.is_emergency
        if _attempt(lambda: ask_identity(report_id, typed["why"], emergency=emergency, **acting(request)), form):
            return _see("staff-name", report_id, done="asked")
    return _render_name(request, opened, form)


@require_safe
def names(request: StaffRequest) -> HttpResponse:
    """The requests that concern me: to decide, to look at, my own."""
    now = timezone.now()
    found = list_requests(request.keyring, actor=request.user, roles=request.roles, now=now)
    context = {
        "to_decide": [RequestWords(line, now) for line in found.to_decide],
        "to_review": [RequestWords(line, now) for line in found.to_review],
        "mine": [RequestWords(line, now) for line in found.mine],
        "done": DONE.get(request.GET.get("done", ""), ""),
        "signatures": waits_for_signature_of(request.user),
    }
    return render(request, "professional_standards/names.html", context)


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def name_request(request: StaffRequest, request_id: UUID) -> HttpResponse:
    """One request: a custodian decides it, the head of the desk looks at an emergency afterwards."""
    try:
        opened = open_request(
            request_id, keyring=request.keyring, actor=request.user, roles=request.roles, now=timezone.now()
        )
    except NotGranted:
        raise Http404 from None
    if request.method != "POST":
        return _render_request(request, opened)
    return _review(request, opened) if "found" in request.POST or opened.may_review else _decide(request, opened)


def _decide(request: StaffRequest, opened: OpenedRequest) -> HttpResponse:
    form = DecideNameForm(request.POST)
    if form.is_valid():
        typed, request_id = form.cleaned_data, opened.line.request.id
        release = typed["answer"] == RELEASE
        until = typed["until"] if release else None
        if _attempt(lambda: decide_identity(request_id, release, until, typed["why"], **acting(request)), form):
            return _see("staff-names", done="released" if release else "refused")
    return _render_request(request, opened, form)


def _review(request: StaffRequest, opened: OpenedRequest) -> HttpResponse:
    form = ReviewNameForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data
        upheld = typed["found"] == RIGHT
        if _attempt(lambda: review_identity(opened.line.request.id, upheld, typed["why"], **acting(request)), form):
            return _see("staff-names", done="reviewed")
    return _render_request(request, opened, form)


def _attempt(do: Any, form: Any) -> bool:
    """attempt(), where keys are looked up on rosters: without valid ones nothing is given to anybody."""
    try:
        return attempt(do, form)
    except RosterInvalid:
        form.add_error(None, str(ROSTERS))
        return False


def _show(request: StaffRequest, opened: OpenedReportPage) -> HttpResponse:
    try:
        released = open_identity(opened.opened.report.id, **acting(request))
    except NotGranted:
        raise Http404 from None
    return _render_name(request, opened, None, released=released)


def _render_name(
    request: StaffRequest, opened: OpenedReportPage, form: AskNameForm | None, **shown: Any
) -> HttpResponse:
    now = timezone.now()
    asked = requests_of(opened.opened.report.id, request.user)
    context = {
        "page": ReportPage(opened, now),
        "form": form,
        "asked": [request_words(each, now) for each in asked],
        "in_confidence": opened.opened.known_as.mode == CONFIDENTIAL,
        "may_ask": form is not None and (form.is_bound or not any(is_open(each, now) for each in asked)),
        "can_be_read": any(is_open(each, now, released=True) for each in asked),
        "done": DONE.get(request.GET.get("done", ""), ""),
        **shown,
    }
    return render(request, "professional_standards/name.html", context)


def _render_request(
    request: StaffRequest, opened: OpenedRequest, form: DecideNameForm | ReviewNameForm | None = None
) -> HttpResponse:
    if form is None and opened.may_decide:
        form = DecideNameForm()
    elif form is None and opened.may_review:
        form = ReviewNameForm()
    context = {"page": RequestPage(opened, timezone.now()), "form": form}
    return render(request, "professional_standards/name_request.html", context)


def _see(url_name: str, *ids: UUID, done: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse(url_name, args=ids)}?done={done}", status=303)

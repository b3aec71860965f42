"""Check answers, sending, and the receipt: one path, so that the history of a browser does not tell them apart."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from speakup.policy.services import current_policy
from speakup.reporting.answers import Answers
from speakup.reporting.drafts import NoDraft
from speakup.reporting.presenters.check import left_out, summary_rows
from speakup.reporting.presenters.support import OUTSIDE_THE_FORCE, shown_services
from speakup.reporting.questions import CHECK, missing_for_sending
from speakup.reporting.sending import IntakeClosed, NoCustodians, NoDeskLeft, send_report
from speakup.reporting.views import receipt
from speakup.reporting.views.files import files_of_draft
from speakup.reporting.views.navigation import back_url, reporter_of, see_other, step_url, where_to_begin
from speakup.reporting.views.reading_answers import answers_of
from speakup.reporting.views.which_form import SENT, is_of_another_form, names_no_form, show_other_form
from speakup.vault.errors import Busy

CLOSED = 503
PROBLEMS = {IntakeClosed: "closed", NoDeskLeft: "no_desk", NoCustodians: "no_custodians", Busy: "busy"}


def check(request: HttpRequest) -> HttpResponse:
    """The receipt as long as one is shown, else the answers so far."""
    if request.method == "POST" and request.POST.get("act") in receipt.ACTS:
        return receipt.receive(request)
    sent = reporter_of(request).sent
    if sent:
        return see_other(step_url(CHECK)) if request.method == "POST" else receipt.show(request, sent)
    answers = answers_of(request)
    if answers is None:
        return where_to_begin(request)
    if request.method == "POST" and request.POST.get("act") == "send":
        if is_of_another_form(request) or names_no_form(request):
            return show_other_form(request, SENT)
        return _send(request, answers)
    return _render(request, answers)


def change_url(page: str) -> str:
    """Where an answer of this page is changed; 'continue' there leads back to 'check answers'."""
    return step_url(page, from_check=True)


def _render(request: HttpRequest, answers: Answers, *, refused: bool = False) -> HttpResponse:
    missing, draft = missing_for_sending(answers), reporter_of(request).draft
    context = {
        "rows": summary_rows(answers, current_policy(), files_of_draft(reporter_of(request)), change_url),
        "left_out": left_out(answers, change_url),
        "missing": [(each.title_for(answers), change_url(each.id)) for each in missing],
        "refused": refused,
        "back_url": back_url(request, CHECK, answers),
        "has_words": draft is not None and draft.saved,
    }
    return render(request, "reporting/check.html", context)


def _send(request: HttpRequest, answers: Answers) -> HttpResponse:
    if missing_for_sending(answers):
        return _render(request, answers, refused=True)
    reporter = reporter_of(request)
    try:
        send_report(reporter, reporter.now)
    except NoDraft:
        return where_to_begin(request)
    except (IntakeClosed, NoDeskLeft, NoCustodians, Busy) as problem:
        return _not_sent(request, PROBLEMS[type(problem)])
    return see_other(step_url(CHECK))


def _not_sent(request: HttpRequest, problem: str) -> HttpResponse:
    """Why nothing was sent; the draft is as it was, and there are other ways."""
    context = {
        "problem": problem,
        "outside": shown_services(current_policy(), OUTSIDE_THE_FORCE),
        "check_url": step_url(CHECK),
        "exclusions_url": change_url("exclusions"),
        "mode_url": change_url("mode"),
    }
    return render(request, "reporting/not_sent.html", context, status=CLOSED)

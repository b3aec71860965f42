"""Coming back: the words open the inbox, or the form that was saved. A hit and a miss look the same to an onlooker
(vault.md, 'Receipt').

Everything about a report that was sent, or a form that was saved, is at one path, so that the history of a browser does
not tell that there is one: what is read or written there is asked for by posts.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from speakup.reporting.forms.receipt import ReturnForm
from speakup.reporting.inbox import NoReportOpen, Outcome, close_inbox, open_inbox
from speakup.reporting.uploads import takes_files
from speakup.reporting.views import saving
from speakup.reporting.views.inbox import show_inbox, show_message
from speakup.reporting.views.name import receive_name, show_name
from speakup.reporting.views.navigation import BUSY, reporter_of, see_other
from speakup.reporting.views.steady import released_on_the_grid
from speakup.reporting.views.tried import Tried, carried_by, carry_on, forget_tried
from speakup.reporting.views.write import receive_message, show_write
from speakup.vault.errors import Busy
from speakup.web.dispatcher import forget_csrf_cookie


@takes_files("report")
@require_http_methods(["GET", "HEAD", "POST"])
def return_(request: HttpRequest) -> HttpResponse:
    """The form for the words, and those of a form just saved; with an open report, its inbox, its messages, the pages
    for writing and for the name.
    """
    for field, receive in (("text", receive_message), ("known", receive_name), ("words", _receive_words)):
        if field in request.POST:
            return receive(request)
    if request.POST.get("act") == "close":
        close_inbox(reporter_of(request))
        closed = see_other(reverse("return"))
        forget_csrf_cookie(request, closed)  # or Back and Reload would post the words that the browser keeps once more
        return closed
    if request.POST.get("act") in saving.ACTS:
        return saving.receive(request)
    tried = carried_by(request) if request.method != "POST" else None
    if tried is not None:
        return _show_what_came(request, tried)
    try:
        return _show(request)
    except NoReportOpen:
        return see_other(reverse("return")) if request.method == "POST" else _render_form(request, ReturnForm())


def _show(request: HttpRequest) -> HttpResponse:
    if "read" in request.POST:
        return show_message(request)
    if request.POST.get("open") == "write":
        return show_write(request)
    if request.POST.get("open") == "name":
        return show_name(request)
    if request.method != "POST" and reporter_of(request).saving:
        return saving.show_words(request)
    return show_inbox(request)


def _receive_words(request: HttpRequest) -> HttpResponse:
    """Hit or miss, the answer is the same redirect: nothing that a browser sends again opens a report."""
    form, reporter = ReturnForm(request.POST), reporter_of(request)
    try:
        with released_on_the_grid():
            outcome = open_inbox(form.typed_words(), reporter, reporter.now)
            answer = see_other(reverse("return"))
            carry_on(answer, reporter, outcome, form.typed_again())
            return answer
    except Busy:
        return _render_form(request, form, busy=True, status=BUSY)


def _show_what_came(request: HttpRequest, tried: Tried) -> HttpResponse:
    """The page after the words, the inbox or the form with what was typed: as long in coming, with the same cookies."""
    with released_on_the_grid():
        answer = _inbox_or_form(request, tried)
        reporter_of(request).show_cookie()
        forget_tried(request, answer)
        return answer


def _inbox_or_form(request: HttpRequest, tried: Tried) -> HttpResponse:
    outcome = tried.outcome
    if outcome is Outcome.OPENED:
        try:
            return show_inbox(request)
        except NoReportOpen:
            outcome = Outcome.UNKNOWN
    if outcome is Outcome.DRAFT:
        opened = saving.show_opened(request)
        if opened is not None:
            return opened
        outcome = Outcome.UNKNOWN
    form = ReturnForm({"words": tried.typed})
    form.say_problem(outcome)
    return _render_form(request, form, missed=True)


def _render_form(request: HttpRequest, form: ReturnForm, *, status: int = 200, **notices: bool) -> HttpResponse:
    """The form for the words; `notices` are missed and busy. Above it, a saved form that is open."""
    context = {"form": form, "relocked": reporter_of(request).relocked, **saving.open_draft(request), **notices}
    return render(request, "reporting/return.html", context, status=status)

"""Coming back: the words open the inbox. A hit and a miss look the same to an onlooker (vault.md, 'Receipt')."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from speakup.reporting.forms.receipt import ReturnForm
from speakup.reporting.inbox import Inbox, NoReportOpen, Outcome, close_inbox, open_inbox, read_inbox, read_message
from speakup.reporting.presenters.inbox import inbox_lines, page_of, standing
from speakup.reporting.views.navigation import reporter_of, see_other
from speakup.reporting.views.steady import released_on_the_grid
from speakup.vault.errors import Busy

BUSY = 503


@require_http_methods(["GET", "HEAD", "POST"])
def return_(request: HttpRequest) -> HttpResponse:
    """The form for the words; with an open report, its inbox. A post opens one, or closes the one that is open."""
    if request.method == "POST" and request.POST.get("act") == "close":
        close_inbox(reporter_of(request))
        return see_other(reverse("return"))
    if request.method == "POST":
        with released_on_the_grid():
            return _receive_words(request)
    inbox = inbox_of(request)
    return _render_form(request, ReturnForm()) if inbox is None else _render_inbox(request, inbox)


def inbox_of(request: HttpRequest) -> Inbox | None:
    """The open report's inbox, or None where none is open."""
    try:
        return read_inbox(reporter_of(request))
    except NoReportOpen:
        return None


def _receive_words(request: HttpRequest) -> HttpResponse:
    form = ReturnForm(request.POST)
    typed = form.cleaned_data["words"] if form.is_valid() else ""
    try:
        outcome = open_inbox(typed, reporter_of(request), reporter_of(request).now)
    except Busy:
        return _render_form(request, form, busy=True, status=BUSY)
    inbox = inbox_of(request) if outcome is Outcome.OPENED else None
    if inbox is not None:
        return _render_inbox(request, inbox)
    form.say_problem(outcome)
    return _render_form(request, form, missed=True)


def _render_form(
    request: HttpRequest, form: ReturnForm, *, missed: bool = False, busy: bool = False, status: int = 200
) -> HttpResponse:
    return render(request, "reporting/return.html", {"form": form, "missed": missed, "busy": busy}, status=status)


def _render_inbox(request: HttpRequest, inbox: Inbox) -> HttpResponse:
    typed = request.GET.get("page", "")
    page = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
    lines, older = page_of(inbox_lines(inbox), page)
    context = {"inbox": inbox, "standing": standing(inbox), "lines": lines, "older": older, "page": page}
    return render(request, "reporting/inbox.html", context)


@require_safe
def message(request: HttpRequest, number: int) -> HttpResponse:
    """One message of the open report, on a page of its own: a long one shows in no page's size but its own."""
    try:
        found = read_message(reporter_of(request), number)
    except NoReportOpen:
        return see_other(reverse("return"))
    if found is None:
        raise Http404
    return render(request, "reporting/message.html", {"message": found})

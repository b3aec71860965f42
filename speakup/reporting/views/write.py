"""Adding to a report that was sent: a message, files, or both. What is typed survives an inbox that was closed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from speakup.reporting.forms.message import MessageForm, WordsAndMessageForm
from speakup.reporting.inbox import NoReportOpen, Outcome, open_inbox, send_message
from speakup.reporting.uploads import NoOwner, takes_files
from speakup.reporting.views.attaching import attach_uploads, uploads_of
from speakup.reporting.views.navigation import reporter_of, see_other
from speakup.reporting.views.returning import BUSY
from speakup.reporting.views.steady import released_on_the_grid
from speakup.vault.errors import Busy


@takes_files("report")
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """The form for a message; without an open report it asks for the words beside what was typed."""
    is_open = reporter_of(request).report is not None
    if request.method == "POST":
        return _receive(request, MessageForm(request.POST, request.FILES)) if is_open else _receive_late(request)
    return _render(request, MessageForm()) if is_open else see_other(reverse("return"))


def _receive(request: HttpRequest, form: MessageForm) -> HttpResponse:
    """Files first: when one is refused, the page is shown again with the text, and nothing goes twice."""
    reporter = reporter_of(request)
    if not form.is_valid() or reporter.report is None:
        return _render(request, form)
    try:
        refused = attach_uploads(request, reporter.report)
        if refused:
            form.say_refused(refused)
            return _render(request, form, files_kept=len(uploads_of(request)) - len(refused))
        if form.cleaned_data["text"]:
            send_message(reporter, form.cleaned_data["text"], reporter.now)
    except (NoOwner, NoReportOpen):
        return _render_late(request, WordsAndMessageForm(initial={"text": form.cleaned_data["text"]}))
    return see_other(reverse("return"))


def _receive_late(request: HttpRequest) -> HttpResponse:
    """First ask for the words, with the text kept; the post that brings them opens the inbox and goes into it."""
    with released_on_the_grid():
        form = WordsAndMessageForm(request.POST)
        if "words" not in request.POST:
            return _render_late(request, WordsAndMessageForm(initial={"text": request.POST.get("text", "")}))
        reporter = reporter_of(request)
        typed = request.POST["words"]
        try:
            outcome = open_inbox(typed, reporter, reporter.now)
        except Busy:
            return _render_late(request, form, busy=True, status=BUSY)
        if outcome is not Outcome.OPENED:
            form.say_problem(outcome)
            return _render_late(request, form)
        return _receive(request, MessageForm(request.POST, request.FILES))


def _render(request: HttpRequest, form: MessageForm, *, files_kept: int = 0) -> HttpResponse:
    return render(request, "reporting/write.html", {"form": form, "files_kept": files_kept})


def _render_late(
    request: HttpRequest, form: WordsAndMessageForm, *, busy: bool = False, status: int = 200
) -> HttpResponse:
    context = {"form": form, "late": True, "busy": busy, "files_lost": bool(uploads_of(request))}
    return render(request, "reporting/write.html", context, status=status)

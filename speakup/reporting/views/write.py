"""Adding to a report that was sent: a message, files, or both. What is typed survives an inbox that was closed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from speakup.reporting.forms.message import MessageForm, WordsAndMessageForm
from speakup.reporting.inbox import NoReportOpen, Outcome, open_inbox, send_message
from speakup.reporting.slots import ReportSlot
from speakup.reporting.uploads import NoOwner
from speakup.reporting.views.attaching import attach_uploads, uploads_of
from speakup.reporting.views.inbox import show_inbox
from speakup.reporting.views.navigation import BUSY, reporter_of, see_other
from speakup.reporting.views.steady import as_long_as, released_on_the_grid
from speakup.vault.errors import Busy


def show_write(request: HttpRequest) -> HttpResponse:
    """The empty form for a message. Raises NoReportOpen."""
    if reporter_of(request).report is None:
        raise NoReportOpen
    return _render(request, MessageForm())


def receive_message(request: HttpRequest) -> HttpResponse:
    """Words beside the text open their report first; without them the text is for the one that is open."""
    report = reporter_of(request).report
    if "words" in request.POST:
        return _receive_with_words(request)
    if report is None:
        return _render_late(request, _late_form(request))
    return _receive(request, report)


def _receive(request: HttpRequest, report: ReportSlot) -> HttpResponse:
    """Files first, whatever the text: a browser cannot fill their field again, so those that came are kept."""
    form = MessageForm(request.POST, request.FILES)
    try:
        refused = attach_uploads(request, report)
        if form.is_valid() and not refused:
            _send(request, form)
            return see_other(reverse("return"))
    except (NoOwner, NoReportOpen):
        return _render_late(request, _late_form(request))
    form.say_refused(refused)
    return _render(request, form, files_kept=len(uploads_of(request)) - len(refused))


def _send(request: HttpRequest, form: MessageForm | WordsAndMessageForm) -> bool:
    """Whether there was a text to send. Raises NoReportOpen."""
    reporter, text = reporter_of(request), form.cleaned_data["text"]
    if text:
        send_message(reporter, text, reporter.now, message_id=form.message_id)
    return bool(text)


def _late_form(request: HttpRequest) -> WordsAndMessageForm:
    """The form that asks for the words, with the text kept in it."""
    return WordsAndMessageForm(initial={name: request.POST.get(name, "") for name in ("text", "message")})


def _receive_with_words(request: HttpRequest) -> HttpResponse:
    """Open the inbox and put the text into it. Hit and miss take as long and are as long as each other."""
    form = WordsAndMessageForm(request.POST)
    if form.is_old():
        return _render_late(request, _late_form(request))
    reporter = reporter_of(request)
    relocked = reporter.relocked  # before the words are tried: the page after a miss is the one beside a hit
    try:
        with released_on_the_grid():
            outcome = open_inbox(form.typed_words(), reporter, reporter.now)
            hit = _answer_hit(request) if outcome is Outcome.OPENED else None
            form.say_problem(outcome)
            miss = _render_late(request, form, relocked=relocked)
            return as_long_as(hit, miss) if hit else miss
    except Busy:
        return _render_late(request, form, busy=True, status=BUSY)


def _answer_hit(request: HttpRequest) -> HttpResponse | None:
    """The inbox with the text in it, or the page for writing where the text cannot be sent."""
    form = WordsAndMessageForm(request.POST)
    files_lost = bool(uploads_of(request))
    try:
        if form.is_valid():
            return show_inbox(request, sent=_send(request, form), files_lost=files_lost)
    except NoReportOpen:
        return None
    return _render(request, MessageForm(request.POST), files_lost=files_lost)


def _render(request: HttpRequest, form: MessageForm, **notices: Any) -> HttpResponse:
    return render(request, "reporting/write.html", {"form": form, **notices})


def _render_late(
    request: HttpRequest,
    form: WordsAndMessageForm,
    *,
    busy: bool = False,
    relocked: bool | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "late": True, "busy": busy, "files_lost": bool(uploads_of(request))}
    context["relocked"] = reporter_of(request).relocked if relocked is None else relocked
    return render(request, "reporting/write.html", context, status=status)

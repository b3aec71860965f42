"""Adding to a report that was sent: a message, files, or both. What is typed survives an inbox that was closed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from speakup.reporting.forms.message import MessageForm, WordsAndMessageForm
from speakup.reporting.inbox import NoReportOpen, send_message
from speakup.reporting.slots import ReportSlot
from speakup.reporting.uploads import NoOwner
from speakup.reporting.views.attaching import attach_uploads, uploads_of
from speakup.reporting.views.inbox import show_inbox
from speakup.reporting.views.late_words import LatePage
from speakup.reporting.views.navigation import reporter_of, see_other

LATE = LatePage(WordsAndMessageForm, "reporting/write.html", ("text", "message"))


def show_write(request: HttpRequest) -> HttpResponse:
    """The empty form for a message. Raises NoReportOpen."""
    if reporter_of(request).report is None:
        raise NoReportOpen
    return _render(request, MessageForm())


def receive_message(request: HttpRequest) -> HttpResponse:
    """Words beside the text open their report first; without them the text is for the one that is open."""
    report = reporter_of(request).report
    if "words" in request.POST:
        return LATE.receive(request, _answer_hit)
    if report is None:
        return LATE.ask(request)
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
        return LATE.ask(request)
    form.say_refused(refused)
    return _render(request, form, files_kept=len(uploads_of(request)) - len(refused))


def _send(request: HttpRequest, form: MessageForm | WordsAndMessageForm) -> bool:
    """Whether there was a text to send. Raises NoReportOpen."""
    reporter, text = reporter_of(request), form.cleaned_data["text"]
    if text:
        send_message(reporter, text, reporter.now, message_id=form.message_id)
    return bool(text)


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

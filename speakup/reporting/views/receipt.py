"""The receipt after sending: shown again until the reporter says that she has kept it, leaves, or the session ends.

All of it is one path, with 'check answers': the words as a file, the reminder, the thanks and the questions about
equality are answers to posts, so that history and an address that is opened again show nothing of them.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from speakup.policy.services import current_policy
from speakup.reporting.drafts import confirm_receipt
from speakup.reporting.equality import decline_equality, record_equality
from speakup.reporting.forms.equality import EqualityForm
from speakup.reporting.forms.receipt import KeepingForm
from speakup.reporting.presenters.promises import promises_of
from speakup.reporting.questions import CHECK
from speakup.reporting.receipt_files import REMINDER_NAME, WORDS_NAME, reminder_calendar, reply_day, words_text
from speakup.reporting.slots import SentSlot
from speakup.reporting.views.navigation import reporter_of, step_url, where_to_begin
from speakup.vault.receipt import digits, words
from speakup.web.days import london_day

TRY, KEPT, KEPT_SURELY = "try", "kept", "kept-surely"
WORDS_FILE, REMINDER = "words-file", "reminder"
ABOUT_YOU, ABOUT_YOU_SEND, ABOUT_YOU_SKIP = "about-you", "about-you-send", "about-you-skip"
FILE_ACTS = {WORDS_FILE, REMINDER}
OF_THE_WORDS = {TRY, KEPT, KEPT_SURELY} | FILE_ACTS
AFTERWARDS = {ABOUT_YOU, ABOUT_YOU_SEND, ABOUT_YOU_SKIP}
ACTS = OF_THE_WORDS | AFTERWARDS


def show(request: HttpRequest, sent: SentSlot) -> HttpResponse:
    """The words of the report that was sent just now, until they are confirmed."""
    return _render(request, sent, KeepingForm(secret=sent.receipt))


def receive(request: HttpRequest) -> HttpResponse:
    """What is done with the words, and what is asked afterwards. Who did not try them is warned once, plainly.

    Without a live session nothing tells that a report was sent: a browser sends again what it sent, for whoever
    presses Reload or Back after the idle hour.
    """
    reporter, act = reporter_of(request), request.POST["act"]
    if not reporter.live:
        return where_to_begin(request)
    if act in AFTERWARDS:
        return _receive_about_you(request, act)
    if reporter.sent is None:
        return _thank(request) if act in {KEPT, KEPT_SURELY} else where_to_begin(request)
    if act in FILE_ACTS:
        return give_file(request, reporter.sent.receipt)
    return _receive_kept(request, reporter.sent, act)


def shown_words(secret: bytes, *, reminder: bool = False) -> dict[str, Any]:
    """What parts/words.html shows; with `reminder`, also the way to the calendar file."""
    return {
        "words": words(secret),
        "plain_words": " ".join(words(secret)),
        "digits": digits(secret),
        "reminder": reminder,
    }


def give_file(request: HttpRequest, secret: bytes) -> HttpResponse:
    """What a post of FILE_ACTS asks for: the words as a text file, or a calendar with the day by which a person replies
    to what is sent today. Saved and never shown.
    """
    if request.POST["act"] == WORDS_FILE:
        return _saved(words_text(secret).encode(), "text/plain", WORDS_NAME)
    today = london_day(reporter_of(request).now)
    return _saved(reminder_calendar(reply_day(current_policy(), today), today), "text/calendar", REMINDER_NAME)


def _saved(content: bytes, content_type: str, name: str) -> HttpResponse:
    """No reserve of a browser keeps it (no-store, as every answer here); nothing in it could run."""
    return HttpResponse(
        content,
        content_type=f"{content_type}; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(len(content)),
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )


def _receive_kept(request: HttpRequest, sent: SentSlot, act: str) -> HttpResponse:
    form = KeepingForm(request.POST, secret=sent.receipt, trying=act == TRY)
    tried = form.tried()
    if act == TRY:
        return _render(request, sent, form, tried=tried)
    if act == KEPT and not tried:
        if not form.is_valid():
            return _render(request, sent, form)
        if "tried" not in request.POST:
            context = {"where": form.where(), "receipt_url": step_url(CHECK)}
            return render(request, "reporting/receipt_untried.html", context)
    confirm_receipt(reporter_of(request))
    return _thank(request)


def _receive_about_you(request: HttpRequest, act: str) -> HttpResponse:
    """The questions about equality, once for each report that was sent."""
    reporter = reporter_of(request)
    if not reporter.equality:
        return where_to_begin(request) if act == ABOUT_YOU else _thank(request)
    if act == ABOUT_YOU:
        return render(request, "reporting/about_you.html", {"form": EqualityForm()})
    if act == ABOUT_YOU_SKIP:
        decline_equality(reporter)
        return _thank(request)
    form = EqualityForm(request.POST)
    if not form.is_valid():
        return render(request, "reporting/about_you.html", {"form": form})
    if not form.answers():
        decline_equality(reporter)
        return _thank(request)
    return _thank(request, answered=record_equality(reporter, form.answers(), reporter.now))


def _thank(request: HttpRequest, *, answered: bool = False) -> HttpResponse:
    promises = promises_of(current_policy())
    context = {"equality": reporter_of(request).equality, "answered": answered, "promises": promises}
    return render(request, "reporting/sent.html", context)


def _render(request: HttpRequest, sent: SentSlot, form: KeepingForm, *, tried: bool = False) -> HttpResponse:
    promises = promises_of(current_policy())
    context = {"form": form, "tried": tried, "promises": promises, **shown_words(sent.receipt, reminder=True)}
    return render(request, "reporting/receipt.html", context)

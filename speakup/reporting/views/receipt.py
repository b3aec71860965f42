"""The receipt after sending: shown again until the reporter says that she has kept it, leaves, or the session ends."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from speakup.reporting.drafts import confirm_receipt
from speakup.reporting.forms.receipt import TryWordsForm
from speakup.reporting.questions import CHECK
from speakup.reporting.slots import SentSlot
from speakup.reporting.views.navigation import reporter_of, step_url, where_to_begin
from speakup.vault.receipt import digits, words

TRY, KEPT, KEPT_SURELY = "try", "kept", "kept-surely"
ACTS = {TRY, KEPT, KEPT_SURELY}


def show(request: HttpRequest, sent: SentSlot) -> HttpResponse:
    return _render(request, sent, TryWordsForm(secret=sent.receipt))


def receive(request: HttpRequest) -> HttpResponse:
    """Trying the words, and confirming them. Who did not try them is warned once, plainly."""
    reporter, act = reporter_of(request), request.POST["act"]
    if reporter.sent is None:
        return render(request, "reporting/sent.html") if act != TRY else where_to_begin(request)
    if act == TRY:
        form = TryWordsForm(request.POST, secret=reporter.sent.receipt)
        return _render(request, reporter.sent, form, tried=form.is_valid())
    if act == KEPT and "tried" not in request.POST:
        return render(request, "reporting/receipt_untried.html", {"receipt_url": step_url(CHECK)})
    confirm_receipt(reporter)
    return render(request, "reporting/sent.html")


def _render(request: HttpRequest, sent: SentSlot, form: TryWordsForm, *, tried: bool = False) -> HttpResponse:
    context = {
        "words": words(sent.receipt),
        "plain_words": " ".join(words(sent.receipt)),
        "digits": digits(sent.receipt),
        "form": form,
        "tried": tried,
    }
    return render(request, "reporting/receipt.html", context)

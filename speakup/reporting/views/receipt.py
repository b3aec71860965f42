"""The receipt after sending: shown again until the reporter says that she has kept it, leaves, or the session ends."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from speakup.reporting.drafts import confirm_receipt
from speakup.reporting.forms.receipt import TryWordsForm
from speakup.reporting.questions import CHECK
from speakup.reporting.sending import shown_receipt
from speakup.reporting.sessions import Reporter
from speakup.reporting.views.navigation import reporter_of, step_url, where_to_begin

TRY, KEPT, KEPT_SURELY = "try", "kept", "kept-surely"
ACTS = {TRY, KEPT, KEPT_SURELY}


def show(request: HttpRequest) -> HttpResponse:
    return _render(request, None)


def receive(request: HttpRequest) -> HttpResponse:
    """Trying the words, and confirming them. Who did not try them is warned once, plainly."""
    reporter, act = reporter_of(request), request.POST["act"]
    if reporter.sent is None:
        return render(request, "reporting/sent.html") if act != TRY else where_to_begin(request)
    if act == TRY:
        return _try(request, reporter)
    if act == KEPT and "tried" not in request.POST:
        return render(request, "reporting/receipt_untried.html", {"receipt_url": step_url(CHECK)})
    confirm_receipt(reporter)
    return render(request, "reporting/sent.html")


def _try(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    assert reporter.sent is not None
    form = TryWordsForm(request.POST, secret=reporter.sent.receipt)
    return _render(request, form, tried=form.is_valid())


def _render(request: HttpRequest, form: TryWordsForm | None, *, tried: bool = False) -> HttpResponse:
    reporter = reporter_of(request)
    receipt, sent = shown_receipt(reporter), reporter.sent
    assert receipt is not None and sent is not None
    context = {
        "words": receipt.words,
        "plain_words": " ".join(receipt.words),
        "digits": receipt.digits,
        "form": form or TryWordsForm(secret=sent.receipt),
        "tried": tried,
    }
    return render(request, "reporting/receipt.html", context)

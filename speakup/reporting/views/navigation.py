"""Where each page of the form leads. A page opened from 'check answers' comes back there."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from speakup.reporting.answers import Answers
from speakup.reporting.questions import CHECK, page_after, page_before, step_number
from speakup.reporting.sessions import Reporter

SEE_OTHER = 303
BUSY = 503


def reporter_of(request: HttpRequest) -> Reporter:
    """The session of whoever asks, put there by ReporterSessionMiddleware."""
    return cast(Reporter, request.reporter)  # type: ignore[attr-defined]


def see_other(url: str) -> HttpResponse:
    """A redirect that is always followed by GET, so that reloading never posts again."""
    response = redirect(url)
    response.status_code = SEE_OTHER
    return response


def is_from_check(request: HttpRequest) -> bool:
    return "check" in request.GET


def step_url(name: str, *, from_check: bool = False) -> str:
    """The path of the page called `name`; `from_check` makes it come back to 'check answers'."""
    path = reverse("report-step", kwargs={"step": step_number(name)})
    return f"{path}?check=1" if from_check else path


def next_url(request: HttpRequest, name: str, answers: Answers) -> str:
    """Where 'Continue' leads from the page called `name`."""
    return step_url(CHECK) if is_from_check(request) else step_url(page_after(name, answers))


def back_url(request: HttpRequest, name: str, answers: Answers) -> str:
    """Where 'Back' leads from the page called `name`: before the first question stands the page about leaving."""
    if is_from_check(request):
        return step_url(CHECK)
    before = page_before(name, answers)
    return step_url(before) if before else reverse("report")


def where_to_begin(request: HttpRequest) -> HttpResponse:
    """For whoever opens a page of the form without a live draft: the receipt if one is still shown, else the start."""
    if reporter_of(request).sent:
        return see_other(step_url(CHECK))
    return see_other(reverse("report"))

"""Words that were typed, and what came of them, from the post that tried them to the page that follows it.

The answer to the words is a redirect, hit or miss: what a browser can send again is then a page, never the words. They
travel in a cookie of one length that this site cannot read without the session's cookie, nor the browser at all.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from speakup.reporting.inbox import Outcome
from speakup.reporting.sessions import COOKIE as SESSION_COOKIE
from speakup.reporting.sessions import Reporter
from speakup.vault.errors import VaultError
from speakup.vault.reporter_session import open_typed, seal_typed

COOKIE = "t" if settings.DEMONSTRATION else "__Host-t"
SECONDS = 60


@dataclass(frozen=True, repr=False)
class Tried:
    """What was typed, as far as it is shown again (a hit never is), and what came of it."""

    outcome: Outcome
    typed: str


def carry_on(response: HttpResponse, reporter: Reporter, outcome: Outcome, typed: str) -> None:
    """Have `response` carry it to the next page. What does not fit, which no words do, is not shown again."""
    document = {"outcome": outcome.value, "typed": "" if outcome in {Outcome.OPENED, Outcome.DRAFT} else typed}
    try:
        carried = seal_typed(reporter.cookie, settings.RECEIPT_PEPPER, document)
    except ValueError:
        carried = seal_typed(reporter.cookie, settings.RECEIPT_PEPPER, {**document, "typed": ""})
    _set(response, carried, SECONDS)


def carried_by(request: HttpRequest) -> Tried | None:
    """What the page before carried here; None where it carried nothing that opens."""
    cookie = request.COOKIES.get(SESSION_COOKIE, "")
    try:
        document = open_typed(cookie, settings.RECEIPT_PEPPER, request.COOKIES.get(COOKIE, ""))
        return Tried(Outcome(document["outcome"]), document["typed"])
    except VaultError:
        return None


def forget_tried(request: HttpRequest, response: HttpResponse) -> None:
    """Shown once: the browser forgets it, where it has it."""
    if COOKIE in request.COOKIES:
        _set(response, "", 0)


def _set(response: HttpResponse, value: str, age: int) -> None:
    response.set_cookie(
        COOKIE, value, max_age=age, path="/", secure=not settings.DEMONSTRATION, httponly=True, samesite="Strict"
    )

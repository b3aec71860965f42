"""The answers of the open form, as every page of it reads them."""

from django.http import HttpRequest

from speakup.reporting.answers import Answers
from speakup.reporting.drafts import NoDraft, read_answers
from speakup.reporting.views.navigation import reporter_of


def answers_of(request: HttpRequest) -> Answers | None:
    """The answers so far, or None where there is no live draft."""
    try:
        return read_answers(reporter_of(request))
    except NoDraft:
        return None

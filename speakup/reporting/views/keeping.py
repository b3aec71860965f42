"""Keeping one answer. A post that comes after its draft has ended is kept in a fresh one, and the page says so. One
from a page of another form than the open one is kept in neither before she has been told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from speakup.reporting.answers import Answers
from speakup.reporting.drafts import NoDraft, answer_draft, read_answers, start_draft
from speakup.reporting.sessions import Reporter
from speakup.reporting.views.navigation import reporter_of
from speakup.reporting.views.reading_answers import answers_of
from speakup.reporting.views.which_form import has_turned, is_of_another_form

AN_HOUR, SENT, SAVED, ELSEWHERE, UNKNOWN, TURNED = "hour", "sent", "saved", "elsewhere", "unknown", "turned"


@dataclass(frozen=True)
class Kept:
    """All answers after one was kept; `late` says why a fresh draft had to be begun for it, or that its form was aside
    and is the open one now (empty: neither).
    """

    answers: Answers
    late: str = ""


class OfAnotherForm(Exception):
    """The page was not of the form that is open now, whose answers these are. Nothing was kept."""

    def __init__(self, answers: Answers) -> None:
        super().__init__("a page of another form")
        self.answers = answers


def why_late(reporter: Reporter) -> str:
    """Why the draft that a post was for is not open. Ask before a fresh one is begun.

    It was sent from here; an hour went by, and it was saved before or not; it was sent or deleted from elsewhere; or
    nobody can tell, since the browser has forgotten its cookie, as it does after that hour too.
    """
    if reporter.sent:
        return SENT
    if reporter.lapsed:
        return SAVED if reporter.lapsed_saved else AN_HOUR
    return ELSEWHERE if reporter.draft else UNKNOWN


def current_of(request: HttpRequest) -> OfAnotherForm | None:
    """What is open, where the page that was posted says that it is of another form. None where nothing is open: the
    post is late then.
    """
    answers = answers_of(request) if is_of_another_form(request) else None
    return None if answers is None else OfAnotherForm(answers)


def keep_answer(request: HttpRequest, question_id: str, value: Mapping[str, Any], seen_version: int) -> Kept:
    """Write the answer into the draft, or into a fresh one where there is none.

    Raises Stale, TooLong and NotStorable as `answer_draft` does, with nothing changed; OfAnotherForm where the draft
    has gone and another form is here, which it was not written for. Whose the page is was looked at before
    (`current_of`).
    """
    reporter = reporter_of(request)
    try:
        answers = answer_draft(reporter, question_id, value, seen_version, reporter.now)
        return Kept(answers, TURNED if has_turned(request) else "")
    except NoDraft:
        late = why_late(reporter)
        if not start_draft(reporter, reporter.now):
            raise OfAnotherForm(read_answers(reporter)) from None
        return Kept(answer_draft(reporter, question_id, value, 0, reporter.now), late)

"""Keeping one answer. A post that comes after its draft has ended is kept in a fresh one, and the page says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from speakup.reporting.answers import Answers
from speakup.reporting.drafts import NoDraft, answer_draft, start_draft
from speakup.reporting.sessions import Reporter
from speakup.reporting.views.navigation import reporter_of

AN_HOUR, SENT, SAVED, ELSEWHERE = "hour", "sent", "saved", "elsewhere"


@dataclass(frozen=True)
class Kept:
    """All answers after one was kept; `late` says why a fresh draft had to be begun for it (empty: it had not)."""

    answers: Answers
    late: str = ""


def why_late(reporter: Reporter) -> str:
    """Why the draft that a post was for is not open. Ask before a fresh one is begun.

    It was sent from here; an hour went by, and it was saved before or not; or it was sent or deleted from elsewhere.
    """
    if reporter.sent:
        return SENT
    if reporter.lapsed_saved:
        return SAVED
    return ELSEWHERE if reporter.draft else AN_HOUR


def keep_answer(request: HttpRequest, question_id: str, value: Mapping[str, Any], seen_version: int) -> Kept:
    """Write the answer into the draft, or into a fresh one where there is none.

    Raises Stale, TooLong and NotStorable as `answer_draft` does, with nothing changed.
    """
    reporter = reporter_of(request)
    try:
        return Kept(answer_draft(reporter, question_id, value, seen_version, reporter.now))
    except NoDraft:
        late = why_late(reporter)
        start_draft(reporter, reporter.now)
        return Kept(answer_draft(reporter, question_id, value, 0, reporter.now), late)

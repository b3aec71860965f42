"""The rows of 'check answers'."""

from collections.abc import Callable, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from speakup.policy.document import Mode, Policy
from speakup.reporting.answers import Answers
from speakup.reporting.attachments import AttachedFile
from speakup.reporting.presenters.answers import answer_lines
from speakup.reporting.questions import FILES, QUESTIONS, Question, Skip, missing_for_sending, page_applies

# What was not answered here means something all the same: anonymous, and agreed to nothing.
COUNT_UNANSWERED = frozenset({"mode", "consent"})


def summary_rows(
    answers: Answers, policy: Policy, files: Sequence[AttachedFile], change_url: Callable[[str], str]
) -> list[dict[str, Any]]:
    """One row a question that was answered, needed or decides something, and one for the files, each with the link (by
    `change_url`) that changes it."""
    missing = missing_for_sending(answers)
    rows = []
    for question in QUESTIONS:
        if not page_applies(question.id, answers) or _is_left_out(question, answers):
            continue
        lines = answer_lines(question, answers, policy)
        if question in missing:
            lines = [_("Not answered. We need this before you can send.")]
        elif question.id == "mode" and answers.known_as.mode == Mode.ANONYMOUS:
            # Whatever stood in the boxes beside that choice was thrown away, and nobody was told.
            lines = [*lines, _("No name and no way to reach you is sent with it.")]
        rows.append(_row(str(question.short), lines, change_url(question.id)))
    return [*rows, _row(_("Files"), [each.name for each in files] or [_("None")], change_url(FILES))]


def left_out(answers: Answers, change_url: Callable[[str], str]) -> list[tuple[str, str]]:
    """The questions without an answer that may stay so, each with the link that leads to it."""
    return [
        (str(question.short), change_url(question.id))
        for question in QUESTIONS
        if page_applies(question.id, answers) and _is_left_out(question, answers)
    ]


def _is_left_out(question: Question, answers: Answers) -> bool:
    """Not so where 'I do not know' was said: that is an answer, as is how she is known by default."""
    if question.needed or question.id in COUNT_UNANSWERED:
        return False
    return question.id not in answers or answers.skipped(question.id) == Skip.SKIP


def _row(title: str, lines: list[str], change_url: str) -> dict[str, Any]:
    return {
        "key": title,
        "html": render_to_string("reporting/parts/lines.html", {"lines": lines}),
        "actions": [{"href": change_url, "text": _("Change"), "hidden": title.lower()}],
    }

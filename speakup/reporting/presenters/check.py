"""The rows of 'check answers'."""

from collections.abc import Callable, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from speakup.policy.document import Policy
from speakup.reporting.answers import Answers
from speakup.reporting.attachments import AttachedFile
from speakup.reporting.presenters.answers import answer_lines
from speakup.reporting.questions import FILES, QUESTIONS, missing_for_sending, page_applies


def summary_rows(
    answers: Answers, policy: Policy, files: Sequence[AttachedFile], change_url: Callable[[str], str]
) -> list[dict[str, Any]]:
    """One row a question that applies, and one for the files, each with the link (by `change_url`) that changes it."""
    missing = missing_for_sending(answers)
    rows = []
    for question in QUESTIONS:
        if not page_applies(question.id, answers):
            continue
        lines = answer_lines(question, answers, policy)
        if question in missing:
            lines = [_("Not answered. We need this before you can send.")]
        rows.append(_row(str(question.short), lines, change_url(question.id)))
    return [*rows, _row(_("Files"), [each.name for each in files] or [_("None")], change_url(FILES))]


def _row(title: str, lines: list[str], change_url: str) -> dict[str, Any]:
    return {
        "key": title,
        "html": render_to_string("reporting/parts/lines.html", {"lines": lines}),
        "actions": [{"href": change_url, "text": _("Change"), "hidden": title.lower()}],
    }

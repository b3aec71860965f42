"""The rows of 'check answers'."""

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from speakup.policy.document import Policy
from speakup.reporting.answers import Answers
from speakup.reporting.attachments import AttachedFile
from speakup.reporting.presenters.answers import answer_lines
from speakup.reporting.questions import FILES, QUESTIONS, missing_for_sending, page_applies
from speakup.reporting.views.navigation import step_url


def summary_rows(answers: Answers, policy: Policy, files: Sequence[AttachedFile]) -> list[dict[str, Any]]:
    """One row a question that applies, and one for the files, each with the link that changes it."""
    missing = missing_for_sending(answers)
    rows = []
    for question in QUESTIONS:
        if not page_applies(question.id, answers):
            continue
        lines = answer_lines(question, answers, policy)
        if question in missing:
            lines = [_("Not answered. We need this before you can send.")]
        rows.append(_row(question.id, str(question.short), lines))
    return [*rows, _row(FILES, _("Files"), [each.name for each in files] or [_("None")])]


def _row(name: str, title: str, lines: list[str]) -> dict[str, Any]:
    return {
        "key": title,
        "html": render_to_string("reporting/parts/lines.html", {"lines": lines}),
        "actions": [{"href": step_url(name, from_check=True), "text": _("Change"), "hidden": title.lower()}],
    }

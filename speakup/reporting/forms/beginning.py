"""The first questions: is somebody in danger, how does she know, and was it one event or more."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.reporting.answers import Answers
from speakup.reporting.forms.question import QuestionForm
from speakup.reporting.presenters.choice_words import DANGER_WORDS, RELATION_WORDS, SHAPE_WORDS
from speakup.web.forms import Choice

_ERRORS = {
    "required": _("Choose an answer, or skip this question"),
    "invalid_choice": _("Choose from the list"),
}


class _OneChoiceForm(QuestionForm):
    def initial_from(self, answers: Answers) -> dict[str, Any]:
        return {"choice": answers.value(self.question_id).get("choice", "")}

    def answer(self) -> dict[str, Any]:
        return {"choice": self.cleaned_data["choice"]}


class DangerForm(_OneChoiceForm):
    question_id = "danger"
    choice = forms.ChoiceField(
        label=_("Is somebody in danger now?"),
        choices=tuple(DANGER_WORDS.items()),
        help_text=_("You, or anybody else."),
        error_messages=_ERRORS,
        widget=Choice(label_hidden=True),
    )


class RelationForm(_OneChoiceForm):
    question_id = "relation"
    heading_field = "choice"
    choice = forms.ChoiceField(
        choices=tuple(RELATION_WORDS.items()),
        help_text=_("Choose the first that is true."),
        error_messages=_ERRORS,
        widget=Choice(page_heading=True),
    )


class ShapeForm(_OneChoiceForm):
    question_id = "shape"
    heading_field = "choice"
    choice = forms.ChoiceField(
        choices=tuple(SHAPE_WORDS.items()),
        help_text=_("Jokes, looks or a bad mood in a team count too."),
        error_messages=_ERRORS,
        widget=Choice(page_heading=True),
    )

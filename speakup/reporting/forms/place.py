"""Where and when: rough is fine."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.policy.document import Policy
from speakup.reporting.answers import Answers
from speakup.reporting.forms.question import LONGEST_LINE, PlainTextField, QuestionForm
from speakup.reporting.presenters.choice_words import ONGOING_WORDS
from speakup.reporting.questions import ONGOING
from speakup.web.forms import Choice, LongText


class PlaceForm(QuestionForm):
    question_id = "place"
    text_fields = ("where", "when")
    where = PlainTextField(
        label=_("Where"),
        max_length=LONGEST_LINE,
        help_text=_("A building, a car, a street, a chat group, or somebody's home."),
        widget=LongText(rows=2),
    )
    when = PlainTextField(
        label=_("When"),
        max_length=LONGEST_LINE,
        help_text=_("About is fine: 'last spring', 'March to May', 'many times since 2024'. No exact date is needed."),
        widget=LongText(rows=2),
    )
    ongoing = forms.ChoiceField(
        label=_("Is it still going on?"),
        required=False,
        choices=tuple(ONGOING_WORDS.items()),
        error_messages={"invalid_choice": _("Choose from the list")},
        widget=Choice(),
    )

    def __init__(self, data: Any = None, *, answers: Answers, policy: Policy) -> None:
        super().__init__(data, answers=answers, policy=policy)
        if answers.shape in {"once", ONGOING}:  # these have answered it
            del self.fields["ongoing"]
        if answers.shape in {"several", ONGOING}:
            self.fields["where"].help_text = _("Every place that comes to mind: the van, a chat group, the front desk.")
            self.fields["when"].help_text = _(
                "Since when, and how often, as near as you can: 'most weeks since March', 'every night shift'. If one "
                "time stands out, write that too."
            )

    def initial_from(self, answers: Answers) -> dict[str, Any]:
        place = answers.place
        return {"where": place.where, "when": place.when, "ongoing": place.ongoing}

    def answer(self) -> dict[str, Any]:
        value = {name: self.cleaned_data.get(name, "") for name in ("where", "when", "ongoing")}
        return value if any(value.values()) else {"skipped": "skip"}

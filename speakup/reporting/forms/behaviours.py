"""What kind of behaviour it was: first the categories in plain words, then the kinds of the chosen ones."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.policy.document import BehaviourCategory, Policy
from speakup.reporting.answers import Answers
from speakup.reporting.forms.question import QuestionForm
from speakup.web.forms import Choices

NOT_SURE = "not_sure"


class BehavioursForm(QuestionForm):
    """The policy's categories, and 'I am not sure', which goes with any of them."""

    question_id = "behaviours"
    heading_field = "categories"
    categories = forms.MultipleChoiceField(
        help_text=_("Choose all that fit. You do not have to know what to call it."),
        error_messages={
            "required": _("Choose what fits, or that you are not sure, or skip this question"),
            "invalid_choice": _("Choose from the list"),
            "invalid_list": _("Choose from the list"),
        },
        widget=Choices(page_heading=True, dividers={NOT_SURE: _("or")}),
    )

    def __init__(self, data: Any = None, *, answers: Answers, policy: Policy) -> None:
        super().__init__(data, answers=answers, policy=policy)
        choices = [
            *((each.id, each.title) for each in policy.categories),
            (NOT_SURE, _("I am not sure which of these it is")),
        ]
        self.offer("categories", choices, {each.id: each.plain for each in policy.categories})

    def initial_from(self, answers: Answers) -> dict[str, Any]:
        return {"categories": [*answers.categories, *([NOT_SURE] if answers.not_sure else [])]}

    def answer(self) -> dict[str, Any]:
        chosen = self.cleaned_data["categories"]
        return {"categories": [each for each in chosen if each != NOT_SURE], "not_sure": NOT_SURE in chosen}


def kinds_of(categories: Iterable[BehaviourCategory]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(category.title, [(each.id, each.title) for each in category.behaviours]) for category in categories]


class KindsForm(QuestionForm):
    """The behaviours of the chosen categories. A late post has lost its categories: then any behaviour is accepted."""

    question_id = "kinds"
    heading_field = "behaviours"
    behaviours = forms.MultipleChoiceField(
        help_text=_("Choose all that fit."),
        error_messages={
            "required": _("Choose what fits, or skip this question"),
            "invalid_choice": _("Choose from the list"),
            "invalid_list": _("Choose from the list"),
        },
        widget=Choices(page_heading=True),
    )

    def __init__(self, data: Any = None, *, answers: Answers, policy: Policy) -> None:
        super().__init__(data, answers=answers, policy=policy)
        chosen = [each for each in policy.categories if each.id in answers.categories]
        self.offer("behaviours", kinds_of(chosen or policy.categories))

    def initial_from(self, answers: Answers) -> dict[str, Any]:
        return {"behaviours": list(answers.behaviours)}

    def answer(self) -> dict[str, Any]:
        return {"behaviours": self.cleaned_data["behaviours"]}

"""What kind of behaviour it was: found by plain words or chosen from a list, then the kinds of what was chosen."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from speakup.policy.document import Behaviour, BehaviourCategory, Policy
from speakup.reporting.answers import Answers
from speakup.reporting.behaviour_search import find_behaviours
from speakup.reporting.forms.question import PlainTextField, QuestionForm
from speakup.web.forms import Choices, Text
from speakup.web.plain_text import plain_text

NOT_SURE = "not_sure"


class BehavioursForm(QuestionForm):
    """The policy's categories, and 'I am not sure', which goes with any of them. Beside them a search by plain words,
    for those who would say it otherwise: what it finds are kinds, and ticking one chooses its category as well.

    The words searched for are no answer: they are shown again in their box and kept nowhere.
    """

    question_id = "behaviours"
    search = PlainTextField(
        label=_("Say it in your own words"),
        help_text=_("A few words are enough, such as 'hand on my knee' or 'jokes about women'. We do not keep them."),
        may_hold_receipt=True,
        widget=Text(),
    )
    found = forms.MultipleChoiceField(
        required=False,
        label=_("Does one of these fit?"),
        help_text=_("Choose all that fit, or none."),
        error_messages={"invalid_choice": _("Choose from the list"), "invalid_list": _("Choose from the list")},
        widget=Choices(),
    )
    categories = forms.MultipleChoiceField(
        required=False,
        label=_("Or choose from the list"),
        help_text=_("Choose all that fit. You do not have to know what to call it."),
        error_messages={"invalid_choice": _("Choose from the list"), "invalid_list": _("Choose from the list")},
        widget=Choices(dividers={NOT_SURE: _("or")}),
    )

    def __init__(
        self, data: QueryDict | None = None, *, answers: Answers, policy: Policy, searched: QueryDict | None = None
    ) -> None:
        """`searched` is a post that only asked for a search: shown with what it finds, and not judged as an answer."""
        super().__init__(data, answers=answers, policy=policy)
        post = searched if searched is not None else data
        self._ticked = post.getlist("found") if post is not None else []
        self._chosen = post.getlist("categories") if post is not None else []
        self.looked_for = searched is not None
        if searched is not None:
            typed = plain_text(searched.get("search"))
            self.initial.update(search=typed, found=self._ticked, categories=self._chosen)
        choices = [
            *((each.id, each.title) for each in policy.categories),
            (NOT_SURE, _("I am not sure which of these it is")),
        ]
        self.offer("categories", choices, {each.id: each.plain for each in policy.categories})
        offered = self._offered(self.initial.get("search", ""))
        self.finds = bool(offered)
        hints = {each.id: policy.category(each.category_id).title for each in offered}
        self.offer("found", [(each.id, each.title) for each in offered], hints)

    def _offered(self, words: str) -> list[Behaviour]:
        """What was ticked already, so that a second search takes nothing away, then what these words find."""
        known, chosen = self.policy.behaviours, set(self.answers.behaviours)
        ticked = [known[each] for each in dict.fromkeys(self._ticked) if each in known]
        found = find_behaviours(self.policy, words)
        return [*ticked, *(each for each in found if each not in ticked and each.id not in chosen)]

    @property
    def already_chosen(self) -> list[str]:
        """The titles of the kinds that stand in the answer to the next question: a search does not offer them again."""
        known = self.policy.behaviours
        return [known[each].title for each in self.answers.behaviours if each in known]

    def initial_from(self, answers: Answers) -> dict[str, Any]:
        return {"categories": [*answers.categories, *([NOT_SURE] if answers.not_sure else [])]}

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.cleaned_data.get("categories") and not self.cleaned_data.get("found"):
            self.add_error("categories", _("Choose what fits, or that you are not sure, or skip this question"))
        return self.cleaned_data

    def answer(self) -> dict[str, Any]:
        found = {self.policy.behaviours[each].category_id for each in self.cleaned_data["found"]}
        chosen = {*self.cleaned_data["categories"], *found}
        categories = [each.id for each in self.policy.categories if each.id in chosen]
        return {"categories": categories, "not_sure": NOT_SURE in chosen}


def kinds_of(categories: Iterable[BehaviourCategory]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The choices of behaviours, by id and title, in a group for each category."""
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

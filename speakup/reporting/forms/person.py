"""One of the people told about: as much as is known."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.policy.document import Policy
from speakup.reporting.answers import Answers, Person
from speakup.reporting.forms.question import LONGEST_NAME, LONGEST_TEXT, PlainTextField, QuestionForm
from speakup.reporting.presenters.choice_words import WORKS_IN_WORDS
from speakup.web.forms import Choice, Choices, LongText, Select, Text

MOST_PEOPLE = 20
LONGEST_COLLAR = 30
NONE_OF_THESE = "none"


class PersonForm(QuestionForm):
    """`number` is the place of this person among those told about, from 1; one more than there are for a new one."""

    question_id = "people"
    text_fields = ("name", "team", "collar_number", "description")
    name = PlainTextField(
        label=_("Name, or what they are called"),
        max_length=LONGEST_NAME,
        help_text=_("A nickname will do, but only a real name or a collar number keeps them from reading this."),
        widget=Text(),
    )
    rank = forms.ChoiceField(
        label=_("Rank or role"),
        required=False,
        error_messages={"invalid_choice": _("Choose from the list")},
        widget=Select(),
    )
    team = PlainTextField(
        label=_("Team, and where it is"),
        max_length=LONGEST_NAME,
        help_text=_("For example 'night shift, response' or 'the front desk'."),
        widget=Text(),
    )
    collar_number = PlainTextField(label=_("Collar number"), max_length=LONGEST_COLLAR, widget=Text())
    description = PlainTextField(
        label=_("Anything else that tells us who it is"),
        max_length=LONGEST_TEXT,
        too_long=_("That is too long. Use 20,000 characters or fewer."),
        widget=LongText(rows=3),
    )
    works_in = forms.ChoiceField(
        label=_("Are they any of these?"),
        required=False,
        choices=[*WORKS_IN_WORDS.items(), (NONE_OF_THESE, _("None of these, or I do not know"))],
        help_text=_("Then somebody who does not work with them reads your report."),
        error_messages={"invalid_choice": _("Choose from the list")},
        widget=Choice(),
    )

    def __init__(self, data: Any = None, *, answers: Answers, policy: Policy, number: int = 1) -> None:
        self.number = number
        super().__init__(data, answers=answers, policy=policy)
        ranks = policy.ranks
        groups = (
            (_("Officers"), ranks.officer + ranks.met_and_city_extra),
            (_("Specials"), ranks.special),
            (_("Police staff"), ranks.staff),
            (_("Others"), ranks.other),
        )
        by_group = [(title, [(each, each) for each in group]) for title, group in groups if group]
        self.offer("rank", [("", _("I do not know")), *by_group])

    def initial_from(self, answers: Answers) -> dict[str, Any]:
        people = answers.people
        return asdict(people[self.number - 1]) if self.number <= len(people) else {}

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("works_in") == NONE_OF_THESE:
            typed["works_in"] = ""
        if not self.errors and not any(typed.values()):
            self.add_error("name", _("Tell us something about them, even a nickname"))
        if self.number > MOST_PEOPLE:
            self.add_error("name", _("There is room for 20 people here. Write about the others under 'What happened'"))
        return typed

    def person(self) -> Person:
        return Person(**{name: self.cleaned_data[name] for name in Person.__dataclass_fields__})

    def answer(self) -> dict[str, Any]:
        """All people told about, with this one in their place."""
        people = list(self.answers.people)
        people[self.number - 1 : self.number] = [self.person()]
        return people_value(people, unknown=self.answers.people_unknown and bool(self.answers.people))


class OthersForm(forms.Form):
    """Beside the list of people: whether there were others whom she cannot name."""

    unknown = forms.MultipleChoiceField(
        label=_("Were there others?"),
        required=False,
        choices=[("yes", _("There were others, and I do not know who they are"))],
        widget=Choices(),
    )

    def __init__(self, answers: Answers) -> None:
        super().__init__(initial={"unknown": ["yes"] if answers.people_unknown else []})


def people_value(people: list[Person], *, unknown: bool) -> dict[str, Any]:
    """The value to store; leaving nobody and nothing makes the question one that was left out."""
    if not people and not unknown:
        return {"skipped": "skip"}
    return {"people": [asdict(person) for person in people], "unknown": unknown}

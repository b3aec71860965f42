"""How the reporter wants to be known."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.policy.document import Policy
from speakup.reporting.answers import Answers
from speakup.reporting.forms.question import LONGEST_CONTACT, LONGEST_NAME, PlainTextField, QuestionForm
from speakup.web.forms import Choice, Text


class ModeForm(QuestionForm):
    """Who chooses to be anonymous leaves no name here: whatever stands in the two boxes is thrown away."""

    question_id = "mode"
    text_fields = ("name", "contact")
    mode = forms.ChoiceField(
        label=_("I want to be"),
        error_messages={
            "required": _("Choose how you want to be known, or skip this question"),
            "invalid_choice": _("Choose from the list"),
        },
        widget=Choice(label_hidden=True),
    )
    name = PlainTextField(
        label=_("Your name"),
        max_length=LONGEST_NAME,
        help_text=_("Only if you did not choose anonymous."),
        widget=Text(),
    )
    contact = PlainTextField(
        label=_("How to reach you (optional)"),
        max_length=LONGEST_CONTACT,
        help_text=_("A phone number or mail address, not from work."),
        widget=Text(),
    )

    def __init__(self, data: Any = None, *, answers: Answers, policy: Policy) -> None:
        super().__init__(data, answers=answers, policy=policy)
        modes = policy.modes
        self.offer("mode", [(str(each.id), each.title) for each in modes], {str(each.id): each.plain for each in modes})

    def initial_from(self, answers: Answers) -> dict[str, Any]:
        known_as = answers.known_as
        mode = answers.value("mode").get("mode", "")
        return {"mode": mode, "name": known_as.name, "contact": known_as.contact}

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("mode") in {"confidential", "open"} and not typed.get("name") and "name" not in self.errors:
            self.add_error("name", _("Write your name, or choose to be anonymous"))
        return typed

    def answer(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed["mode"] == "anonymous":
            return {"mode": "anonymous", "name": "", "contact": ""}
        return {name: typed[name] for name in ("mode", "name", "contact")}

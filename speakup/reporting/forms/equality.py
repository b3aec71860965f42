"""The questions about equality: radios alone, nothing to type, none of them needed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.culture.equality import EQUALITY, NOT_SAID
from speakup.web.forms import Choice, Wording

_RATHER_NOT = _("I would rather not say")
# Each question, and its answers in words, by the values of speakup/culture/equality.py.
_WORDS: Mapping[str, tuple[Wording, Mapping[str, Wording]]] = {
    "sex": (_("What is your sex?"), {"woman": _("Woman"), "man": _("Man"), "other": _("I use another word")}),
    "age": (
        _("How old are you?"),
        {"under_30": _("Under 30"), "30_to_44": _("30 to 44"), "45_or_over": _("45 or over")},
    ),
    "ethnicity": (
        _("What is your ethnic group?"),
        {
            "asian": _("Asian or Asian British"),
            "black": _("Black, Black British, Caribbean or African"),
            "mixed": _("Mixed, or more than one group"),
            "white": _("White"),
            "other": _("Another group"),
        },
    ),
    "disability": (
        _("Do you have a health condition or disability that has lasted, or will last, a year or more?"),
        {"yes": _("Yes"), "no": _("No")},
    ),
    "orientation": (
        _("What is your sexual orientation?"),
        {"straight": _("Straight"), "other": _("Gay, lesbian, bi, or another")},
    ),
    "faith": (
        _("What is your religion?"),
        {"none": _("No religion"), "christian": _("Christian"), "other": _("Another religion")},
    ),
}


class EqualityForm(forms.Form):
    """A field a question. What is left open counts as not said."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, use_required_attribute=False)
        for question, answers in EQUALITY.items():
            label, words = _WORDS[question]
            self.fields[question] = forms.ChoiceField(
                label=str(label),
                choices=[(answer, _RATHER_NOT if answer == NOT_SAID else words[answer]) for answer in answers],
                required=False,
                error_messages={"invalid_choice": _("Choose from the list, or leave this out")},
                widget=Choice(),
            )

    def answers(self) -> dict[str, str]:
        """What was chosen, of a valid form, by question; without what was left open."""
        return {question: answer for question, answer in self.cleaned_data.items() if answer}

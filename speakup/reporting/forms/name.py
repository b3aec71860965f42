"""Saying later who one is. Without an open report it asks for the words again."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.reporting.forms.late_words import LateWordsForm
from speakup.reporting.forms.question import LONGEST_CONTACT, LONGEST_NAME, PlainTextField
from speakup.reporting.identity_told import CONFIDENTIAL, OPEN
from speakup.web.forms import Choice, Text, Wording

_WORDS: Mapping[str, Wording] = {
    CONFIDENTIAL: _("Only the identity custodians, who do not see the report"),
    OPEN: _("Everybody who reads the report"),
}


class NameForm(forms.Form):
    """Who may know, and the name."""

    field_order: tuple[str, ...] = ("mode", "name", "contact")
    mode = forms.ChoiceField(
        label=_("Who may know your name?"),
        error_messages={"required": _("Choose who may know your name"), "invalid_choice": _("Choose from the list")},
        widget=Choice(),
    )
    name = PlainTextField(label=_("Your name"), max_length=LONGEST_NAME, widget=Text())
    contact = PlainTextField(
        label=_("How to reach you (optional)"),
        max_length=LONGEST_CONTACT,
        help_text=_("A phone number or a mail address of your own, not one from work. You can also be reached here."),
        widget=Text(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer((CONFIDENTIAL, OPEN))

    def offer(self, modes: Sequence[str]) -> None:
        """Let these ways be chosen from."""
        choices = [(mode, _WORDS[mode]) for mode in modes]
        self.only_open = tuple(modes) == (OPEN,)
        if self.only_open:
            self.fields["mode"].label = _("Everybody who reads the report will know your name. Do you want that?")
            choices = [(OPEN, _("Yes, let them know it"))]
        self.fields["mode"].choices = choices  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        typed: str = self.cleaned_data["name"]
        if not typed:
            raise forms.ValidationError(_("Write your name"))
        return typed

    def say_no_custodians(self) -> None:
        """Too few of them are left whom this report is not about."""
        self.add_error(
            "mode", _("Your name cannot be kept in confidence for this report. Choose otherwise, or stay anonymous")
        )

    def say_closed(self) -> None:
        """Nothing can be sealed just now."""
        self.add_error(None, _("Your name cannot be kept safely just now. It was not saved. Try again later"))

    def say_not_from_here(self) -> None:
        """She is known otherwise meanwhile, perhaps from another window."""
        self.add_error(None, _("How you are known was changed before. Go back to see how it stands"))


class WordsAndNameForm(LateWordsForm, NameForm):
    """For a name whose inbox has closed meanwhile: nothing typed is lost."""

    field_order = ("words", "mode", "name", "contact")

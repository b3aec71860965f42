"""The words, typed: to try them on the receipt with how they are kept, and to come back with them."""

import hmac
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from speakup.reporting.forms.question import LONGEST_LINE, PlainTextField
from speakup.reporting.inbox import Outcome
from speakup.vault.errors import NotAReceipt
from speakup.vault.receipt import read_receipt, words_typed
from speakup.web.forms import Choice, Wording, Words
from speakup.web.plain_text import plain_text

# How somebody may keep her words. The page says to each where, and nothing of it is stored.
KEPT_HOW = (
    ("paper", _("On paper")),
    ("device", _("On my own phone or computer")),
    ("person", _("With somebody I trust")),
    ("head", _("In my head")),
)
_WHERE: Mapping[str, Wording] = {
    "paper": _("Keep it at home. Not at work, in a work bag or in a uniform."),
    "device": _("A password manager or a locked note that no force account can see."),
    "person": _("They can read everything here and write as you. Give them the spare card."),
    "head": _("Most people forget some. Write down the first three letters of each."),
}


class KeepingForm(forms.Form):
    """How she keeps her words, and whether what she kept is right. Both may be left out.

    Slips are mended as on return; compared in constant time.
    """

    how = forms.ChoiceField(
        label=_("How will you keep them?"),
        choices=KEPT_HOW,
        required=False,
        error_messages={"invalid_choice": _("Choose from the list, or leave this out")},
        widget=Choice(label_size="m", hints=_WHERE),
    )
    words = PlainTextField(
        may_hold_receipt=True,
        label=_("Type or paste your words, or the numbers"),
        max_length=LONGEST_LINE,
        help_text=_("Capitals do not matter. The first three letters of each word are enough."),
        widget=Words(),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, secret: bytes, trying: bool = False) -> None:
        super().__init__(data, use_required_attribute=False)
        self._secret = secret
        self._trying = trying

    def clean_words(self) -> str:
        typed: str = self.cleaned_data["words"]
        if not typed:
            if self._trying:
                raise forms.ValidationError(_("Type your eight words, or the numbers"))
            return ""
        try:
            right = hmac.compare_digest(read_receipt(typed), self._secret)
        except NotAReceipt:
            right = False
        if not right:
            raise forms.ValidationError(_("These are not the words above. Look at what you kept and try again"))
        return typed

    def where(self) -> Wording:
        """Where to keep what is kept in the chosen way, of a valid form; nothing where she did not say."""
        return _WHERE.get(self.cleaned_data["how"], "")

    def tried(self) -> bool:
        """Whether the right words were typed, of a form that was posted."""
        return self.is_valid() and bool(self.cleaned_data["words"])


def _why_unread(typed: str) -> str:
    """What is wrong with what was typed: how much of it there is, or that it does not fit together. It opens nothing,
    whoever's it is, and so this tells of no report."""
    try:
        read_receipt(typed)
    except NotAReceipt as problem:
        kind, count = problem.kind, words_typed(typed)
        if kind == NotAReceipt.TOO_FEW and count:
            return ngettext(
                "We cannot read these words: you typed %(count)d word, and there are eight",
                "We cannot read these words: you typed %(count)d words, and there are eight",
                count,
            ) % {"count": count}
        if kind == NotAReceipt.CHECK_FAILED:
            return gettext("We cannot read these words: one of them is wrong, or their order is")
        if kind == NotAReceipt.UNKNOWN_WORD:
            said = gettext("We cannot read these words: word %(position)d is none of ours. Look at how it is spelt")
            return said % {"position": problem.position}
        if kind == NotAReceipt.TOO_FEW:
            return gettext("We cannot read these numbers: there are 24 digits, in six groups of four")
    return gettext("We cannot read these words: there are more than eight, or more than 24 digits")


class ReturnForm(forms.Form):
    """The words, to come back with. Whether they lead anywhere is the inbox's to say, after the same work for all."""

    words = PlainTextField(
        may_hold_receipt=True,
        label=_("Your eight words, or the numbers"),
        max_length=LONGEST_LINE,
        too_long=_("That is longer than eight words. Type only the words"),
        help_text=_("Capitals do not matter. The first three letters of each word are enough."),
        widget=Words(),
    )

    def clean_words(self) -> str:
        typed: str = self.cleaned_data["words"]
        if not typed:
            raise forms.ValidationError(_("Type your eight words, or the numbers"))
        return typed

    def typed_words(self) -> str:
        """What was typed, or nothing where it cannot be words."""
        return "" if "words" in self.errors else str(self.cleaned_data["words"])

    def typed_again(self) -> str:
        """What was typed, to be shown once more: so much of it that too much is still too much."""
        return plain_text(self.data.get("words", ""))[: LONGEST_LINE + 1]

    def say_problem(self, outcome: Outcome) -> None:
        """Beside the field: the words could not be read, and why, or lead to nothing."""
        if "words" not in self.errors:
            unread = outcome is Outcome.NOT_A_RECEIPT
            self.add_error("words", _why_unread(self.typed_words()) if unread else _("These words open nothing"))

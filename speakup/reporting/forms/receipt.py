"""The words, typed: to try them on the receipt, and to come back with them."""

import hmac

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.reporting.forms.question import LONGEST_LINE, PlainTextField
from speakup.reporting.inbox import Outcome
from speakup.vault.errors import NotAReceipt
from speakup.vault.receipt import read_receipt
from speakup.web.forms import Words
from speakup.web.plain_text import plain_text


class TryWordsForm(forms.Form):
    """Whether what she kept is right. Slips are mended as on return; compared in constant time."""

    words = PlainTextField(
        may_hold_receipt=True,
        label=_("Type or paste your words, or the numbers"),
        max_length=LONGEST_LINE,
        widget=Words(),
    )

    def __init__(self, data: object = None, *, secret: bytes) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self._secret = secret

    def clean_words(self) -> str:
        typed: str = self.cleaned_data["words"]
        if not typed:
            raise forms.ValidationError(_("Type your eight words, or the numbers"))
        try:
            right = hmac.compare_digest(read_receipt(typed), self._secret)
        except NotAReceipt:
            right = False
        if not right:
            raise forms.ValidationError(_("These are not the words above. Look at what you kept and try again"))
        return typed


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
        """Beside the field: the words could not be read, or lead to no report."""
        if "words" not in self.errors:
            unread = outcome is Outcome.NOT_A_RECEIPT
            self.add_error("words", _("We cannot read these words") if unread else _("These words open no report"))

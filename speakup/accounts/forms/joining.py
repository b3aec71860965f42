"""The forms of somebody who joins by an invitation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.accounts.models import StaffMember
from speakup.accounts.passphrases import check_new_passphrase, words_about
from speakup.vault.personal import PASSPHRASE_LIMIT
from speakup.web.forms import Code, Passphrase


class NewPassphraseForm(forms.Form):
    """A passphrase, twice: nobody can look it up afterwards, and nothing else opens the key under it."""

    passphrase = forms.CharField(
        label=_("Passphrase"),
        help_text=_(
            "14 characters or more. Four or five words that do not belong together are easy to remember and hard to "
            "guess."
        ),
        max_length=PASSPHRASE_LIMIT,
        strip=False,
        widget=Passphrase({"autocomplete": "new-password"}),
        error_messages={
            "required": _("Enter a passphrase"),
            "max_length": _("Passphrase must be 1,024 characters or fewer"),
        },
    )
    again = forms.CharField(
        label=_("The same passphrase again"),
        max_length=PASSPHRASE_LIMIT,
        strip=False,
        widget=Passphrase({"autocomplete": "new-password"}),
        error_messages={
            "required": _("Enter the passphrase again"),
            "max_length": _("Passphrase must be 1,024 characters or fewer"),
        },
    )

    def __init__(self, *args: Any, staff: StaffMember, **kwargs: Any) -> None:
        self._staff = staff
        super().__init__(*args, **kwargs)

    def clean_passphrase(self) -> str:
        passphrase = str(self.cleaned_data["passphrase"])
        wrong = check_new_passphrase(passphrase, user_inputs=words_about(self._staff))
        if wrong:
            raise forms.ValidationError(list(wrong))
        return passphrase

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "passphrase" in cleaned and "again" in cleaned and cleaned["passphrase"] != cleaned["again"]:
            self.add_error("again", forms.ValidationError(_("The two passphrases are not the same"), code="differ"))
        return cleaned


class FirstCodeForm(forms.Form):
    """The first code of an app that was enrolled just now."""

    code = forms.CharField(
        label=_("Code from the app"),
        help_text=_("The 6 digits that your authenticator app shows now"),
        max_length=20,
        widget=Code(),
        error_messages={
            "required": _("Enter the 6-digit code from your authenticator app"),
            "max_length": _("Code must be 6 digits"),
        },
    )

    def refuse(self) -> None:
        """Say that the app does not show this code."""
        self.add_error(
            "code",
            forms.ValidationError(
                _("The app does not show this code now. Check that the clock of your phone is right"),
                code="refused",
            ),
        )

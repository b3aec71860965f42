"""The sign-in form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.vault.personal import PASSPHRASE_LIMIT
from speakup.web.forms import Code, Passphrase, Text


def factor_field() -> forms.CharField:
    """The second factor as it is typed: a one-time code, or a recovery code in its place."""
    return forms.CharField(
        label=_("One-time code"),
        help_text=_("The 6 digits that your authenticator app shows now, or one of your recovery codes"),
        max_length=40,
        widget=Code(width=20),
        error_messages={
            "required": _("Enter the 6-digit code from your authenticator app"),
            "max_length": _("One-time code must be 6 digits, or a recovery code of 16 letters and digits"),
        },
    )


class SignInForm(forms.Form):
    """Email, passphrase and one-time code together. What is wrong with them is told by one sentence for all."""

    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        widget=Text(
            {"autocomplete": "username", "inputmode": "email", "autocapitalize": "none"}, width=30, private=False
        ),
        error_messages={
            "required": _("Enter your email address"),
            "invalid": _("Enter an email address in the correct format, like name@example.com"),
            "max_length": _("Email address must be 254 characters or fewer"),
        },
    )
    passphrase = forms.CharField(
        label=_("Passphrase"),
        max_length=PASSPHRASE_LIMIT,
        strip=False,
        widget=Passphrase(),
        error_messages={
            "required": _("Enter your passphrase"),
            "max_length": _("Passphrase must be 1,024 characters or fewer"),
        },
    )
    code = factor_field()

    def refuse(self) -> None:
        """Say that the three together let nobody in, never which of them is wrong."""
        self.add_error(
            None,
            forms.ValidationError(
                _(
                    "The email address, passphrase or one-time code is not right, or there were too many tries. "
                    "Check all three. Wait for the next code before you try again."
                ),
                code="refused",
            ),
        )

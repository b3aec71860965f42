"""The form that asks for the second factor again."""

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.web.forms import Code

CODE_AGAIN = "code_again"


class CodeAgainForm(forms.Form):
    """One code. Its field's name is one that no other form has: it is posted beside what another form sent."""

    code_again = forms.CharField(
        label=_("One-time code"),
        help_text=_("The 6 digits that your authenticator app shows now, or one of your recovery codes"),
        max_length=40,
        widget=Code(width=20),
        error_messages={
            "required": _("Enter the 6-digit code from your authenticator app"),
            "max_length": _("One-time code must be 6 digits, or a recovery code of 16 letters and digits"),
        },
    )

    def refuse(self) -> None:
        """Say that the code let nobody on, and what to do."""
        self.add_error(
            CODE_AGAIN,
            _("The code is not right, was used before, or there were too many tries. Wait for the next code."),
        )

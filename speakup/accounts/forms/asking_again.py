"""The form that asks for the second factor again."""

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.accounts.forms.signing_in import factor_field

CODE_AGAIN = "code_again"


class CodeAgainForm(forms.Form):
    """One code. Its field's name is one that no other form has: it is posted beside what another form sent."""

    code_again = factor_field()

    def refuse(self) -> None:
        """Say that the code let nobody on, and what to do."""
        self.add_error(
            CODE_AGAIN,
            _("The code is not right, was used before, or there were too many tries. Wait for the next code."),
        )

"""The forms of one's own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from speakup.accounts.forms.joining import NewPassphraseForm
from speakup.vault.personal import PASSPHRASE_LIMIT
from speakup.web.forms import Passphrase


class ChangePassphraseForm(NewPassphraseForm):
    """The passphrase of now, and a new one twice."""

    current = forms.CharField(
        label=_("Your passphrase now"),
        max_length=PASSPHRASE_LIMIT,
        strip=False,
        widget=Passphrase(),
        error_messages={
            "required": _("Enter your passphrase"),
            "max_length": _("Passphrase must be 1,024 characters or fewer"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["current", "passphrase", "again"])
        self.fields["passphrase"].label = _("New passphrase")
        self.fields["again"].label = _("The same new passphrase again")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("passphrase") and cleaned["passphrase"] == cleaned.get("current"):
            self.add_error("passphrase", forms.ValidationError(_("The new passphrase is the one of now"), code="same"))
        return cleaned

    def refuse(self) -> None:
        """Say that the passphrase of now was not right."""
        self.add_error(
            "current",
            forms.ValidationError(_("The passphrase is not right, or there were too many tries"), code="refused"),
        )

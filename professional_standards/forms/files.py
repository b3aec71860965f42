"""Opening a file as it was sent."""

from django import forms
from django.utils.translation import gettext_lazy as _

from professional_standards.forms.fields import reason


class OriginalForm(forms.Form):
    """Why the cleaned copy, or not opening the file at all, is not enough."""

    why = reason(
        _("Why you need it as it was sent"),
        hint=_("It stands on the ledger with your name, for those who supervise this report."),
        missing=_("Say why you need the file as it was sent"),
        rows=3,
    )

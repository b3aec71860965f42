"""That a reader must not read something."""

from django import forms
from django.utils.translation import gettext_lazy as _

from professional_standards.forms.fields import reason


class ConflictForm(forms.Form):
    """Who the conflict is with."""

    why = reason(
        _("Who is it, and how do you know them?"),
        hint=_("Those who go on read it: they must know whom else to keep out. The reporter does not see it."),
        missing=_("Say who it is and how you know them"),
    )

"""Asking who a reporter is, deciding it, and looking at an emergency afterwards."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from professional_standards.forms.day import DayField
from professional_standards.forms.fields import reason
from speakup.web.forms import Choice

RELEASE, REFUSE = "release", "refuse"
RIGHT, WRONG = "right", "wrong"


class AskNameForm(forms.Form):
    """Why the name is needed; for supervisors of the desk whether a life is in danger."""

    emergency = forms.ChoiceField(
        label=_("Is somebody's life in danger?"),
        choices=[("", "")],
        error_messages={"required": _("Say whether a life is in danger"), "invalid_choice": _("Choose from the list")},
        widget=Choice(small=True),
    )
    why = reason(
        _("Why you need the name"),
        hint=_(
            "What you cannot do without it, and what you tried before. The custodians read this and do not see the "
            "report: say what they must know, and no more."
        ),
    )

    def __init__(self, data: Any = None, *, supervises: bool) -> None:
        super().__init__(data)
        if supervises:
            self.fields["emergency"].choices = [  # type: ignore[attr-defined]
                ("no", _("No")),
                ("yes", _("Yes: the custodian on call is woken, and the head of the desk looks at it within 24 hours")),
            ]
        else:
            del self.fields["emergency"]

    @property
    def is_emergency(self) -> bool:
        """Of a valid form."""
        return bool(self.cleaned_data.get("emergency") == "yes")


class DecideNameForm(forms.Form):
    """Released until a day, or refused; with a reason either way."""

    answer = forms.ChoiceField(
        label=_("Your decision"),
        choices=[(RELEASE, _("Release the name until a day")), (REFUSE, _("Refuse"))],
        error_messages={"required": _("Choose what you decide"), "invalid_choice": _("Choose from the list")},
        widget=Choice(small=True),
    )
    until = DayField(
        label=_("Released until the end of which day"),
        help_text=_("Only if you release it. As short as will do."),
    )
    why = reason(_("Why"), hint=_("Whoever asked reads it. The reporter is told what you decided, and not why."))

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("answer") == RELEASE and typed.get("until") is None and "until" not in self.errors:
            self.add_error("until", _("Give the day"))
        return typed


class ReviewNameForm(forms.Form):
    """Whether asking in an emergency was right."""

    found = forms.ChoiceField(
        label=_("What you find"),
        choices=[
            (RIGHT, _("It was right to ask in an emergency")),
            (WRONG, _("It was not. If the name can still be read, that ends now")),
        ],
        error_messages={"required": _("Choose what you find"), "invalid_choice": _("Choose from the list")},
        widget=Choice(small=True),
    )
    why = reason(_("Why"), hint=_("Whoever asked and the custodians read it. The reporter is told what you found."))

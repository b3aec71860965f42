"""What is looked for in the ledger."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from professional_standards.forms.day import DayField
from professional_standards.forms.fields import line
from professional_standards.ledger_search import Asked
from professional_standards.presenters.readings import act_words
from speakup.accounts.models import StaffMember
from speakup.ledger.actions import Action
from speakup.web.forms import Select

_NOT_THERE = {"invalid_choice": _("Choose from the list")}


class LedgerForm(forms.Form):
    """Every field may be left empty; what is filled in narrows what is shown."""

    reference = line(_("Report or case"), hint=_("Its reference, for example K7QF-2M."), width=10, longest=20)
    person = forms.ChoiceField(label=_("Who"), required=False, widget=Select(), error_messages=_NOT_THERE)
    action = forms.ChoiceField(label=_("What was done"), required=False, widget=Select(), error_messages=_NOT_THERE)
    day = DayField(label=_("On which day"), help_text=_("For example 27 3 2031."))

    def __init__(self, data: Any = None, *, people: Iterable[StaffMember]) -> None:
        super().__init__(data)
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", _("Anybody")),
            *((str(person.pk), person.name) for person in people),
        ]
        self.fields["action"].choices = [  # type: ignore[attr-defined]
            ("", _("Anything")),
            *((action.value, act_words(action)) for action in Action),
        ]

    def asked(self, after: UUID | None) -> Asked:
        """What is looked for, from the entry `after` on; the form is valid."""
        found = self.cleaned_data
        person = UUID(found["person"]) if found["person"] else None
        return Asked(found["reference"], person, found["action"], found["day"], after)

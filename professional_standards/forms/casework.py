"""What is written into a case: who works it, notes, who its people are, the IOPC track, steps of a proceeding."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from professional_standards.forms.day import DayField
from professional_standards.forms.fields import Version, Written, line, reason
from professional_standards.forms.opening import CasePeopleForm
from professional_standards.forms.people import PersonForm
from professional_standards.opened_case import Move
from professional_standards.typed import LONGEST_NOTE, LONGEST_OFFICE
from speakup.policy.document import Policy
from speakup.reporting.messages import form_message_id
from speakup.web.forms import Choice, LongText

_INVALID = {"invalid_choice": _("Choose from the list")}


class AssignForm(CasePeopleForm):
    """Who works the case from now on."""

    version = Version()


class NoteForm(forms.Form):
    """A note. `note` is made with the form, so that a double post is one note."""

    note = forms.CharField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    text = Written(
        label=_("Add a note"),
        help_text=_("For those who read this case. It cannot be changed afterwards."),
        missing=_("Write a note"),
        max_length=LONGEST_NOTE,
        widget=LongText(rows=4),
    )

    def clean_note(self) -> uuid.UUID:
        """The id that the form was made with; a new one in place of anything else."""
        return form_message_id(self.cleaned_data["note"])


class SubjectForm(PersonForm):
    """Who somebody is, as it is known now."""

    version = Version()

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        if not self.errors and not typed.get("person_type"):
            self.add_error("person_type", _("Choose what they are"))
        return typed


class TrackForm(forms.Form):
    """The next state of the IOPC track."""

    version = Version()
    state = forms.ChoiceField(
        label=_("Referral to the IOPC"),
        error_messages={**_INVALID, "required": _("Choose where the referral stands")},
        widget=Choice(small=True),
    )
    day = DayField(label=_("On which day"), help_text=_("Leave it empty for today."))
    why = reason(_("Why, and who decided"))

    def __init__(self, data: Any = None, *, states: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["state"].choices = list(states)  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """A step of a proceeding: only what this step asks for. `seq` is the step that the form was made at."""

    seq = Version()
    determination = forms.ChoiceField(
        label=_("Determination"),
        error_messages={**_INVALID, "required": _("Choose the determination")},
        widget=Choice(small=True),
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        error_messages={**_INVALID, "required": _("Choose the outcome")},
        widget=Choice(small=True),
    )
    decided_by = line(_("Who decided"), longest=LONGEST_OFFICE)
    decided_day = DayField(label=_("When it was decided"), help_text=_("Leave it empty for today."))
    reason = reason(_("Why"), hint=_("For those who read this case. The reporter does not see it."))

    def __init__(self, data: Any = None, *, move: Move, outside: bool, policy: Policy, **kwargs: Any) -> None:
        """`outside`: somebody without an account decided, and must be named."""
        super().__init__(data, **kwargs)
        ends = {
            "determination": (move.determinations, policy.determinations),
            "outcome": (move.outcomes, policy.outcomes),
        }
        for name, (ids, every) in ends.items():
            if ids:
                self.fields[name].choices = [(each, every[each].name) for each in ids]  # type: ignore[attr-defined]
            else:
                del self.fields[name]
        decided_by = self.fields["decided_by"]
        decided_by.required = outside
        if outside:
            decided_by.help_text = _("Office and name, and the document in which it stands.")
            decided_by.error_messages["required"] = _("Say who decided: office and name")
        else:
            decided_by.help_text = _("Leave it empty if you decided.")

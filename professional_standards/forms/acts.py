"""What moves a report on: each with a reason for those who read it, and most with words for its reporter."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from professional_standards.forms.day import DayField
from professional_standards.forms.fields import line, reason
from professional_standards.forms.message import LetterForm
from speakup.policy.document import Layer, Policy
from speakup.web.forms import Choice

WHY = _("Why")
WHY_HINT = _("For those who read this report after you. The reporter does not see it.")


class AskForm(LetterForm):
    """A question, after which the report waits for its reporter."""

    field_order = ("text",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Your question to the reporter")
        self.fields["text"].help_text = _("Ask one thing at a time and say why you ask.")


class WhyForm(forms.Form):
    """A reason, and nothing else."""

    why = reason(WHY, hint=WHY_HINT)


class PassForm(forms.Form):
    """To another desk of the force's, or the one outside it."""

    desk = forms.ChoiceField(
        label=_("Which desk"),
        error_messages={"required": _("Choose a desk"), "invalid_choice": _("Choose from the list")},
        widget=Choice(small=True),
    )
    why = reason(WHY, hint=_("The other desk reads it. The reporter does not see it."))

    def __init__(self, data: Any = None, *, policy: Policy, desks: Sequence[str]) -> None:
        super().__init__(data)
        self.fields["desk"].choices = [(each, policy.desk(each).name) for each in desks]  # type: ignore[attr-defined]


class SendOutForm(LetterForm):
    """To another force or body."""

    field_order = ("receiver", "why", "text")
    receiver = line(
        _("Which force or body, and whom there"),
        hint=_("For example 'IOPC, casework Wakefield'. SpeakUp records it; you send the report on your own way."),
        missing=_("Say who receives it"),
    )
    why = reason(WHY, hint=WHY_HINT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What you tell the reporter")
        self.fields["text"].help_text = _("Who has the report now, why, and what they will do.")


class CloseForm(LetterForm):
    """The end of a report of which no case is made."""

    field_order = ("determination", "why", "text")
    determination = forms.ChoiceField(
        label=_("What the report comes to"),
        error_messages={"required": _("Choose what the report comes to"), "invalid_choice": _("Choose from the list")},
        widget=Choice(small=True),
    )
    why = reason(WHY, hint=WHY_HINT)

    def __init__(self, data: Any = None, *, policy: Policy) -> None:
        super().__init__(data)
        ends = [(each.id, each.name) for each in policy.determinations.values() if each.layer is Layer.REPORT]
        self.fields["determination"].choices = ends  # type: ignore[attr-defined]
        self.fields["text"].label = _("What you tell the reporter")
        self.fields["text"].help_text = _(
            "What was looked at, what was decided and why, as far as the law lets you. They can ask for a review."
        )


class FeedbackForm(LetterForm):
    """What was done and why, told to the reporter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What you tell the reporter")
        self.fields["text"].help_text = _("What was done or is planned, and why, as far as the law lets you.")


class UpdateForm(LetterForm):
    """That work goes on, told to the reporter at least every 28 days."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What you tell the reporter")
        self.fields["text"].help_text = _("What happened since the last update, and what comes next.")


class ExtendForm(forms.Form):
    """More time for a clock."""

    until = DayField(
        label=_("Until the end of which day"),
        help_text=_("Later than it is due now, and within a year."),
        missing=_("Give the day"),
    )
    why = reason(WHY, hint=_("For those who read this after you. The reporter does not see it."))


class JoinForm(forms.Form):
    """To a case that is open at this desk."""

    case = forms.ChoiceField(
        label=_("Which case"),
        error_messages={"required": _("Choose a case"), "invalid_choice": _("Choose from the list")},
        widget=Choice(small=True),
    )
    why = reason(_("Why they belong together"), hint=WHY_HINT)

    def __init__(self, data: Any = None, *, cases: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["case"].choices = cases  # type: ignore[attr-defined]
        self.nothing = "" if cases else _("You hold no open case of this desk that it could be joined to.")

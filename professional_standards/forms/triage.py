"""What triage makes of a report: risk, behaviours, the people told about, and why."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from professional_standards.forms.fields import Version, reason
from speakup.policy.document import NotInPolicy, Policy, Risk
from speakup.web.forms import Choice, Choices

_INVALID = {"invalid_choice": _("Choose from the list"), "invalid_list": _("Choose from the list")}


class AssessmentForm(forms.Form):
    """Everything but the people, who have a form each (people.py).

    `behaviours` are those that the report has already, `further` all others; together they are what triage confirms.
    """

    version = Version()
    risk = forms.ChoiceField(
        label=_("Risk"),
        error_messages={**_INVALID, "required": _("Choose the risk")},
        widget=Choice(small=True),
    )
    raisers = forms.MultipleChoiceField(
        label=_("What raises it"),
        help_text=_("Prompts, not a sum: tick what is so, then choose the risk."),
        required=False,
        error_messages=_INVALID,
        widget=Choices(small=True),
    )
    behaviours = forms.MultipleChoiceField(
        label=_("Behaviour: what the report tells of"),
        help_text=_("Untick what it does not tell of."),
        required=False,
        error_messages=_INVALID,
        widget=Choices(small=True),
    )
    further = forms.MultipleChoiceField(
        label=_("Other kinds of behaviour"),
        required=False,
        error_messages=_INVALID,
        widget=Choices(small=True, label_hidden=True),
    )
    vawg = forms.ChoiceField(
        label=_("Is it violence against women and girls?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        error_messages={**_INVALID, "required": _("Say whether it is violence against women and girls")},
        widget=Choice(inline=True, small=True),
    )
    reason = reason(
        _("Why this risk, and what you think of the report"),
        hint=_("For those who read this report after you. The reporter does not see it."),
        missing=_("Say why"),
        rows=5,
    )

    def __init__(
        self, data: Any = None, *, policy: Policy, shown: Sequence[str] = (), initial: dict[str, Any] | None = None
    ) -> None:
        """`shown` are the behaviours that the report has already."""
        super().__init__(data, initial=initial)
        levels = sorted(policy.severity_levels.values(), key=lambda level: -level.id.order)
        self._offer("risk", [(level.id.value, level.name) for level in levels])
        self.fields["risk"].widget.hints = {level.id.value: level.plain for level in levels}
        self._offer("raisers", [(each, capfirst(what)) for each, what in policy.risk_raisers.items()])
        self._offer("behaviours", [(each, titled(each, policy)) for each in shown])
        others = [
            (category.title, [(each.id, each.title) for each in category.behaviours if each.id not in shown])
            for category in policy.categories
        ]
        self._offer("further", [group for group in others if group[1]])
        if not shown:
            del self.fields["behaviours"]

    @classmethod
    def retyped(cls, data: QueryDict, *, policy: Policy, shown: Sequence[str]) -> "AssessmentForm":
        """What a post holds, wrong or not, and nothing said about it yet."""
        many = {name: data.getlist(name) for name in ("raisers", "behaviours", "further")}
        one = {name: data.get(name, "") for name in ("version", "risk", "vawg", "reason")}
        return cls(policy=policy, shown=shown, initial={**many, **one})

    @property
    def further_is_open(self) -> bool:
        """Whether other kinds are ticked, or wrong: they are then not folded away."""
        return bool(self["further"].value() or self["further"].errors or "behaviours" not in self.fields)

    @property
    def confirmed(self) -> tuple[str, ...]:
        """Of a valid form: every behaviour that was ticked."""
        return (*self.cleaned_data.get("behaviours", ()), *self.cleaned_data["further"])

    @property
    def chosen_risk(self) -> Risk:
        """Of a valid form."""
        return Risk(self.cleaned_data["risk"])

    def _offer(self, name: str, choices: Iterable[Any]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]


def titled(behaviour_id: str, policy: Policy) -> str:
    """What a kind of behaviour is called; its id where this policy has no such kind any more."""
    try:
        return policy.behaviour(behaviour_id).title
    except NotInPolicy:
        return behaviour_id

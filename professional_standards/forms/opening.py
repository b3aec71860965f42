"""What a case is opened with: who works it, and for each person where their proceeding begins."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from professional_standards.forms.fields import line
from professional_standards.forms.people import PersonForm
from professional_standards.openings import NewSubject
from professional_standards.people import Choice as Somebody
from professional_standards.people import Choices as People
from professional_standards.typed import LONGEST_TITLE
from speakup.accounts.roles import role_title
from speakup.policy.document import Policy, Route
from speakup.web.forms import Select

_INVALID = {"invalid_choice": _("Choose from the list")}
LEGAL_BASIS_WORDS = {
    "conduct_regulations": _("Conduct Regulations"),
    "schedule_3": _("Schedule 3 (complaint or conduct matter under the Police Reform Act)"),
    "staff_policy": _("Staff misconduct policy"),
    "other": _("Other"),
}
FIRST_IOPC_WORDS = {
    "not_assessed": _("Not looked at yet"),
    "criteria_not_met": _("No criterion is met"),
    "due": _("Must be referred: by the end of tomorrow"),
}
_BASIS_BY_ROUTE = {Route.STAFF: "staff_policy", Route.CONTRACTOR: "other", Route.THIRD_PARTY: "other"}


def people_choices(people: Sequence[Somebody]) -> list[tuple[str, str]]:
    """Whom to choose from, by name and role."""
    return [(str(each.staff_id), f"{each.name}, {role_title(each.role)}") for each in people]


class CasePeopleForm(forms.Form):
    """Owner, supervisor and investigator. Only those are offered who may read it; nobody says who is left out."""

    owner = forms.ChoiceField(
        label=_("Owner"),
        help_text=_("Works the case, and is reminded first."),
        error_messages={**_INVALID, "required": _("Choose who owns the case")},
        widget=Select(),
    )
    supervisor = forms.ChoiceField(
        label=_("Supervisor"),
        error_messages={**_INVALID, "required": _("Choose who supervises it")},
        widget=Select(),
    )
    investigator = forms.ChoiceField(
        label=_("Investigator"),
        help_text=_("Can be assigned later. Reads the case and its reports from then on."),
        required=False,
        error_messages=_INVALID,
        widget=Select(),
    )

    def __init__(self, data: Any = None, *, people: People, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._offer("owner", [("", _("Choose")), *people_choices(people.owners)])
        self._offer("investigator", [("", _("Nobody yet")), *people_choices(people.investigators)])
        self._offer("supervisor", [("", _("Choose")), *people_choices(people.supervisors)])
        if not people.supervisors:
            del self.fields["supervisor"]

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = self.cleaned_data
        if typed.get("supervisor") and typed["supervisor"] == typed.get("owner"):
            self.add_error("supervisor", _("Choose somebody other than the owner"))
        return typed

    def _offer(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class OpenCaseForm(CasePeopleForm):
    """A new case, but for its people told about (OpenedSubjectForm)."""

    field_order = ("title", "owner", "supervisor", "investigator")
    title = line(
        _("What the case is called"),
        hint=_("Those who read it see this name, and nobody else."),
        missing=_("Give the case a name"),
        longest=LONGEST_TITLE,
    )


class NewSubjectForm(PersonForm):
    """Somebody whom the case is about, and where their proceeding begins."""

    legal_basis = forms.ChoiceField(
        label=_("Legal basis"),
        choices=list(LEGAL_BASIS_WORDS.items()),
        error_messages=_INVALID,
        widget=Select(label_size=""),
    )
    first_stage = forms.ChoiceField(label=_("Begins at"), error_messages=_INVALID, widget=Select(label_size=""))
    iopc = forms.ChoiceField(
        label=_("Referral to the IOPC"),
        choices=list(FIRST_IOPC_WORDS.items()),
        error_messages=_INVALID,
        widget=Select(label_size=""),
    )

    def __init__(self, *args: Any, policy: Policy, stages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, policy=policy, **kwargs)
        named = [(each, policy.stages(each).name) for each in stages]
        self.fields["first_stage"].choices = named  # type: ignore[attr-defined]

    @property
    def subject(self) -> NewSubject:
        """Of a valid form in which somebody is named."""
        typed = self.cleaned_data
        return NewSubject(self.person, typed["legal_basis"], typed["first_stage"], typed["iopc"])


def first_basis(person_type: str, policy: Policy) -> str:
    """The legal basis that somebody's kind suggests."""
    routes = {each.id: each.route for each in policy.person_types}
    return _BASIS_BY_ROUTE.get(routes.get(person_type, Route.OFFICER), "conduct_regulations")

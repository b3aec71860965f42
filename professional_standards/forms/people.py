"""The people told about, as triage knows them: a form each, and one more when it is asked for."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.forms.formsets import BaseFormSet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from professional_standards.assessment import MOST_PEOPLE, NamedSubject
from professional_standards.forms.fields import line, person_types, ranks
from speakup.policy.document import Policy
from speakup.web.forms import Select

ADD_PERSON = "add_person"
PREFIX = "people"
_INVALID = {"invalid_choice": _("Choose from the list")}
_FIELDS = ("name", "collar_number", "rank", "unit", "person_type")


class PersonForm(forms.Form):
    """Somebody told about. Every field may be empty; a form of empty fields is nobody."""

    name = line(_("Name"), plain=True)
    collar_number = line(_("Collar number"), width=10, plain=True)
    rank = forms.ChoiceField(
        label=_("Rank or role"), required=False, error_messages=_INVALID, widget=Select(label_size="")
    )
    unit = line(_("Team or unit"), plain=True)
    person_type = forms.ChoiceField(
        label=_("What they are"), required=False, error_messages=_INVALID, widget=Select(label_size="")
    )

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rank"].choices = ranks(policy, _("Not known"))  # type: ignore[attr-defined]
        self.fields["person_type"].choices = person_types(policy, _("Choose"))  # type: ignore[attr-defined]

    @property
    def is_somebody(self) -> bool:
        """Of a valid form: whether anything was said of this person."""
        return any(self.cleaned_data.get(name) for name in _FIELDS)

    @property
    def person(self) -> NamedSubject:
        """Of a valid form."""
        return NamedSubject(**{name: self.cleaned_data[name] for name in _FIELDS})

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = self.cleaned_data
        if not self.errors and self.is_somebody and not typed.get("person_type"):
            self.add_error("person_type", _("Choose what they are: it decides which rules apply"))
        return typed


class PeopleFormSet(BaseFormSet):  # type: ignore[type-arg]
    """A form for everybody told about."""

    @property
    def somebodies(self) -> list[PersonForm]:
        """Of a valid set: the forms in which something was said."""
        return [form for form in self.forms if form.is_somebody]


def people_forms(
    data: Mapping[str, Any] | None,
    *,
    policy: Policy,
    people: Sequence[Mapping[str, Any]] = (),
    form: type[PersonForm] = PersonForm,
    **kwargs: Any,
) -> PeopleFormSet:
    """The forms of a post, or those that `people` fill; at least one."""
    made = forms.formset_factory(
        form,
        formset=PeopleFormSet,
        extra=0 if people else 1,
        max_num=MOST_PEOPLE,
        absolute_max=MOST_PEOPLE,
    )
    filled = [dict(person) for person in people[:MOST_PEOPLE]]
    return cast(PeopleFormSet, made(data, prefix=PREFIX, initial=filled, form_kwargs={"policy": policy, **kwargs}))


def typed_people(data: QueryDict, names: Sequence[str] = _FIELDS) -> list[dict[str, Any]]:
    """What a post holds of each person, wrong or not: to show it again with one more, before anything is checked."""
    total = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    count = min(int(total), MOST_PEOPLE) if total.isascii() and total.isdigit() and len(total) < 4 else 0
    return [{name: data.get(f"{PREFIX}-{number}-{name}", "") for name in names} for number in range(count)]

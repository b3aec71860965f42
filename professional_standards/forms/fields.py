"""The fields that staff write in."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from professional_standards.assessment import LONGEST_NAME
from professional_standards.typed import LONGEST_REASON
from speakup.policy.document import Policy
from speakup.web.forms import LongText, Text, Wording
from speakup.web.plain_text import plain_text

MOST_VERSIONS = 10**9


class Written(forms.CharField):
    """Text as somebody typed it. Too long or missing is an error beside the field; the text stays in its box.

    `missing` is what is said of an empty one; without it the field may be left empty.
    """

    def __init__(self, *, missing: Wording = "", max_length: int = LONGEST_REASON, **kwargs: Any) -> None:
        too_long = format_lazy(_("That is too long. Use {most} characters or fewer."), most=f"{max_length:,}")
        messages: dict[str, Any] = {"required": missing, "max_length": too_long}
        super().__init__(required=bool(missing), max_length=max_length, error_messages=messages, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: a browser would cut what is pasted, and a limit that nobody meets need not be counted down."""
        return {}

    def to_python(self, value: object) -> str:
        return plain_text(value)


class Version(forms.IntegerField):
    """The version of what the form shows; anything but a number reads as 0, which is never the newest."""

    def __init__(self) -> None:
        super().__init__(required=False, initial=0, widget=forms.HiddenInput)

    def clean(self, value: Any) -> int:
        typed = str(value if value is not None else "")
        return min(int(typed), MOST_VERSIONS) if typed.isascii() and typed.isdigit() and len(typed) < 12 else 0


def reason(label: Wording, *, hint: Wording = "", missing: Wording = "", rows: int = 4) -> Written:
    """Why something was done. Only those who may read the report or the case see it."""
    return Written(label=label, help_text=hint, missing=missing or _("Say why"), widget=LongText(rows=rows))


def line(
    label: Wording,
    *,
    hint: Wording = "",
    missing: Wording = "",
    width: int | str = "full",
    longest: int = LONGEST_NAME,
    plain: bool = False,
) -> Written:
    """One short line, such as a name; `plain`: its label is not bold, as one of many beside each other."""
    widget = Text(width=width, label_size="" if plain else "s")
    return Written(label=label, help_text=hint, missing=missing, max_length=longest, widget=widget)


def ranks(policy: Policy, nothing: Wording) -> list[Any]:
    """The policy's ranks and grades by group, after a first choice that says `nothing`."""
    every = policy.ranks
    groups = (
        (_("Officers"), every.officer + every.met_and_city_extra),
        (_("Specials"), every.special),
        (_("Police staff"), every.staff),
        (_("Others"), every.other),
    )
    return [("", nothing), *((title, [(each, each) for each in group]) for title, group in groups if group)]


def person_types(policy: Policy, nothing: Wording) -> list[Any]:
    """What a person may be in the force, as staff choose it."""
    titles = {"unknown": _("Not known yet who it is")}
    return [("", nothing), *((each.id, titles.get(each.id, each.title)) for each in policy.person_types)]

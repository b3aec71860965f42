"""How form fields look: GOV.UK markup for Django's own fields.

The names here are widgets, given to ordinary fields: `forms.CharField(max_length=500, widget=LongText(rows=3))`.
`{{ form.field.as_field_group }}` renders label, hint, error and input in one; `{{ form }}` renders all of them.
All work without scripts. What is typed is never remembered or looked at by the browser unless a widget says so
(`private=False`): autocomplete, spelling services and writing suggestions are off.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.forms.widgets import ChoiceWidget
from django.template import loader
from django.utils.deconstruct import deconstructible
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

# Words of a page, as they stand or translated when they are shown.
Wording = str | Promise

_PRIVATE = {"autocomplete": "off", "spellcheck": "false", "writingsuggestions": "false"}


class Component(forms.Widget):
    """What every widget here takes, as keywords.

    page_heading: the field is the whole page, so its label (or legend) is the page's h1.
    label_size: "s", "m", "l" or "xl", or "" for plain text; "l" on a page heading, else "s".
    label_hidden: the label is there for those who cannot see, because the page already shows it.
    """

    group_class = ""
    limit: int | None = None

    def __init__(
        self,
        attrs: Mapping[str, Any] | None = None,
        *,
        page_heading: bool = False,
        label_size: str | None = None,
        label_hidden: bool = False,
        **kwargs: Any,
    ) -> None:
        self.page_heading = page_heading
        self.label_size = ("l" if page_heading else "s") if label_size is None else label_size
        self.label_hidden = label_hidden
        self.has_error = False
        super().__init__(dict(attrs or {}), **kwargs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        shown = context["widget"]
        # A browser cuts silently what is pasted beyond maxlength: the server says so beside the field instead.
        for length in ("maxlength", "minlength"):
            shown["attrs"].pop(length, None)
        return {"widget": shown | {"error": self.has_error, "class": shown["attrs"].pop("class", "")}}


class Text(Component, forms.TextInput):
    """One line. `width` is 2, 3, 4, 5, 10, 20 or 30 characters, or "full"; `attrs` are further attributes."""

    template_name = "components/text.html"

    def __init__(
        self,
        attrs: Mapping[str, Any] | None = None,
        *,
        width: int | str = "full",
        private: bool = True,
        **kwargs: Any,
    ) -> None:
        self.width = width
        super().__init__({**(_PRIVATE if private else {}), **(attrs or {})}, **kwargs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["width"] = self.width
        return context


class Words(Text):
    """The words of a receipt: typed, pasted or filled in by a password manager, in one wide box."""

    def __init__(self, attrs: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__({"autocapitalize": "none", "autocorrect": "off", **(attrs or {})}, **kwargs)


class Code(Text):
    """A one-time code of digits."""

    def __init__(self, attrs: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        code = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        super().__init__({**code, **(attrs or {})}, **{"width": 10, **kwargs})


class Passphrase(Component, forms.PasswordInput):
    """A passphrase, with a button to show it where scripts run. It is never sent back to the page."""

    template_name = "components/passphrase.html"
    group_class = "govuk-password-input"

    def __init__(self, attrs: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        typed = {"autocomplete": "current-password", "spellcheck": "false", "autocapitalize": "none"}
        super().__init__({**typed, **(attrs or {})}, **kwargs)


class LongText(Component, forms.Textarea):
    """Several lines. The field's `max_length` is counted down near its end, and never cuts what is pasted.

    `count_from` is the share of the limit, in percent, from which the count is shown where scripts run.
    """

    template_name = "components/long_text.html"

    def __init__(
        self,
        attrs: Mapping[str, Any] | None = None,
        *,
        rows: int = 5,
        count_from: int = 75,
        private: bool = True,
        **kwargs: Any,
    ) -> None:
        self.count_from = count_from
        super().__init__({**(_PRIVATE if private else {}), **(attrs or {}), "rows": rows}, **kwargs)
        self.attrs.pop("cols", None)

    @property
    def limit(self) -> int | None:  # type: ignore[override]
        """The most characters that the field takes, as the field told its widget."""
        limit = self.attrs.get("maxlength")
        return int(limit) if limit else None

    @property
    def limit_shown(self) -> str:
        """The limit as people write it: 20,000."""
        return f"{self.limit or 0:,}"

    @property
    def group_class(self) -> str:  # type: ignore[override]
        """What makes the group one that counts."""
        return "govuk-character-count" if self.limit else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["limit"] = self.limit
        return context


class Select(Component, forms.Select):
    """One of many, in a menu; grouped where the field's choices are."""

    template_name = "components/select.html"


class Files(Component, forms.FileInput):
    """One file or several, chosen with the browser's own dialog; `field.clean` sees the list of them."""

    template_name = "components/files.html"

    def __init__(self, attrs: Mapping[str, Any] | None = None, *, multiple: bool = True, **kwargs: Any) -> None:
        self.allow_multiple_selected = multiple
        super().__init__(attrs, **kwargs)


class _Options(Component, ChoiceWidget):
    """Radios and checkboxes. All but `small` and `inline` is told by the value of a choice.

    hints: a line under the choice. dividers: a word between this choice and the one before it, such as "or".
    reveals: names of fields of the same form, shown under the choice, and with scripts only while it is chosen.
    """

    use_fieldset = True
    template_name = "components/options.html"
    kind: str
    input_type: str

    def __init__(
        self,
        attrs: Mapping[str, Any] | None = None,
        *,
        hints: Mapping[str, Wording] | None = None,
        dividers: Mapping[str, Wording] | None = None,
        reveals: Mapping[str, Sequence[str]] | None = None,
        small: bool = False,
        inline: bool = False,
        **kwargs: Any,
    ) -> None:
        self.hints = dict(hints or {})
        self.dividers = dict(dividers or {})
        self.reveals = dict(reveals or {})
        self.revealed: dict[str, SafeString] = {}
        self.exclusive: frozenset[str] = frozenset()
        self.small = small
        self.inline = inline
        super().__init__(attrs, **kwargs)

    def id_for_label(self, id_: str | None, index: str | None = None) -> str:
        """The first choice has the field's own id, so that a link to the field lands on it."""
        return id_ or ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        sections: list[dict[str, Any]] = []
        first = context["widget"]["attrs"].get("id") or name
        number = 0
        for legend, options, _index in context["widget"]["optgroups"]:
            if legend or not sections or sections[-1]["legend"]:
                sections.append({"legend": legend, "options": []})
            for option in options:
                shown = self._option(option)
                number += 2 if shown["divider"] and number else 1  # GOV.UK counts a divider as one of the choices
                sections[-1]["options"].append(shown | {"id": first if number == 1 else f"{first}-{number}"})
        shape = {"kind": self.kind, "input_type": self.input_type, "small": self.small, "inline": self.inline}
        context["widget"] |= {"sections": sections, **shape}
        return context

    def _option(self, option: dict[str, Any]) -> dict[str, Any]:
        value = str(option["value"])
        exclusive = value in self.exclusive
        return {
            **option,
            "hint": self.hints.get(value, ""),
            "divider": self.dividers.get(value, _("or") if exclusive else ""),
            "exclusive": exclusive,
            "revealed": self.revealed.get(value, ""),
        }


class Choice(_Options):
    """One of a few: radios."""

    input_type = "radio"
    kind = "radios"


class Choices(_Options):
    """Any number of some: checkboxes. `exclusive` values clear all others when chosen (see OnlyAlone)."""

    input_type = "checkbox"
    kind = "checkboxes"
    allow_multiple_selected = True

    def __init__(
        self, attrs: Mapping[str, Any] | None = None, *, exclusive: Collection[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(attrs, **kwargs)
        self.exclusive = frozenset(exclusive)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Boxes left empty are not sent: their absence says nothing."""
        return False


@deconstructible
class OnlyAlone:
    """Refuses a choice such as 'none of these' together with others: without scripts nothing clears them."""

    def __init__(self, values: Collection[str], message: Wording) -> None:
        self.values = frozenset(values)
        self.message = message

    def __call__(self, chosen: Sequence[str]) -> None:
        """Raise ValidationError when one of `values` is not the only one chosen."""
        if len(chosen) > 1 and not self.values.isdisjoint(chosen):
            raise ValidationError(str(self.message), code="only_alone")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OnlyAlone) and (self.values, self.message) == (other.values, other.message)

    __hash__ = None  # type: ignore[assignment]


class ComponentBoundField(forms.BoundField):
    """A field with its value, whose label, hint and error are tied to its input the way GOV.UK ties them."""

    @property
    def error_target_id(self) -> str:
        """What a link in the error summary leads to: the input, or the first choice."""
        widget_id = self.field.widget.attrs.get("id")
        return str(widget_id or self.auto_id or self.html_name)

    @property
    def is_revealed(self) -> bool:
        """Whether a choice of another field shows this one; it then does not stand on its own."""
        return any(
            self.name in names
            for field in self.form.fields.values()
            for names in getattr(field.widget, "reveals", {}).values()
        )

    @property
    def aria_describedby(self) -> str | None:
        """The ids of the count, the hint and the error, in the order in which they are worth hearing."""
        identifier = self.error_target_id
        described = [
            f"{identifier}-info" if getattr(self.field.widget, "limit", None) else "",
            f"{identifier}-hint" if self.help_text else "",
            f"{identifier}-error" if self.errors else "",
        ]
        return " ".join(filter(None, described)) or None

    def as_field_group(self) -> SafeString:
        """Label, hint, error and input; nothing for a field that a choice reveals."""
        return SafeString("") if self.is_revealed else self.render()

    def as_widget(
        self, widget: forms.Widget | None = None, attrs: dict[str, Any] | None = None, only_initial: bool = False
    ) -> SafeString:
        """The input, or the choices with the fields that they reveal."""
        shown = widget or self.field.widget
        if isinstance(shown, Component):
            shown.has_error = bool(self.errors)
        if isinstance(shown, _Options):
            shown.revealed = {
                value: SafeString("".join(self.form[name].render() for name in names))
                for value, names in shown.reveals.items()
            }
        return super().as_widget(shown, attrs, only_initial)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Neither `required` nor `aria-invalid`: the server checks, and says beside the field what is wrong."""
        widget = widget or self.field.widget
        built = dict(attrs)
        if self.field.disabled:
            built["disabled"] = True
        if not self.use_fieldset and not widget.is_hidden and self.aria_describedby:
            built.setdefault("aria-describedby", self.aria_describedby)
        return built


class ComponentRenderer(DjangoTemplates):
    """Django's FORM_RENDERER: our own templates for fields and widgets, Django's for what has none of ours."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = ComponentBoundField

    def get_template(self, template_name: str) -> Any:
        """Templates named components/… come from the project's folder, all others from Django's forms."""
        if template_name.startswith("components/"):
            return loader.get_template(template_name)
        return super().get_template(template_name)

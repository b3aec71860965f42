"""A day, typed in three boxes."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from speakup.web.forms import Component


class Day(Component, forms.MultiWidget):
    """Day, month and year, each in a box of its own. The first box has the field's id, for links to the field."""

    template_name = "components/day.html"
    use_fieldset = True
    labels = (_("Day"), _("Month"), _("Year"))
    widths = (2, 2, 4)

    def __init__(self, attrs: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(attrs, widgets=[forms.TextInput] * 3, **kwargs)

    def decompress(self, value: dt.date | None) -> list[Any]:
        return [value.day, value.month, value.year] if value else ["", "", ""]

    def id_for_label(self, id_: str, index: str = "0") -> str:
        return id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        first = (attrs or {}).get("id") or name
        boxes = []
        for number, box in enumerate(context["widget"]["subwidgets"]):
            shown = {"label": self.labels[number], "width": self.widths[number], "name": box["name"]}
            boxes.append({**shown, "value": box["value"], "id": first if number == 0 else f"{first}-{number + 1}"})
        context["widget"]["boxes"] = boxes
        return context


class DayField(forms.Field):
    """A day; what was typed stays in its boxes. `missing` is what is said of an empty one, else it may be empty."""

    widget = Day

    def __init__(self, *, missing: str | Promise = "", **kwargs: Any) -> None:
        messages: dict[str, Any] = {"required": missing}
        super().__init__(required=bool(missing), error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        typed = [str(part or "").strip() for part in value] if isinstance(value, (list, tuple)) else []
        if not any(typed):
            return None
        try:
            day, month, year = (int(part) for part in typed if part.isascii() and part.isdigit() and len(part) < 5)
            return dt.date(year, month, day)
        except ValueError:
            raise ValidationError(str(_("Give a real day, such as 27 3 2026")), code="invalid") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True

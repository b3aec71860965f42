"""A day, typed in three boxes."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from speakup.web.forms import Component, Wording


class Day(Component):
    """Day, month and year, each in a box of its own. The first box has the field's id, for links to the field."""

    template_name = "components/day.html"
    use_fieldset = True
    boxes = (("day", _("Day"), 2), ("month", _("Month"), 2), ("year", _("Year"), 4))

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        return [str(data.get(f"{name}-{box}", "")) for box, _label, _width in self.boxes]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(f"{name}-{box}" in data for box, _label, _width in self.boxes)

    def format_value(self, value: Any) -> Any:
        """A day, or what was typed, as three values."""
        if isinstance(value, dt.date):
            return [value.day, value.month, value.year]
        return value or ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        first = context["widget"]["attrs"].get("id") or name
        typed = self.format_value(value)
        context["widget"]["boxes"] = [
            {
                "label": label,
                "width": width,
                "name": f"{name}-{box}",
                "id": first if number == 0 else f"{first}-{box}",
                "value": typed[number],
            }
            for number, (box, label, width) in enumerate(self.boxes)
        ]
        return context


class DayField(forms.Field):
    """A day; what was typed stays in its boxes. `missing` is what is said of an empty one, else it may be empty."""

    widget = Day

    def __init__(self, *, missing: Wording = "", **kwargs: Any) -> None:
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

"""GOV.UK components for templates: `{% load components %}`. The markup is in templates/components/, one file each.

What is between a block tag and its end, and the texts given to tags, is escaped unless it is already safe.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from django import forms, template
from django.forms.formsets import BaseFormSet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from speakup.web.forms import ComponentBoundField, Wording

register = template.Library()

Shown: TypeAlias = "forms.BaseForm | BaseFormSet[Any]"


@register.inclusion_tag("components/button.html")
def button(
    text: Wording,
    *,
    href: str = "",
    name: str = "",
    value: Any = "",
    variant: str = "",
    start: bool = False,
    prevent_double_click: bool = False,
    id: str = "",  # noqa: A002 (the attribute's own name, spelt in templates)
    form: str = "",
    download: bool = False,
) -> dict[str, Any]:
    """A button that sends its form, or with `href` a link that looks like one.

    variant: "secondary", "warning" or "inverse". start: with the arrow of a page that starts a service.
    form: the id of a form elsewhere on the page that the button sends.
    """
    return {
        "text": text,
        "href": href,
        "name": name,
        "value": value,
        "variant": variant,
        "start": start,
        "prevent_double_click": prevent_double_click,
        "id": id,
        "form": form,
        "download": download,
    }


@register.inclusion_tag("components/back_link.html")
def back_link(href: str, text: Wording = "") -> dict[str, Any]:
    """The way to the page before, above the page's heading."""
    return {"href": href, "text": text}


@register.inclusion_tag("components/tag.html")
def tag(text: Wording, *, colour: str = "grey") -> dict[str, Any]:
    """A short state, such as 'new'. colour: grey, green, teal, blue, purple, magenta, red, orange or yellow."""
    return {"text": text, "colour": colour}


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Sequence[dict[str, Any]], *, borders: bool = True) -> dict[str, Any]:
    """Pairs of a key and its value.

    rows: each {"key", "value" (text; its lines are kept) or "html" (safe), "actions": [{"href", "text", "hidden"}]},
    where `hidden` says to those who cannot see what the action is about.
    """
    return {"rows": rows, "borders": borders, "any_actions": any(row.get("actions") for row in rows)}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*shown: "Shown | None") -> dict[str, Any]:
    """What is wrong in the forms and formsets given, each with a link to its field; nothing when nothing is wrong."""
    return {"errors": [error for one in shown if one for error in _errors(one)]}


@register.simple_tag
def error_prefix(*shown: "Shown | None") -> str:
    """'Error: ' for the page's title when something is wrong in the forms and formsets given, else nothing."""
    wrong = any(True for one in shown if one for _error in _errors(one))
    return str(render_to_string("components/error_prefix.html")).rstrip("\n") if wrong else ""


def _errors(shown: Shown) -> Iterator[dict[str, str]]:
    if isinstance(shown, BaseFormSet):
        if shown.is_bound:
            yield from ({"text": str(error), "target": ""} for error in shown.non_form_errors())
        for form in shown.forms:
            yield from _errors(form)
        return
    yield from ({"text": str(error), "target": ""} for error in shown.non_field_errors())
    for field in shown:
        target = field.error_target_id if isinstance(field, ComponentBoundField) and not field.is_hidden else ""
        yield from ({"text": str(error), "target": target} for error in field.errors)


def _block(name: str, content: str, **context: Any) -> SafeString:
    return SafeString(render_to_string(f"components/{name}.html", {"content": content, **context}))


@register.simple_block_tag
def inset(content: str) -> SafeString:
    """Text set apart from what is around it."""
    return _block("inset", content)


@register.simple_block_tag
def warning(content: str) -> SafeString:
    """A line that must not be missed, with an exclamation mark."""
    return _block("warning", content)


@register.simple_block_tag
def details(content: str, summary: Wording, *, open: bool = False) -> SafeString:  # noqa: A002 (HTML's own word)
    """More, for those who want it: shown when the summary is opened."""
    return _block("details", content, summary=summary, open=open)


@register.simple_block_tag
def panel(content: str, title: Wording) -> SafeString:
    """The page's h1 and what goes with it, when something was done."""
    return _block("panel", content, title=title)


@register.simple_block_tag
def notification(
    content: str,
    title: Wording,
    *,
    success: bool = False,
    id: str = "notification",  # noqa: A002 (the attribute's own name, spelt in templates)
) -> SafeString:
    """A banner about what happened since the page before; with `success` it is read out at once."""
    return _block("notification", content, title=title, success=success, id=id)


@register.simple_block_tag
def card(content: str, title: Wording, *, level: int = 2) -> SafeString:
    """A box with a heading of the level given, around a summary list or text."""
    return _block("card", content, title=title, level=level)

"""GOV.UK Frontend's own test cases, said in our components' terms: its options in, our HTML out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django import forms
from django.template import engines
from django.utils.safestring import SafeString, mark_safe

from speakup.web.forms import Choice, Choices, Files, LongText, Passphrase, Select, Text

Options = dict[str, Any]

FIXTURES = Path(__file__).parent / "fixtures" / "govuk-frontend-6.6.0.json"


def cases() -> list[tuple[str, str, Options, str]]:
    """Component, name of the case, options, and the HTML that GOV.UK Frontend makes of them."""
    extract = json.loads(FIXTURES.read_text())
    return [
        (component, case["name"], case["options"], case["html"])
        for component, listed in extract.items()
        for case in listed
    ]


def ours(component: str, options: Options) -> str:
    """Our HTML for the same options."""
    return _COMPONENTS[component](options)


def _said(part: Any) -> str:
    """Upstream's {"text"} or {"html"} as a text of ours, safe when it is HTML."""
    if not isinstance(part, dict):
        return str(part)
    return mark_safe(part["html"]) if "html" in part else str(part.get("text", ""))  # noqa: S308 (a fixture's own)


def _size(classes: str) -> str:
    return classes.rpartition("--")[2] if classes else ""


def _look(options: Options) -> Options:
    heading = options.get("fieldset", {}).get("legend") or options.get("label", {})
    identifier = options.get("id") or options.get("idPrefix")
    return {
        "attrs": {**({"id": identifier} if identifier else {}), **options.get("attributes", {})},
        "page_heading": heading.get("isPageHeading", False),
        "label_size": _size(heading.get("classes", "")),
    }


def _group(options: Options, field: type[forms.Field], widget: forms.Widget, **kwargs: Any) -> str:
    heading = options.get("fieldset", {}).get("legend") or options.get("label", {})
    name = options["name"]
    made = field(
        label=_said(heading), help_text=_said(options.get("hint", "")), required=False, widget=widget, **kwargs
    )
    form = type("UpstreamForm", (forms.Form,), {name: made})(
        {name: options.get("value", options.get("values"))}, auto_id="%s"
    )
    form.full_clean()
    form.errors.clear()
    if "errorMessage" in options:
        form.add_error(name, _said(options["errorMessage"]))
    return str(form[name].as_field_group())


def _text(options: Options) -> str:
    attrs: Options = {
        name: options[name] for name in ("autocomplete", "inputmode", "autocapitalize") if name in options
    }
    if "spellcheck" in options:
        attrs["spellcheck"] = str(options["spellcheck"]).lower()
    look = _look(options)
    look["attrs"] |= attrs
    width = options.get("classes", "").removeprefix("govuk-input--width-") or "full"
    return _group(options, forms.CharField, Text(width=width, private=False, **look))


def _long_text(options: Options) -> str:
    widget = LongText(
        rows=options.get("rows", 5), count_from=options.get("threshold", 0), private=False, **_look(options)
    )
    return _group(options, forms.CharField, widget, strip=False, max_length=options.get("maxlength"))


def _passphrase(options: Options) -> str:
    return _group(options, forms.CharField, Passphrase(**_look(options))).replace("passphrase", "password")


def _files(options: Options) -> str:
    return _group(options, forms.FileField, Files(multiple=options.get("multiple", False), **_look(options)))


def _select(options: Options) -> str:
    items = options["items"]
    chosen = [item.get("value") for item in items if item.get("selected")]
    choices = [(item.get("value"), _said(item)) for item in items]
    return _group(
        {"value": chosen[0] if chosen else None, **options},
        forms.ChoiceField,
        Select(**_look(options)),
        choices=choices,
    )


def _options(options: Options, field: type[forms.Field], widget: type[Choice] | type[Choices]) -> str:
    choices, hints, dividers, divider, exclusive, chosen = [], {}, {}, "", set(), []
    for item in options["items"]:
        if "divider" in item:
            divider = item["divider"]
            continue
        value = str(item["value"])
        choices.append((value, _said(item)))
        hints[value] = _said(item.get("hint", ""))
        dividers[value], divider = divider, ""
        if item.get("behaviour") == "exclusive":
            exclusive.add(value)
        if item.get("checked"):
            chosen.append(value)
    classes = options.get("classes", "")
    extra: Options = {"exclusive": exclusive} if widget is Choices else {}
    made = widget(
        hints=hints, dividers=dividers, small="small" in classes, inline="inline" in classes, **extra, **_look(options)
    )
    given = options.get("value", options.get("values")) or chosen
    one = given[0] if isinstance(given, list) and widget is Choice and given else given
    return _group({**options, "value": one}, field, made, choices=choices)


def _template(source: str, **context: Any) -> str:
    return str(engines["django"].from_string("{% load components %}" + source).render(context))


def _button(options: Options) -> str:
    variant = options.get("classes", "").removeprefix("govuk-button--")
    return _template(
        "{% button text href=href name=name value=value variant=variant start=start"
        " prevent_double_click=twice id=id %}",
        text=options.get("text", ""),
        href=options.get("href", ""),
        name=options.get("name", ""),
        value=options.get("value", ""),
        variant=variant,
        start=options.get("isStartButton", False),
        twice=options.get("preventDoubleClick", False),
        id=options.get("id", ""),
    )


def _back_link(options: Options) -> str:
    made = _template("{% back_link href text %}", href=options.get("href", "#"), text=_said(options) if options else "")
    # Ours stands in a landmark of its own, so that nothing on the page is outside of one.
    return made.partition(">")[2].rpartition("</nav>")[0]


def _summary_list(options: Options) -> str:
    rows = [
        {
            "key": _said(row["key"]),
            "html": SafeString(_said(row["value"])),
            "actions": [
                {"href": each["href"], "text": _said(each), "hidden": each.get("visuallyHiddenText", "")}
                for each in row.get("actions", {}).get("items", [])
            ],
        }
        for row in options["rows"]
    ]
    return _template("{% summary_list rows borders=borders %}", rows=rows, borders="classes" not in options)


def _error_summary(options: Options) -> str:
    listed = options["errorList"]
    form = type(
        "UpstreamForm",
        (forms.Form,),
        {each["href"].removeprefix("#"): forms.CharField(required=False) for each in listed if "href" in each},
    )({}, auto_id="%s")
    for each in listed:
        form.add_error(each.get("href", "").removeprefix("#") or None, _said(each))
    return _template("{% error_summary form %}", form=form)


_COMPONENTS: dict[str, Callable[[Options], str]] = {
    "input": _text,
    "textarea": _long_text,
    "character-count": _long_text,
    "password-input": _passphrase,
    "file-upload": _files,
    "select": _select,
    "radios": lambda options: _options(options, forms.ChoiceField, Choice),
    "checkboxes": lambda options: _options(options, forms.MultipleChoiceField, Choices),
    "button": _button,
    "back-link": _back_link,
    "summary-list": _summary_list,
    "error-summary": _error_summary,
    "tag": lambda options: _template(
        "{% tag text colour=colour %}", text=options["text"], colour=_size(options.get("classes", ""))
    ),
    "inset-text": lambda options: _template("{% inset %}{{ said }}{% endinset %}", said=_said(options)),
    "warning-text": lambda options: _template("{% warning %}{{ said }}{% endwarning %}", said=_said(options)),
    "details": lambda options: _template(
        "{% details summary open=open %}{{ said }}{% enddetails %}",
        summary=options["summaryText"],
        open=options.get("open", False),
        said=_said(options),
    ),
    "panel": lambda options: _template(
        "{% panel title %}{{ said }}{% endpanel %}",
        title=_said({"html": options["titleHtml"]} if "titleHtml" in options else {"text": options["titleText"]}),
        said=_said(options),
    ),
    "notification-banner": lambda options: _template(
        '{% notification title success=success id="govuk-notification-banner" %}'
        '<p class="govuk-notification-banner__heading">{{ said }}</p>{% endnotification %}',
        title=options.get("titleText", "Success" if options.get("type") else "Important"),
        success=options.get("type") == "success",
        said=_said(options),
    ),
}

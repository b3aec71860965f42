"""Forms filled in and sent as a browser without scripts does: what the page holds goes back with what is typed."""

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from django.test import Client

Typed = Mapping[str, str | Sequence[str] | None]


class Form:
    """One form of a page: where it goes, and what its fields hold."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, list[str]] = {}
        self.offered: dict[str, list[str]] = {}

    def hold(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)

    def filled(self, typed: Typed) -> dict[str, list[str]]:
        """What is sent; None for a field leaves it out."""
        sent = {**self.fields}
        for name, value in typed.items():
            if value is None:
                sent.pop(name, None)
            else:
                sent[name] = [value] if isinstance(value, str) else list(value)
        return sent


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._text: str | None = None
        self._first: str | None = None
        self._chosen = False
        self._written = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = dict(attrs)
        name, value = got.get("name") or "", got.get("value") or ""
        if tag == "form":
            self._form = Form(got.get("action") or "")
            self.forms.append(self._form)
        if self._form is None:
            return
        if tag == "input" and name:
            if got.get("type") in {"radio", "checkbox"}:
                self._form.offered.setdefault(name, []).append(value)
                if "checked" in got:
                    self._form.hold(name, value)
            else:
                self._form.hold(name, value)
        elif tag == "select":
            self._select, self._first, self._chosen = name, None, False
        elif tag == "option" and self._select:
            self._form.offered.setdefault(self._select, []).append(value)
            self._first = value if self._first is None else self._first
            if "selected" in got:
                self._form.hold(self._select, value)
                self._chosen = True
        elif tag == "textarea":
            self._text, self._written = name, ""

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._written += data

    def handle_endtag(self, tag: str) -> None:
        if self._form is None:
            return
        if tag == "form":
            self._form = None
        elif tag == "select":
            if not self._chosen and self._first is not None:
                self._form.hold(self._select, self._first)
            self._select = ""
        elif tag == "textarea" and self._text is not None:
            self._form.hold(self._text, self._written.removeprefix("\n"))
            self._text = None


def forms_of(page: bytes | str) -> list[Form]:
    """Every form of a page, in order."""
    parser = _Forms()
    parser.feed(page if isinstance(page, str) else page.decode())
    return parser.forms


def form_of(page: Any, path: str) -> Form:
    """The form of a page that goes to `path`."""
    return next(form for form in forms_of(page.content) if form.action.partition("?")[0] == path)


def fill(client: Client, path: str, typed: Typed, *, on: str = "", query: str = "") -> Any:
    """Get the page at `path` (or `on`), type into its form that goes to `path`, and send it."""
    page = client.get((on or path) + query)
    assert page.status_code == 200, page.status_code
    return send(client, page, path, typed)


def send(client: Client, page: Any, path: str, typed: Typed) -> Any:
    """Type into the form of a page that was got before, and send it."""
    form = form_of(page, path)
    return client.post(form.action, form.filled(typed))

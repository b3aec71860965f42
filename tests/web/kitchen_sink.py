"""Every component on two pages, served as the real sites serve theirs: same policy, same static files, no database."""

import http.server
import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import RequestFactory

from speakup.web.forms import Choice, Choices, Code, Files, LongText, OnlyAlone, Passphrase, Select, Text, Words
from speakup.web.headers import CONTENT_SECURITY_POLICY, REPORTER_CONTENT_SECURITY_POLICY


class EverythingForm(forms.Form):
    """One field for each widget."""

    words = forms.CharField(label="Your words", help_text="You can paste them.", widget=Words())
    name = forms.CharField(label="Name", max_length=20, widget=Text(width=20))
    account = forms.CharField(label="What happened", max_length=200, help_text="In any order.", widget=LongText(rows=4))
    known = forms.ChoiceField(
        label="How do you want to be known?",
        choices=[("anonymous", "Anonymous"), ("confidential", "In confidence"), ("unsure", "I do not know")],
        widget=Choice(
            label_size="m",
            hints={"anonymous": "Nobody gets your name.", "confidential": "Two keepers hold it."},
            dividers={"unsure": "or"},
            reveals={"confidential": ["contact"]},
        ),
    )
    contact = forms.CharField(label="How to reach you", required=False, widget=Text())
    kinds = forms.MultipleChoiceField(
        label="What kind was it?",
        help_text="Choose all that fit.",
        choices=[
            ("Words", [("jokes", "Jokes"), ("comments", "Comments on your body")]),
            ("Deeds", [("touch", "Touching"), ("follow", "Following you")]),
            ("unsure", "I am not sure"),
        ],
        validators=[OnlyAlone({"unsure"}, "Choose kinds, or that you are not sure")],
        widget=Choices(label_size="m", hints={"jokes": "Also in chat groups."}, exclusive={"unsure"}),
    )
    rank = forms.ChoiceField(
        label="Rank",
        choices=[("", "I do not know"), ("Officers", [("sergeant", "Sergeant"), ("inspector", "Inspector")])],
        widget=Select(),
    )
    evidence = forms.FileField(label="Files", required=False, help_text="At most 20.", widget=Files())
    passphrase = forms.CharField(label="Passphrase", widget=Passphrase())
    code = forms.CharField(label="Code from your app", max_length=6, widget=Code())


COMPONENTS = """
{% error_summary form %}
{% notification "We kept what you just sent" %}<p class="govuk-body">It is in the form below.</p>{% endnotification %}
{% notification "Sent" success=True id="sent" %}
  <p class="govuk-notification-banner__heading">It was sent.</p>
{% endnotification %}
<h1 class="govuk-heading-l">Everything at once</h1>
<p class="govuk-body-l">You do not have to give your name. You do not need an account. A person reads it.</p>
<p class="govuk-body" id="text">A person reads your report and replies here within three working days, and at the latest
  within seven. We do not send you anything: come back with your words to look, from a phone that nobody else uses.</p>
{% inset %}
  <p class="govuk-body">Do not use a force phone. <a class="govuk-link" href="#text">How to use your own</a></p>
{% endinset %}
{% warning %}If somebody is in danger now, call 999.{% endwarning %}
<form method="post" novalidate autocomplete="off">
  {% csrf_token %}
  {{ form }}
  {% details "What helps us" %}<p class="govuk-body">Who said what, and when.</p>{% enddetails %}
  <div class="govuk-button-group">
    {% button "Continue" prevent_double_click=True %}
    {% button "Skip" name="skip" value="1" variant="secondary" %}
    {% button "Withdraw" variant="warning" %}
    {% button "Start" href="#text" start=True %}
    <a class="govuk-link" href="#text">Come back to a report</a>
  </div>
</form>
{% summary_list rows %}
{% card "Person 1" %}{% summary_list rows %}{% endcard %}
<ol class="govuk-list govuk-list--number app-receipt">
  {% for word in words %}<li><span class="app-receipt__word">{{ word }}</span></li>{% endfor %}
</ol>
<p class="govuk-body app-typed">{{ long_word }}</p>
<p class="govuk-body">{% tag "new" %} {% tag "urgent" colour="red" %} {% tag "read" colour="blue" %}</p>
"""
REPORTER = (
    """{% extends "reporter.html" %}{% load components %}
{% block before %}{% back_link "/" %}{% endblock %}
{% block content %}"""
    + COMPONENTS
    + "{% endblock %}"
)
QUESTION = """{% extends "reporter.html" %}{% load components %}
{% block before %}{% back_link "/" %}{% endblock %}
{% block content %}<form method="post" novalidate autocomplete="off">{{ form }}
<div class="govuk-button-group">{% button "Continue" %}{% button "Skip" variant="secondary" %}</div></form>
{% endblock %}"""
STAFF = (
    """{% extends "staff.html" %}{% load components %}
{% block title %}Everything{% endblock %}
{% block back %}{% back_link "/" "What waits" %}{% endblock %}
{% block content %}
<div class="app-table-scroll" role="region" aria-label="What waits" tabindex="0">
<table class="govuk-table app-table">
  <caption class="govuk-table__caption govuk-table__caption--m">What waits</caption>
  <thead class="govuk-table__head"><tr class="govuk-table__row">
    <th scope="col" class="govuk-table__header">Due</th><th scope="col" class="govuk-table__header">What</th>
    <th scope="col" class="govuk-table__header">Report</th></tr></thead>
  <tbody class="govuk-table__body">{% for number in "123456" %}<tr class="govuk-table__row">
    <td class="govuk-table__cell">today</td><td class="govuk-table__cell">Sexual comments, two people told about
      {% tag "urgent" colour="red" %}</td>
    <td class="govuk-table__cell"><a class="govuk-link" href="#text">K7QF-2M{{ number }}</a></td></tr>{% endfor %}
  </tbody>
</table>
</div>
"""
    + COMPONENTS
    + "{% endblock %}"
)


class QuestionForm(forms.Form):
    """A question that is a page."""

    text = forms.CharField(
        label="What happened?",
        help_text="Use your own words, in any order. You can leave things out.",
        max_length=20_000,
        widget=LongText(page_heading=True, rows=14),
    )


def rendered(source: str, form: forms.Form, *, demonstration: bool = True) -> str:
    """The page of a template's text with `form` on it, as both sites would send it."""
    request = RequestFactory().get("/report/")
    request.user = SimpleNamespace(is_authenticated=True, name="Priya Natarajan")  # type: ignore[assignment]
    context = {
        "form": form,
        "demonstration": demonstration,
        "words": ["harbour", "velvet", "lantern", "pebble", "orchard", "thimble", "walnut", "ribbon"],
        "long_word": "A" * 90,
        "rows": [
            {
                "key": "Is somebody in danger now?",
                "value": "No",
                "actions": [{"href": "#a", "text": "Change", "hidden": "danger"}],
            },
            {"key": "What happened", "value": "First line\nsecond line", "actions": []},
        ],
    }
    return str(engines["django"].from_string(source).render(context, request))


def pages() -> dict[str, str]:
    """Path to page."""
    wrong = EverythingForm({"account": "x" * 180, "known": "confidential", "kinds": ["unsure", "jokes"]})
    return {
        "/reporter/": rendered(REPORTER, EverythingForm()),
        "/reporter/wrong/": rendered(REPORTER, wrong),
        "/reporter/calm/": rendered(REPORTER.replace("success=True", ""), EverythingForm()),
        "/question/": rendered(QUESTION, QuestionForm()),
        "/question/wrong/": rendered(QUESTION, QuestionForm({})),
        "/staff/": rendered(STAFF, EverythingForm()),
        "/staff/wrong/": rendered(STAFF, wrong),
        "/neutral/": '<!DOCTYPE html><html lang="en"><title>Weather</title>'
        '<link rel="icon" href="/static/speakup/neutral.svg"><main><h1>Weather</h1></main></html>',
    }


@contextmanager
def served(content: dict[str, str], *, stored: bool = False) -> Iterator[str]:
    """The address that serves `content` and the static files while the block runs.

    /leave/ goes to /neutral/; /stay/ answers 204.

    stored: without `no-store`, as if the browser kept pages all the same.
    """

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/leave/":
                self.send_response(303)
                self.send_header("Location", "/neutral/")
                self.end_headers()
                return
            if path == "/stay/":
                self.send_response(204)
                self.end_headers()
                return
            body, kind = self._body(path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", kind)
            staff = path.startswith("/staff/")
            self.send_header(
                "Content-Security-Policy", CONTENT_SECURITY_POLICY if staff else REPORTER_CONTENT_SECURITY_POLICY
            )
            self.send_header("Cache-Control", "no-cache" if stored else "no-store")
            self.end_headers()
            self.wfile.write(body or b"")

        def _body(self, path: str) -> tuple[bytes | None, str]:
            if path.startswith("/static/"):
                found = finders.find(path.removeprefix("/static/"))
                kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
                return (Path(found).read_bytes() if found else None), kind
            page = content.get(path)
            return (page.encode() if page is not None else None), "text/html; charset=utf-8"

        def log_message(self, *args: object) -> None:
            """Silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

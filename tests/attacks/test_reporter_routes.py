"""Every route of the reporter's site, asked by GET and by POST: by nobody, with a draft, with an open inbox, and by a
signed-in member of staff, who is nobody there. Nothing of the staff's comes with an answer, and none breaks."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import get_resolver

from speakup.accounts.cookies import VAULT_COOKIE
from speakup.embedded.demonstration import Force
from speakup.reporting.about_pages import ABOUT_PAGES
from speakup.reporting.questions import STEPS
from tests.attacks.test_wrong_roles import NOWHERE, POSTED, Address, patterns
from tests.attacks.travelling import TYPED, ReporterBrowser, staff_browser
from tests.reporting.builders import sent_report

GRACE = "grace.adeyemi@example.test"
# Anything that a form of the site might want, each beside what other pages call it.
OF_A_REPORTER = {
    "empty": {},
    "anything": {**POSTED, "choice": "no", "mode": "open", "name": "Nobody", "list": "1", "go_on": "1"},
    "words": {"words": "no words of any report"},
    "an answer": {"text": TYPED["message"]},
    "a name": {"known": "1", "mode": "open", "name": TYPED["name"], "contact": ""},
    "a message": {"read": "1"},
    "writing": {"open": "write"},
    "naming": {"open": "name"},
    "saving": {"save": "yes"},
    "going on": {"act": "go-on"},
    "deleting": {"act": "delete"},
    "closing": {"act": "close"},
    "sending": {"act": "send"},
    "the words as a file": {"act": "words-file"},
    "keeping": {"act": "kept", "how": "paper", "words": "no words of any report"},
    "about herself": {"act": "about-you-send", "sex": "woman"},
}
READ_ALONE = {"/", "/leave/", "/stay/", "/support/", "/privacy/", "/readyz"} | {
    f"/about/{number}/" for number in range(1, len(ABOUT_PAGES) + 1)
}
STAFFS_OWN = (b"/staff", b"@example.test", b"Grace Adeyemi", b"Sign out")


def paths() -> list[str]:
    """Every address of the reporter's site, and numbers of steps that there are not."""
    found = []
    for route, _ in patterns(get_resolver("speakup.urls.reporter")):
        if "<int:step>" in route:
            found += [route.replace("<int:step>", str(number)) for number in range(len(STEPS) + 2)]
        elif "<about:page>" in route:
            found += [route.replace("<about:page>", str(number)) for number in range(len(ABOUT_PAGES) + 2)]
        else:
            assert "<" not in route, f"say here what {route} leads to"
            found.append(route)
    return sorted(set(found))


PATHS = paths()
NO_SUCH_STEP = {"/report/0/", f"/report/{len(STEPS) + 1}/", "/about/0/", f"/about/{len(ABOUT_PAGES) + 1}/"}


def expected(path: str, fields: Mapping[str, str] | None) -> set[int]:
    """What may come: a page or the way to another; for whoever sends what is not asked for, a page that says so."""
    if path in NO_SUCH_STEP:
        return {404}
    if path == "/readyz" and fields is None:
        return {200, 503}  # as the machine is: tests/web/test_readiness.py
    if fields is not None and path in READ_ALONE:
        return {405}
    return {204} if path == "/stay/" else {200, 302, 303}


def nobody(_: Force) -> ReporterBrowser:
    return ReporterBrowser()


def with_a_draft(_: Force) -> ReporterBrowser:
    reporter = ReporterBrowser().start()
    reporter.answer("danger", choice="no")
    return reporter


def with_an_open_inbox(_: Force) -> ReporterBrowser:
    reporter = ReporterBrowser()
    assert reporter.come_back(sent_report().words).context["inbox"].intact
    return reporter


def a_member_of_staff(force: Force) -> ReporterBrowser:
    reporter, signed_in = ReporterBrowser(), staff_browser(force, GRACE)
    reporter.client.cookies.update(signed_in.cookies)
    return reporter


def ways(reporter: Callable[[], ReporterBrowser]) -> Iterator[tuple[str, str, Mapping[str, str] | None, Any]]:
    """Each route asked in each way, each post in a browser that stands as it did before."""
    for path in PATHS:
        yield path, "GET", None, reporter().get(path)
        browser = reporter()
        for name, fields in OF_A_REPORTER.items():
            if "rc" not in browser.client.cookies or name in {"closing", "sending"}:
                browser = reporter()
            yield path, name, fields, browser.post(path, **fields)


@pytest.mark.slow
@pytest.mark.parametrize("who", [nobody, with_a_draft, with_an_open_inbox, a_member_of_staff])
def test_no_route_breaks_or_shows_anything_of_the_staffs(force: Force, who: Callable[[Force], ReporterBrowser]) -> None:
    for path, way, fields, answer in ways(lambda: who(force)):
        assert answer.status_code in expected(path, fields), (path, way, answer.status_code)
        assert answer.headers["Cache-Control"] == "no-store", (path, way)
        assert answer.headers["Referrer-Policy"] == "same-origin", (path, way)
        assert not any(words in answer.content for words in STAFFS_OWN), (path, way)
        assert not {django_settings.SESSION_COOKIE_NAME, VAULT_COOKIE, "sc"} & answer.cookies.keys(), (path, way)
        assert "/staff" not in answer.headers.get("Location", ""), (path, way)


def masked(answer: Any) -> tuple[int, str, bytes]:
    """An answer without what is new in each: tokens, and what the page carries to tell posts apart."""
    body = re.sub(rb'(name="\w+"|content=)[^>]*value="[^"]{20,}"', b"", answer.content)
    return answer.status_code, answer.headers.get("Location", ""), re.sub(rb"<!--.*?-->", b"", body, flags=re.DOTALL)


def test_a_member_of_staff_is_nobody_there(force: Force) -> None:
    for path in PATHS:
        theirs, nobodys = a_member_of_staff(force).get(path), nobody(force).get(path)
        assert masked(theirs) == masked(nobodys), path


def test_where_the_reporters_site_is_served_alone_no_route_of_the_staffs_is_there(force: Force, settings: Any) -> None:
    settings.SITE = "reporter"
    signed_in: Client = a_member_of_staff(force).client
    for route, _ in patterns(get_resolver("speakup.urls.staff")):
        if route.startswith("/staff/"):
            path = Address("", route, ()).path(NOWHERE)
            assert signed_in.get(path).status_code == 404, route
            token = {"csrfmiddlewaretoken": _token(signed_in)}
            assert signed_in.post(path, token).status_code == 404, route


def _token(client: Client) -> str:
    if "rc" not in client.cookies:
        client.get("/return/")
    return client.cookies["rc"].value

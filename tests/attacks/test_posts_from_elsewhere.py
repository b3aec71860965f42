"""A post that another site makes somebody's browser send changes nothing: every view of both sites is walked, so one
that will ever be added is attacked too."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse, set_urlconf
from django.utils import timezone

from speakup.accounts.totp import current_code
from speakup.embedded.demonstration import Force
from speakup.reporting.about_pages import ABOUT_PAGES
from speakup.reporting.questions import CHECK, FILES, STEPS
from tests.attacks.dumping import Dump, dump
from tests.attacks.travelling import ReporterBrowser, file_of, fill_in, staff_browser, step
from tests.reporting.builders import sent_report

# Fields that some view would act on.
FIELDS = {
    "act": "send",
    "text": "planted-canary",
    "choice": "yes",
    "name": "planted-canary",
    "names": "planted-canary",
    "mode": "anonymous",
    "where": "planted-canary",
    "categories": "sexism",
    "go_on": "1",
    "version": "0",
    "words": "abbey abbey abbey abbey abbey abbey abbey abbey",
    "email": "helen.marsh@example.test",
    "passphrase": "x",
    "code": "123456",
}


def paths_of(site: str) -> Iterator[str]:
    """Every path of a site, with a number or an id wherever one is asked for."""
    for pattern in _patterns(get_resolver(f"speakup.urls.{site}").url_patterns, "/"):
        if "int:step" in pattern:
            yield from (step(name) for name in STEPS)
        elif "<about:page>" in pattern:
            yield from (f"/about/{number}/" for number in range(1, len(ABOUT_PAGES) + 1))
        else:
            yield re.sub(r"<uuid:\w+>", str(uuid.uuid4()), re.sub(r"<(int|str):\w+>", "1", pattern))


def _patterns(patterns: Any, prefix: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern)


def test_the_walk_knows_every_path() -> None:
    # A request of another test may have left its own site behind.
    set_urlconf(None)
    walked = set(paths_of("reporter")) | set(paths_of("staff"))
    assert len(walked) >= len(STEPS) + 13
    assert not any("<" in path for path in walked), "a path with another kind of part: put one in here"


def changed(before: Dump, after: Dump) -> set[str]:
    """The tables that differ, but for what any request renews: the minute of a session."""
    renewed = {"reporting_reportersession", "django_session"}
    return {table for table in after if after[table] != before[table]} - renewed


def reporter_with_everything(force: Force) -> Client:
    """A draft ready for sending, and an open inbox."""
    sent = sent_report()
    browser = ReporterBrowser()
    fill_in(browser)
    browser.come_back(sent.words)
    browser.get(step(CHECK))
    return browser.client


FILE_PATHS = (step(FILES), "/return/")


def post(client: Client, path: str, **extra: str) -> Any:
    attached = {"attachments": file_of("planted.txt", "planted-canary")} if path in FILE_PATHS else {}
    fields: dict[str, Any] = {**FIELDS, **attached, **extra}
    if path == "/return/":
        # Beside a text the words would be tried first, and these open nothing: without them the open inbox takes it.
        del fields["words"]
    return client.post(path, fields)


def test_no_post_without_a_token_changes_anything_for_the_reporter(force: Force, own_folders: Any) -> None:
    client = reporter_with_everything(force)
    client.raise_request_exception = True
    stored = sorted(each.name for each in (own_folders / "files").rglob("*") if each.is_file())
    before = dump()
    for path in paths_of("reporter"):
        assert post(client, path).status_code == 403, path
        assert post(client, path, csrfmiddlewaretoken="A" * 64).status_code == 403, path
    assert changed(before, dump()) == set()
    # A file that came with such a post is gone with it.
    assert sorted(each.name for each in (own_folders / "files").rglob("*") if each.is_file()) == stored


def test_no_post_without_a_token_changes_anything_for_staff(force: Force) -> None:
    client = staff_browser(force, "helen.marsh@example.test")
    client.get(reverse("staff-home"))
    before = dump()
    for path in paths_of("staff"):
        response = post(client, path)
        assert response.status_code == 403, path
    assert changed(before, dump()) == set()
    assert client.get(reverse("staff-home")).status_code == 200


def test_nobody_who_has_not_signed_in_posts_anything(force: Force) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(reverse("sign-in"))
    token = client.cookies["sc"].value
    before = dump()
    for path in paths_of("staff"):
        if not path.startswith("/staff/") or path == reverse("sign-in"):
            continue
        response = post(client, path, csrfmiddlewaretoken=token)
        if path.startswith(reverse("account-join")):  # open before signing in, and nothing without an invitation
            assert response.status_code in {404, 405}, path
            continue
        assert response.status_code in {302, 403}, path
        assert response.status_code == 403 or response.headers["Location"].startswith(reverse("sign-in"))
    assert changed(before, dump()) == set()


def test_a_token_of_one_site_is_none_of_the_other_s(force: Force) -> None:
    """One host, two sites: what a reporter page gives out does not pass on the staff site, nor the reverse."""
    staff = staff_browser(force, "helen.marsh@example.test")
    staff.get(reverse("staff-home"))
    staff.get("/return/")
    assert staff.cookies["rc"].value != staff.cookies["sc"].value
    answer = staff.post(reverse("sign-out"), {"csrfmiddlewaretoken": staff.cookies["rc"].value})
    assert answer.status_code == 403
    answer = staff.post("/report/", {"csrfmiddlewaretoken": staff.cookies["sc"].value})
    assert answer.status_code == 403


def test_another_origin_is_refused_although_the_token_is_right(force: Force) -> None:
    browser = ReporterBrowser()
    browser.get("/return/")
    token = browser.client.cookies["rc"].value
    for origin in ("https://elsewhere.test", "null"):
        answer = browser.client.post("/report/", {"csrfmiddlewaretoken": token}, headers={"origin": origin})
        assert answer.status_code == 403
    assert browser.post("/report/").status_code == 303


@pytest.mark.parametrize("name", ["rc", "sc", "r", settings.SESSION_COOKIE_NAME, "vault"])
def test_no_cookie_goes_along_with_a_post_from_elsewhere(force: Force, name: str) -> None:
    """SameSite=Strict and HttpOnly on every cookie of both sites."""
    browser = ReporterBrowser().start()
    client = Client()
    secret = force.totp_secrets[force.member("helen.marsh@example.test").id]
    typed = {
        "email": "helen.marsh@example.test",
        "passphrase": force.passphrase,
        "code": current_code(secret, now=timezone.now()),
    }
    client.get(reverse("sign-in"))
    assert client.post(reverse("sign-in"), typed).status_code == 303
    cookie = {**browser.client.cookies, **client.cookies}[name]
    assert cookie["samesite"] == "Strict"
    assert cookie["httponly"] is True


def test_twin_without_the_check_a_post_from_elsewhere_acts(force: Force) -> None:
    """The same posts, with Django's check switched off: a draft is changed, a report sent, a session ended."""
    client = reporter_with_everything(force)
    client.handler.enforce_csrf_checks = False
    before = dump()
    for path in paths_of("reporter"):
        post(client, path)
    assert {"reporting_draft", "reporting_message", "reporting_attachment"} <= changed(before, dump())
    staff = staff_browser(force, "helen.marsh@example.test")
    staff.handler.enforce_csrf_checks = False
    report = sent_report()
    before = dump()
    post(staff, reverse("staff-reply", args=[report.id]))
    post(staff, reverse("sign-out"))
    assert {"reporting_message", "accounts_unlocked"} <= changed(before, dump())
    assert staff.get(reverse("staff-home")).status_code == 302

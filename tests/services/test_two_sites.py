"""Both sites as processes of production: each serves its own pages alone, and has nothing of the other's."""

import re
import subprocess
import sys
import uuid
from collections.abc import Sequence

import pytest
from django.urls import URLPattern, URLResolver

from speakup.embedded.cast import PASSPHRASE
from speakup.reporting.questions import CHECK, FILES, step_number
from speakup.urls import reporter, staff
from speakup.web.one_site import OF_THE_OTHER
from tests.lint.production_settings import PROJECT, SITES
from tests.services.http_browser import Browser
from tests.services.installation import Installation, Part

ACCOUNT = "Quistel-é behind the stores"
SOME_ID = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
BOTH_HAVE = {"/healthz", "/readyz"}


def paths(patterns: Sequence[object], before: str = "/") -> list[str]:
    """Every path that these URLs serve, with something in the place of what varies."""
    found = []
    for each in patterns:
        assert isinstance(each, URLPattern | URLResolver)
        path = before + re.sub(r"<(?:(\w+):)?\w+>", _something, str(each.pattern))
        found += paths(each.url_patterns, path) if isinstance(each, URLResolver) else [path]
    return found


def _something(part: re.Match[str]) -> str:
    return {"uuid": SOME_ID, "int": "1"}.get(part[1], "x")


PATHS = {"reporter": paths(reporter.urlpatterns), "staff": paths(staff.urlpatterns)}


@pytest.fixture(scope="module")
def sites(installation: Installation) -> dict[str, Part]:
    return {site: installation.start(site) for site in SITES}


@pytest.mark.parametrize(("site", "other"), [("reporter", "staff"), ("staff", "reporter")])
def test_a_site_does_not_know_the_others_pages(sites: dict[str, Part], site: str, other: str) -> None:
    browser = sites[site].browser()
    elsewhere = sorted(set(PATHS[other]) - set(PATHS[site]) - BOTH_HAVE)
    assert len(elsewhere) > 5
    assert {path: browser.get(path).status for path in elsewhere} == dict.fromkeys(elsewhere, 404)


def test_each_site_serves_its_own(sites: dict[str, Part]) -> None:
    assert sites["reporter"].browser().get("/").status == 200
    assert sites["staff"].browser().get("/staff/sign-in/").status == 200
    assert sites["staff"].browser().get("/staff/").location.startswith("/staff/sign-in/")


@pytest.mark.parametrize("site", SITES)
def test_over_plain_http_or_under_another_name_nothing_is_served(sites: dict[str, Part], site: str) -> None:
    port, path = sites[site].port, {"reporter": "/", "staff": "/staff/sign-in/"}[site]
    plain = Browser(port, scheme="http").get(path)
    assert (plain.status, plain.location) == (301, f"https://speakup.example.test{path}")
    assert Browser(port, host="somebody-else.test").get(path).status == 400


LOOK = """
import importlib, json, pkgutil, sys
import speakup.wsgi
from speakup.web.one_site import OF_THE_OTHER, is_of_the_other_site
site = sys.argv[1]
loaded = [name for name in sys.modules if is_of_the_other_site(name, site)]
assert loaded == [], loaded
for name in OF_THE_OTHER[site]:
    try:
        importlib.import_module(name)
    except ImportError as refusal:
        assert "no part of" in str(refusal), refusal
    else:
        raise AssertionError(name)
print("apart", len([name for name in sys.modules if name.startswith("speakup")]) > 30)
"""


@pytest.mark.parametrize("site", SITES)
def test_a_site_cannot_import_the_others_pages(installation: Installation, site: str) -> None:
    looked = subprocess.run(
        [sys.executable, "-c", LOOK, site],
        cwd=PROJECT,
        env=installation.environment(site),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (looked.stdout, looked.stderr) == ("apart True\n", "")


def test_what_a_site_refuses_really_exists() -> None:
    """A name that is spelt wrong, or was moved, would be refused for ever and mean nothing."""
    for names in OF_THE_OTHER.values():
        for name in names:
            place = PROJECT.joinpath(*name.split("."))
            assert place.is_dir() or place.with_suffix(".py").is_file(), name


def answer(browser: Browser, page: str, **fields: str) -> None:
    path = f"/report/{step_number(page)}/"
    seen = re.search(r'name="version" value="(\d+)"', browser.get(path).text)
    answered = browser.post(path, version=seen[1] if seen else "0", **fields)
    assert answered.status == 303, answered.text[:3000]


def begin_report(browser: Browser, *, file: str = "") -> None:
    """A short report from its first page up to its files, with one of this text."""
    assert browser.post("/report/").status == 303
    answer(browser, "danger", choice="no")
    answer(browser, "relation", choice="me")
    answer(browser, "account", text=ACCOUNT)
    assert browser.post_files(f"/report/{step_number(FILES)}/", file=file, go_on="1").status == 303


def send_report(browser: Browser, *, file: str = "") -> str:
    """A short report from the first page to the receipt; its words."""
    begin_report(browser, file=file)
    check = f"/report/{step_number(CHECK)}/"
    assert browser.post(check, act="send").status == 303
    found = re.search(r"data-receipt>([^<]+)<", browser.get(check).text)
    assert found
    return found[1]


def test_a_report_travels_from_one_site_to_the_other_and_back(
    installation: Installation, sites: dict[str, Part]
) -> None:
    reporter_browser = sites["reporter"].browser()
    words = send_report(reporter_browser)
    desk = sites["staff"].browser()
    email = "helen.marsh@example.test"
    signed_in = desk.post("/staff/sign-in/", email=email, passphrase=PASSPHRASE, code=installation.code(email))
    assert signed_in.status == 303, signed_in.text[:3000]
    found = re.search(r'href="(/staff/reports/[0-9a-f-]{36}/)"', desk.get("/staff/").text)
    assert found
    assert ACCOUNT in desk.get(found[1]).text
    back = sites["reporter"].browser()
    assert back.post("/return/", words=words).status in {200, 303}
    assert "Opened by" in back.get("/return/").text, sites["reporter"].output
    # With the few rights of the reporter site's own role: she writes again, and says who she is.
    written = back.post_files("/return/", text="He did it again.", message=str(uuid.uuid4()))
    assert written.status == 303, written.text[:3000]
    named = back.post("/return/", known="1", mode="confidential", name="Ada Minton", contact="ada@example.test")
    assert named.status == 303, named.text[:3000]
    assert "He did it again." in desk.get(found[1]).text


def test_nothing_typed_stands_in_what_the_processes_printed(sites: dict[str, Part]) -> None:
    for part in sites.values():
        assert "Quistel" not in part.output
        assert "127.0.0.1" not in part.output

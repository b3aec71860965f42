"""Production starts on its own secrets or not at all, with one clear line."""

import subprocess
import sys

import pytest

from tests.lint.production_settings import OWN_SECRET, PROJECT, SITES, production


def started(site, tmp_path, **changed):
    environment = {**production(site, str(tmp_path)), **changed}
    environment = {name: value for name, value in environment.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("site", SITES)
def test_each_site_starts_without_the_others_secret(site, tmp_path):
    ended = started(site, tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("value", [None, "", "ab", "z" * 64, "00" * 31])
def test_it_refuses_to_start_on_a_secret_that_is_missing_or_too_short(site, value, tmp_path):
    ended = started(site, tmp_path, **{OWN_SECRET[site]: value})
    assert ended.returncode != 0
    assert ended.stderr.splitlines()[-1].startswith("django.core.exceptions.ImproperlyConfigured: " + OWN_SECRET[site])


@pytest.mark.parametrize("name", ["SPEAKUP_SECRET_KEY", "SPEAKUP_ROOT_PUBLIC_KEY"])
def test_it_refuses_to_start_without_what_both_need(name, tmp_path):
    ended = started("staff", tmp_path, **{name: None})
    assert f"{name} (or {name}_FILE) must be set" in ended.stderr


def test_one_process_for_both_sites_is_for_demonstrations(tmp_path):
    ended = started("reporter", tmp_path, SPEAKUP_SITE="both")
    assert "SPEAKUP_SITE must be reporter or staff" in ended.stderr


def test_cookies_of_production_are_bound_to_host_and_https(tmp_path):
    code = (
        "import django; django.setup(); from django.conf import settings as s;"
        "from speakup.web.dispatcher import ReporterCsrfMiddleware as r, StaffCsrfMiddleware as c;"
        "from speakup.reporting.sessions import COOKIE; from speakup.accounts.cookies import VAULT_COOKIE;"
        "print(s.SESSION_COOKIE_NAME, r.cookie, c.cookie, COOKIE, VAULT_COOKIE,"
        " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_PATH)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env=production("staff", str(tmp_path)),
        capture_output=True,
        text=True,
        check=True,
    )
    *names, session_secure, csrf_secure, path = ended.stdout.split()
    assert all(name.startswith("__Host-") for name in names)
    assert (session_secure, csrf_secure, path) == ("True", "True", "/")

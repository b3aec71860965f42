"""Production starts on its own secrets or not at all, with one clear line."""

import subprocess
import sys

import pytest

from tests.lint.production_settings import OWN_SECRET, PARTS, PROJECT, SITES, needed, production


def started(site, tmp_path, code="import speakup.settings", **changed):
    environment = {**production(site, str(tmp_path)), **changed}
    environment = {name: value for name, value in environment.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def complaint(ended):
    """The one line with which a process refuses."""
    assert ended.returncode != 0
    return ended.stderr.splitlines()[-1].removeprefix("django.core.exceptions.ImproperlyConfigured: ")


@pytest.mark.parametrize("part", PARTS)
def test_each_part_starts_on_what_it_needs_alone(part, tmp_path):
    ended = started(part, tmp_path, code="import django; django.setup()")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(("part", "name"), [(part, name) for part in PARTS for name in sorted(needed(part))])
def test_no_part_starts_without_what_it_needs(part, name, tmp_path):
    assert complaint(started(part, tmp_path, **{name: None})).startswith(name)


def test_only_who_needs_a_secret_is_asked_for_it():
    secrets_of = {part: {name for name in needed(part) if "URL" not in name} for part in PARTS}
    assert secrets_of == {
        "reporter": {"SPEAKUP_SECRET_KEY", "SPEAKUP_RECEIPT_PEPPER", "SPEAKUP_ROOT_PUBLIC_KEY"},
        "staff": {"SPEAKUP_SECRET_KEY", "SPEAKUP_STAFF_SECRET", "SPEAKUP_ROOT_PUBLIC_KEY"},
        "worker": {"SPEAKUP_ROOT_PUBLIC_KEY", "SPEAKUP_MAIL_FROM"},
        "metrics": {"SPEAKUP_ROOT_PUBLIC_KEY", "SPEAKUP_METRICS_KEYS"},
        "beat": set(),
        "owner": set(),
    }


@pytest.mark.parametrize("part", [part for part in PARTS if part != "metrics"])
def test_no_other_part_knows_where_the_metrics_keys_lie(part, tmp_path):
    code = (
        "from speakup import settings as s; assert s.METRICS_KEYS_DIR is None; assert not (s.SITE and s.DEMONSTRATION)"
    )
    ended = started(part, tmp_path, code=code, SPEAKUP_METRICS_KEYS="/run/metrics")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(("part", "others"), [("reporter", "STAFF_SECRET"), ("staff", "RECEIPT_PEPPER")])
def test_a_site_leaves_the_others_secret_unread(part, others, tmp_path):
    code = f"from speakup import settings as s; assert s.{others} == b''"
    ended = started(part, tmp_path, code=code, **{f"SPEAKUP_{others}": "ab" * 32})
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("value", ["", "ab", "z" * 64, "00" * 31, "00" * 32, "change-me" * 8])
def test_it_refuses_to_start_on_a_secret_that_is_a_default_or_too_short(site, value, tmp_path):
    assert complaint(started(site, tmp_path, **{OWN_SECRET[site]: value})).startswith(OWN_SECRET[site])


@pytest.mark.parametrize("value", ["x" * 64, "django-insecure-4f9c1b7e2a8d", "please-change-me-0123456789abcdef"])
def test_it_refuses_to_start_on_a_default_key(value, tmp_path):
    line = "SPEAKUP_SECRET_KEY is a default or an example, not a secret: make one at random"
    assert complaint(started("staff", tmp_path, SPEAKUP_SECRET_KEY=value)) == line


def test_a_secret_may_stand_in_a_file(tmp_path):
    (tmp_path / "pepper").write_text("ab12cd34" * 8 + "\n")
    named = {"SPEAKUP_RECEIPT_PEPPER": None, "SPEAKUP_RECEIPT_PEPPER_FILE": str(tmp_path / "pepper")}
    code = "from speakup import settings as s; assert s.RECEIPT_PEPPER.hex() == 'ab12cd34' * 8"
    ended = started("reporter", tmp_path, code=code, **named)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("SPEAKUP_DEBUG", "1", "SPEAKUP_DEBUG must not be set: its error pages show what somebody typed"),
        ("SPEAKUP_URL", "http://speakup.example.test", "SPEAKUP_URL must begin with https:// (plain http lets"),
        ("SPEAKUP_URL", "speakup.example.test", "SPEAKUP_URL must begin with https://"),
        ("DATABASE_URL", "sqlite:////data/speakup.sqlite3", "DATABASE_URL (or DATABASE_URL_FILE) must name"),
        ("SPEAKUP_SITE", "both", "SPEAKUP_SITE must be one of reporter, staff, worker, metrics, beat, owner"),
        ("SPEAKUP_SITE", "", "SPEAKUP_SITE must be one of reporter, staff, worker, metrics, beat, owner"),
    ],
)
@pytest.mark.parametrize("site", SITES)
def test_it_refuses_to_start_on_what_protects_nobody(site, name, value, line, tmp_path):
    assert complaint(started(site, tmp_path, **{name: value})).startswith(line)


def test_the_complaint_of_a_command_is_one_line(tmp_path):
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=PROJECT,
        env=production("staff", str(tmp_path), {"DATABASE_URL": "sqlite:///x"}),
        capture_output=True,
        text=True,
        check=False,
    )
    line = "SpeakUp cannot start: DATABASE_URL (or DATABASE_URL_FILE) must name a PostgreSQL database\n"
    assert (ended.returncode, ended.stderr) == (1, line)


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

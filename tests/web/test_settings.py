"""Production starts on its own secrets or not at all, with one clear line."""

import base64
import hashlib
import secrets
import string
import subprocess
import sys

import pytest

from speakup import environment
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
        "staff": {
            "SPEAKUP_SECRET_KEY",
            "SPEAKUP_STAFF_SECRET",
            "SPEAKUP_INVITATION_SECRET",
            "SPEAKUP_ROOT_PUBLIC_KEY",
        },
        "worker": {
            "SPEAKUP_ROOT_PUBLIC_KEY",
            "SPEAKUP_MAIL_FROM",
            "SPEAKUP_INVITATION_SECRET",
            "SPEAKUP_CHECKPOINT_KEYS",
            "SPEAKUP_CHECKPOINTS",
        },
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


@pytest.mark.parametrize("part", [part for part in PARTS if part != "worker"])
def test_no_part_but_the_worker_knows_where_the_checkpoint_keys_lie(part, tmp_path):
    code = "from speakup import settings as s; assert s.CHECKPOINT_KEYS_DIR is None; assert s.CHECKPOINT_FILE is None"
    given = {"SPEAKUP_CHECKPOINT_KEYS": "/run/keys", "SPEAKUP_CHECKPOINTS": "/run/checkpoints"}
    ended = started(part, tmp_path, code=code, **given)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("told", ["", hashlib.sha256(b"a root").hexdigest()], ids=["not", "told"])
def test_the_owner_of_the_tables_checks_signatures_where_it_is_told_the_root(told, tmp_path):
    code = f"from speakup import settings as s; assert s.ROOT_PUBLIC_KEY.hex() == {told!r}, s.ROOT_PUBLIC_KEY"
    ended = started("owner", tmp_path, code=code, SPEAKUP_ROOT_PUBLIC_KEY=told)
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


RANDOM = "9f1b6c02e7d84a35f0c87b1e6a93d25c"
PEPPER = RANDOM + "4e8a7c61b90d2f35d6a1c4e09b7f8326"
LADDER = bytes(range(32)).hex()


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("0123456789abcdef" * 4, "one block over and over"),
        (RANDOM * 2, "one block over and over"),
        (RANDOM[:20] * 3 + RANDOM[:4], "one block over and over"),
        (LADDER, "counts up or down"),
        (bytes(range(255, 191, -2)).hex(), "counts up or down"),
    ],
)
@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("staff", "SPEAKUP_SECRET_KEY"),
        ("staff", "SPEAKUP_STAFF_SECRET"),
        ("worker", "SPEAKUP_INVITATION_SECRET"),
        ("reporter", "SPEAKUP_RECEIPT_PEPPER"),
        ("metrics", "SPEAKUP_ROOT_PUBLIC_KEY"),
    ],
)
def test_it_refuses_to_start_on_a_secret_with_a_pattern(part, name, value, says, tmp_path):
    line = complaint(started(part, tmp_path, **{name: value}))
    assert line.startswith(f"{name} {says}" if says.startswith("counts") else f"{name} is {says}")
    assert value not in line


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (string.ascii_letters, "counts up or down"),
        (RANDOM + "gu9zq8x!w5y7Kd3Lm", "must have 50 characters"),  # 49
    ],
)
def test_it_refuses_to_start_on_a_key_that_counts_or_is_short(value, says, tmp_path):
    assert complaint(started("staff", tmp_path, SPEAKUP_SECRET_KEY=value)).startswith(f"SPEAKUP_SECRET_KEY {says}")


def test_what_is_made_at_random_is_let_pass(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "DEMONSTRATION", False)
    for made in (secrets.token_hex, secrets.token_urlsafe):
        for _ in range(500):
            monkeypatch.setenv("SPEAKUP_SECRET_KEY", value := made(48))
            assert environment.secret("SPEAKUP_SECRET_KEY") == value


BAD_FILES = {
    "missing": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "no text": lambda path: path.write_bytes(b"\xff\xfe\x00secret"),
    "unreadable": lambda path: path.symlink_to(path),  # for root too
}


@pytest.mark.parametrize("kind", BAD_FILES)
@pytest.mark.parametrize("name", ["SPEAKUP_SECRET_KEY", "DATABASE_URL", "SPEAKUP_MODE", "SPEAKUP_PORT"])
def test_a_file_that_cannot_be_read_is_one_line(kind, name, tmp_path):
    path = tmp_path / "named"
    BAD_FILES[kind](path)
    ended = refused_command("staff", tmp_path, {f"{name}_FILE": str(path)})
    begins = f"SpeakUp cannot start: {name}_FILE {'is no text' if kind == 'no text' else 'cannot be read'}: {path}"
    assert ended.stderr.startswith(begins)


@pytest.mark.parametrize(
    "value",
    [
        "postgres://speakup:hush@localhost:port/speakup",
        "postgres://speakup:hush@localhost:99999/speakup",
        "postgres://speakup:hush/hush@localhost:5432/speakup",
        "postgres://speakup:hush@localhost:5432",
        "oracle://speakup:hush@localhost/speakup",
        "nothing://hush/hush",
        "hush",
        "sqlite://hush/hush",
    ],
)
def test_a_database_url_that_is_nonsense_is_one_line(value, tmp_path):
    ended = refused_command("staff", tmp_path, {"DATABASE_URL": value})
    assert ended.stderr.startswith("SpeakUp cannot start: DATABASE_URL (or DATABASE_URL_FILE) must ")
    assert "hush" not in ended.stderr


def refused_command(part, tmp_path, told):
    """What `manage.py check` says where it refuses, in one line."""
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=PROJECT,
        env=production(part, str(tmp_path), told),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    return ended


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        *(
            (part, name, value)
            for part, name in (("worker", "REDIS_URL"), ("metrics", "CELERY_BROKER_URL"), ("beat", "REDIS_URL"))
            for value in ("amqp://hush@mq", "filesystem://localhost", "memory://", "redis://", "redis://mq:hush/0")
        ),
        ("beat", "REDIS_URL", "redis://mq:6379/0;amqp://hush@mq"),
        ("worker", "SPEAKUP_MAIL_URL", "smtp://user:hush@mail.example.test:587"),
        ("worker", "SPEAKUP_MAIL_URL", "smtp+tls://user:hush@mail.example.test:587?EMAIL_USE_TLS=0"),
        ("worker", "SPEAKUP_MAIL_URL", "smtp+tls://user:hush@mail.example.test:587?EMAIL_USE_SSL=1"),
        ("worker", "SPEAKUP_MAIL_URL", "smtp+tls://user:hush@mail.example.test:port"),
        ("worker", "SPEAKUP_MAIL_URL", "smtp+tls://"),
        ("worker", "SPEAKUP_MAIL_URL", "consolemail://"),
        ("worker", "SPEAKUP_MAIL_URL", "filemail:///hush"),
        ("worker", "SPEAKUP_MAIL_URL", "dummymail://"),
        ("worker", "SPEAKUP_MAIL_URL", "hush"),
        ("reporter", "SPEAKUP_NEUTRAL_SITE", "http://www.bbc.co.uk/weather"),
        ("reporter", "SPEAKUP_NEUTRAL_SITE", "javascript:hush()"),
        ("reporter", "SPEAKUP_NEUTRAL_SITE", "https://"),
        ("reporter", "SPEAKUP_BSL", "http://signs.example.test/hush"),
        ("reporter", "SPEAKUP_EASY_READ", "javascript:hush()"),
        ("reporter", "SPEAKUP_LARGE_PRINT", "hush"),
        ("staff", "SPEAKUP_URL", "https://speakup.example.test/hush"),
        ("staff", "SPEAKUP_URL", "https://speakup.example.test?hush"),
        ("staff", "SPEAKUP_URL", "https://user:hush@speakup.example.test"),
        ("staff", "SPEAKUP_URL", "https://speakup.example.test:hush"),
        ("worker", "SPEAKUP_URL", "https://speakup.example.test/hush"),
    ],
)
def test_it_refuses_to_start_on_an_address_that_is_none_or_lies_open(part, name, value, tmp_path):
    line = complaint(started(part, tmp_path, **{name: value}))
    assert line.startswith(f"{name} must be like ")
    assert "hush" not in line


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("beat", "REDIS_URL", "rediss://:pass@mq:6380/1"),
        ("beat", "REDIS_URL", "redis+socket:///run/redis.sock"),
        ("worker", "SPEAKUP_MAIL_URL", "smtp+ssl://user:pass@mail.example.test:465"),
        ("reporter", "SPEAKUP_NEUTRAL_SITE", "https://example.test/news"),
        ("staff", "SPEAKUP_URL", "https://speakup.example.test:8443/"),
    ],
)
def test_it_starts_on_one_that_is_closed(part, name, value, tmp_path):
    ended = started(part, tmp_path, **{name: value})
    assert (ended.returncode, ended.stderr) == (0, "")


def onion_of(version, *, wrong=0):
    """An address of this version as Tor writes them, its checksum off by `wrong`."""
    public_key = hashlib.sha256(b"an onion service").digest()
    checksum = hashlib.sha3_256(b".onion checksum" + public_key + version).digest()[:2]
    told = bytes([checksum[0] ^ wrong, checksum[1]])
    return base64.b32encode(public_key + told + version).decode().lower() + ".onion"


ONION = onion_of(b"\x03")


@pytest.mark.parametrize(
    "value",
    [
        onion_of(b"\x03", wrong=1),
        onion_of(b"\x02"),
        ONION.replace(".onion", ""),
        ONION[1:],
        "a" + ONION,
        f"http://{ONION}",
        f"{ONION}/hush",
        f"{ONION}.evil.example",
        "expyuzz4wqqyqhjn.onion",
        "\u0131" + ONION[1:],
    ],
)
def test_it_refuses_to_start_on_an_onion_address_with_a_slip(value, tmp_path):
    line = complaint(started("reporter", tmp_path, SPEAKUP_ONION=value))
    assert line == "SPEAKUP_ONION must be an onion address: 56 letters and digits, then .onion"


def test_an_onion_address_is_a_name_of_the_reporter_site_alone(tmp_path):
    code = (
        "from speakup import settings as s;"
        f"assert s.ALLOWED_HOSTS == ['speakup.example.test', '{ONION}'], s.ALLOWED_HOSTS;"
        f"assert s.CSRF_TRUSTED_ORIGINS == ['http://{ONION}']; assert s.ONION_ADDRESS == '{ONION}'"
    )
    ended = started("reporter", tmp_path, code=code, SPEAKUP_ONION=ONION.upper())
    assert (ended.returncode, ended.stderr) == (0, "")
    code = "from speakup import settings as s; assert (s.ONION_ADDRESS, s.CSRF_TRUSTED_ORIGINS) == ('', [])"
    ended = started("staff", tmp_path, code=f"{code}; assert len(s.ALLOWED_HOSTS) == 1", SPEAKUP_ONION=ONION)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("value", ["call me", "0800 000 00a", "0800  000", "+", "0800\n<b>", "\u0660800"])
def test_it_refuses_to_start_on_a_telephone_number_that_is_none(value, tmp_path):
    line = complaint(started("reporter", tmp_path, SPEAKUP_PHONE=value))
    assert line == "SPEAKUP_PHONE must be a telephone number, digits with spaces between"


def test_what_a_force_offers_beside_the_site_is_as_it_was_set(tmp_path):
    code = (
        "from speakup import settings as s; assert s.OTHER_WAYS == {'phone': '+44 800 000 001',"
        "'bsl': 'https://signs.example.test/a', 'easy_read': '', 'large_print': ''}, s.OTHER_WAYS"
    )
    given = {"SPEAKUP_PHONE": "+44 800 000 001", "SPEAKUP_BSL": "https://signs.example.test/a"}
    ended = started("reporter", tmp_path, code=code, **given)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_secret_may_stand_in_a_file(tmp_path):
    (tmp_path / "pepper").write_text(PEPPER + "\n")
    named = {"SPEAKUP_RECEIPT_PEPPER": None, "SPEAKUP_RECEIPT_PEPPER_FILE": str(tmp_path / "pepper")}
    code = f"from speakup import settings as s; assert s.RECEIPT_PEPPER.hex() == '{PEPPER}'"
    ended = started("reporter", tmp_path, code=code, **named)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(("said", "leaves"), [("yes", True), ("no", False), ("No", False)])
def test_a_force_says_whether_escape_alone_leaves(said, leaves, tmp_path):
    code = f"from speakup import settings as s; assert s.ESCAPE_LEAVES is {leaves}"
    ended = started("reporter", tmp_path, code=code, SPEAKUP_ESCAPE_LEAVES=said)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_what_is_neither_yes_nor_no_is_refused(tmp_path):
    assert complaint(started("reporter", tmp_path, SPEAKUP_ESCAPE_LEAVES="sometimes")) == (
        "SPEAKUP_ESCAPE_LEAVES must be yes or no"
    )


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

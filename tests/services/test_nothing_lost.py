"""Whatever dies in between, each rung is raised once and each mail goes out once: a real worker, PostgreSQL, broker.

What ought to come of it is asked of a twin: a copy of the same database, swept once and by nothing disturbed.
"""

import datetime as dt
import secrets
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from tests.lint.production_settings import PROJECT
from tests.services.installation import Installation, Part
from tests.services.servers import PostgresqlServer

CLOCKS = 1500
LONGEST_SECONDS = 60
SIZE = (
    "SELECT substring(pg_get_constraintdef(oid) from '= ([0-9]+)')::int FROM pg_constraint WHERE conname = 'clock_size'"
)
RAISED = "SELECT clock_id, due_at, rung FROM clocks_reminder ORDER BY 1, 2, 3"
NEW_CLOCK = """INSERT INTO clocks_clock
    (id, owner_kind, owner_id, key_kind, key_id, epoch, desk_id, due_at, halfway_at, ladder, state, sealed)
    VALUES (%s, 'report', %s, 'T', %s, 1, %s, %s, %s, %s, 'open', %s)"""


@pytest.fixture
def overdue(installation: Installation) -> Iterator[Installation]:
    """The installation with many clocks that are overdue, some urgent, none of them ever swept."""
    with installation.database() as database:
        (size,) = database.execute(SIZE.encode()).fetchone() or (0,)
        now = dt.datetime.now(dt.UTC)
        with database.transaction(), database.cursor() as cursor:
            cursor.executemany(NEW_CLOCK.encode(), [_clock(number, now, size) for number in range(CLOCKS)])
    yield installation
    installation.stop_all()
    with installation.database() as database:
        for table in (
            "notifications_deadletter",
            "clocks_outbox",
            "clocks_reminder",
            "clocks_clock",
            "clocks_lastsweep",
        ):
            database.execute(f"DELETE FROM {table}".encode())  # noqa: S608 -- names from above


def _clock(number: int, now: dt.datetime, size: int) -> tuple[object, ...]:
    report_id, urgent = uuid.uuid4(), number % 50 == 0
    due = now - dt.timedelta(days=number % 40, hours=number % 24)
    desk = ("psd", "ccu", "outside")[number % 3]
    halfway = due - dt.timedelta(hours=4) if urgent else due - dt.timedelta(days=2)
    ladder = "urgent" if urgent else "ordinary"
    return (uuid.uuid4(), report_id, report_id, desk, due, halfway, ladder, secrets.token_bytes(size))


@pytest.fixture
def expected(overdue: Installation, postgresql_server: PostgresqlServer, tmp_path: Path) -> list[tuple[object, ...]]:
    """The reminders that one undisturbed sweep raises of the same clocks."""
    twin = Installation(
        overdue.folder,
        postgresql_server.url(f"twin_{secrets.token_hex(6)}"),
        overdue.broker_url,
        secrets=overdue.secrets,
    )
    names = [_name(url) for url in (twin.database_url, overdue.database_url)]
    postgresql_server.run('CREATE DATABASE "{}" TEMPLATE "{}"'.format(*names))
    swept = twin.manage("worker", "sweep_clocks", more=_mail_to(tmp_path))
    assert swept.returncode == 0, swept.stderr
    raised = reminders(twin)
    postgresql_server.run(f'DROP DATABASE "{names[0]}" WITH (FORCE)')
    assert len(raised) > 3 * CLOCKS
    return raised


def _name(url: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])


def _mail_to(folder: Path) -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "tests.services.mail_in_files", "MAIL_FOLDER": str(folder / "mail")}


def reminders(installation: Installation) -> list[tuple[object, ...]]:
    with installation.database() as database:
        return database.execute(RAISED).fetchall()


def count(installation: Installation, table: str) -> int:
    with installation.database() as database:
        query = f"SELECT count(*) FROM {table}"  # noqa: S608 -- names from below
        (rows,) = database.execute(query.encode()).fetchone() or (0,)
        return int(rows)


def wait_until(happened: Callable[[], bool], what: str, *parts: Part) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    while not happened():
        assert time.monotonic() < deadline, what + "".join(f"\n{part.name}:\n{part.output}" for part in parts)
        time.sleep(0.05)


def hurried_beat(installation: Installation) -> Part:
    """Beat, as `manage.py serve` runs it, with a quicker schedule."""
    place = installation.folder / f"beat-{uuid.uuid4().hex}"
    command = [sys.executable, "-m", "celery", "--quiet", "--app", "tests.services.hurried", "beat", "--pidfile="]
    return installation.start_command("beat", [*command, f"--schedule={place}"])


def mails_in(folder: Path) -> list[str]:
    """Every mail that was delivered, by its Message-ID."""
    lines = [line for each in folder.glob("*") for line in each.read_text().splitlines()]
    return [line for line in lines if line.lower().startswith("message-id:")]


def in_the_middle(installation: Installation, expected: list[tuple[object, ...]], worker: Part) -> None:
    """Waits until a sweep has begun to raise and has not come to its end; fails where it was over first."""
    wait_until(lambda: count(installation, "clocks_reminder") > 0, "no sweep began", worker)
    assert len(reminders(installation)) < len(expected), "the sweep was over too soon to be cut off"


def test_killed_emptied_and_started_again_it_raises_each_rung_once(
    overdue: Installation, expected: list[tuple[object, ...]], tmp_path: Path
) -> None:
    """Two beats at once, a worker killed in the middle of a sweep, the broker emptied, another worker."""
    beats = [hurried_beat(overdue), hurried_beat(overdue)]
    first = overdue.start("worker", more=_mail_to(tmp_path))
    in_the_middle(overdue, expected, first)
    first.kill()
    redis.Redis.from_url(overdue.broker_url.replace("redis+socket:", "unix:")).flushall()
    second = overdue.start("worker", more=_mail_to(tmp_path))
    wait_until(lambda: len(reminders(overdue)) >= len(expected), "a rung was lost", second, *beats)
    unsent = "clocks_outbox WHERE sent_at IS NULL AND slot_at <= now()"
    wait_until(lambda: count(overdue, "clocks_lastsweep") == 1, "the sweep came to no end", second)
    wait_until(lambda: count(overdue, f"{unsent} AND attempts = 0") == 0, "a mail waits for ever", second)
    for part in (second, *beats):
        part.stop()
    assert reminders(overdue) == expected
    delivered = mails_in(tmp_path / "mail")
    assert len(set(delivered)) == len(delivered)


def test_a_sweep_cut_off_from_its_database_goes_on_with_the_next(
    overdue: Installation, expected: list[tuple[object, ...]], tmp_path: Path
) -> None:
    beat = hurried_beat(overdue)
    worker = overdue.start("worker", more=_mail_to(tmp_path))
    in_the_middle(overdue, expected, worker)
    with overdue.database() as database:
        cut = database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    assert cut
    wait_until(lambda: len(reminders(overdue)) >= len(expected), "a rung was lost", worker, beat)
    wait_until(lambda: count(overdue, "clocks_lastsweep") == 1, "the sweep came to no end", worker)
    assert reminders(overdue) == expected


JUMPING = """
import datetime as dt, sys
import django
django.setup()
import time_machine
from django.core.management import call_command
for hours in map(int, sys.argv[1:]):
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)):
        call_command("sweep_clocks", stdout=sys.stderr)
"""


def test_a_clock_that_jumps_raises_what_was_reached_once(overdue: Installation, tmp_path: Path) -> None:
    """A day forward, an hour back, and the right time again: what the day forward reached stays as it is."""

    def sweep_at(*hours: int) -> list[tuple[object, ...]]:
        swept = subprocess.run(
            [sys.executable, "-c", JUMPING, *map(str, hours)],
            cwd=PROJECT,
            env=overdue.environment("worker", _mail_to(tmp_path)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert swept.returncode == 0, swept.stderr
        return reminders(overdue)

    now = sweep_at(0)
    forward = sweep_at(24)
    assert set(now) < set(forward)
    assert sweep_at(-1, 0, 23, 24) == forward
    assert set(forward) < set(sweep_at(72))

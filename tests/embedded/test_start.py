"""The service itself, as `make run` starts it."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from speakup.embedded.cast import PASSPHRASE
from tests.journeys.running_service import (
    PROJECT,
    RunningService,
    answers,
    free_port,
    manage,
    processes_of,
    running_service,
    service_environment,
    start,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its force, as the first `make run` leaves it."""
    data = tmp_path_factory.mktemp("service") / "data"
    made = manage("prepare_demonstration", environment=service_environment(data, 1))
    assert made.returncode == 0, made.stderr
    return data


@pytest.fixture(scope="module")
def service() -> Iterator[RunningService]:
    """One that runs while this module's tests look at it; leaving it fails unless Ctrl-C ended it cleanly."""
    with running_service() as running:
        yield running


@contextmanager
def started(data: Path, tmp_path: Path) -> Iterator[RunningService]:
    port = free_port()
    service = start(data, port, tmp_path / "output.txt", service_environment(data, port))
    try:
        yield service
    finally:
        if service.process.poll() is None:
            service.process.kill()
            service.process.wait()
        for pid in processes_of(data):
            os.kill(pid, signal.SIGKILL)


def port_of(service: RunningService) -> int:
    return int(service.base_url.rpartition(":")[2])


def only_line(text: str) -> str:
    """The text, when it is one line; a traceback is not."""
    assert text.strip().count("\n") == 0, text
    return text.strip()


def children_named(service: RunningService, part: str) -> list[int]:
    return [pid for pid in service.processes() if part.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_it_serves_pages_and_says_who_can_sign_in(service: RunningService) -> None:
    assert answers(port_of(service))
    assert answers(port_of(service), "/readyz")  # swept before anything is served
    said = service.output.read_text()
    assert said.count("@example.test") == 30  # everybody, and one in the example
    assert PASSPHRASE in said
    assert "make code USER=" in said
    assert len(service.processes()) == 7  # the runner, gunicorn and its two workers, worker, metrics worker, beat


@pytest.mark.slow
def test_ctrl_c_leaves_nothing(prepared: Path, tmp_path: Path) -> None:
    with started(prepared, tmp_path) as service:
        assert service.stop(signal.SIGINT) == 0
        assert service.processes() == []
        assert not answers(port_of(service))


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_ends_are_as_clean(prepared: Path, tmp_path: Path, number: int) -> None:
    with started(prepared, tmp_path) as service:
        assert service.stop(number) == 0
        assert service.processes() == []


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (" worker", "worker"),
        pytest.param(" beat", "beat", marks=pytest.mark.slow),
        pytest.param("gunicorn", "web", marks=pytest.mark.slow),
    ],
)
def test_when_one_process_is_killed_the_others_stop_and_it_is_said(
    prepared: Path, tmp_path: Path, part: str, name: str
) -> None:
    with started(prepared, tmp_path) as service:
        pids = children_named(service, part.replace(" ", "\0"))
        os.kill(min(pids), signal.SIGKILL)
        assert service.process.wait(timeout=20) == 1
        assert service.processes() == []
        assert f"{name} stopped by itself (SIGKILL), so everything was stopped." in service.output.read_text()


def test_nothing_it_prints_tells_when_somebody_came_or_from_where(service: RunningService) -> None:
    before = len(service.output.read_text())
    for request in (
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: canary-browser\r\n\r\n",
        b"GET /nowhere-canary HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /?canary HTTP/1.1\r\nHost: canary.example\r\n\r\n",
        b"CANARY canary\r\n\r\n",
        b"POST /report/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: canary\r\n\r\n",
    ):
        with closing(socket.create_connection(("127.0.0.1", port_of(service)), timeout=10)) as connection:
            connection.sendall(request)
            assert connection.recv(100).startswith(b"HTTP/1.1 ")
    printed = service.output.read_text()[before:]
    assert "gunicorn.error" in printed  # a malformed request is worth a line, without what it was
    assert "canary" not in printed.lower()
    assert "127.0.0.1" not in printed
    assert re.search(r"\d\d:\d\d", printed) is None


@pytest.mark.slow
def test_a_second_start_changes_no_key(prepared: Path, tmp_path: Path) -> None:
    kept = {path: path.read_bytes() for folder in ("secrets", "offline") for path in (prepared / folder).iterdir()}
    again = manage("prepare_demonstration", environment=service_environment(prepared, 1))
    assert (again.returncode, again.stdout) == (0, "")
    with started(prepared, tmp_path) as service:
        assert service.stop() == 0
    assert {path: path.read_bytes() for path in kept} == kept


def test_a_taken_port_is_one_line(prepared: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        refused = manage("start", environment=service_environment(prepared, port))
    assert refused.returncode == 1
    assert f"Port {port} is taken" in only_line(refused.stderr)


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1", "80 80"])
def test_what_is_no_port_is_one_line(prepared: Path, port: str) -> None:
    environment = {**service_environment(prepared, 1), "SPEAKUP_PORT": port}
    refused = manage("start", environment=environment)
    assert refused.returncode == 1
    assert "SPEAKUP_PORT" in only_line(refused.stderr)


def test_a_folder_that_cannot_be_written_is_one_line() -> None:
    refused = manage("prepare_demonstration", environment=service_environment(Path("/proc/nowhere"), 1))
    assert refused.returncode == 1
    assert "/proc/nowhere" in only_line(refused.stderr)


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "DATABASE_URL_FILE"])
@pytest.mark.parametrize("command", ["prepare_demonstration", "start"])
def test_a_server_of_some_other_project_is_left_alone(tmp_path: Path, command: str, name: str) -> None:
    (tmp_path / "url").write_text("postgres://localhost/production")
    named = {name: str(tmp_path / "url") if name.endswith("_FILE") else "postgres://localhost/production"}
    refused = manage(command, environment=service_environment(tmp_path / "data", free_port(), named))
    assert refused.returncode == 1
    assert name.removesuffix("_FILE") in only_line(refused.stderr)
    assert not (tmp_path / "data" / "secrets" / "root_public_key").exists()


STALE_SESSION = """
import datetime as dt
from speakup.reporting.models import ReporterSession
from speakup.vault.reporter_session import STATE_SIZE
ReporterSession.objects.create(id_hash=bytes(32), day=dt.date(2026, 1, 2), sealed=bytes(STATE_SIZE))
from speakup.celery import app
app.send_task("notifications.tasks.run_nightly")
"""


def test_the_worker_runs_what_is_put_into_the_broker(service: RunningService) -> None:
    def left() -> list[bytes]:
        with closing(sqlite3.connect(f"file:{service.data}/speakup.sqlite3?mode=ro", uri=True)) as database:
            return database.execute("SELECT id_hash FROM reporting_reportersession").fetchall()

    put = service.manage("shell", "--no-imports", "--command", STALE_SESSION)
    assert put.returncode == 0, put.stderr
    deadline = time.monotonic() + 20
    while left() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert left() == []
    assert list((service.data / "broker" / "queue").iterdir()) == []


def test_two_services_on_one_folder_are_refused_in_one_line(service: RunningService) -> None:
    for command in ("prepare_demonstration", "start"):
        refused = manage(command, environment=service_environment(service.data, free_port()))
        assert refused.returncode == 1
        assert "is running" in only_line(refused.stderr)


def test_start_without_a_force_is_one_line(tmp_path: Path) -> None:
    refused = manage("start", environment=service_environment(tmp_path, free_port()))
    assert refused.returncode == 1
    assert "prepare_demonstration" in only_line(refused.stderr)


def test_a_database_that_is_none_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "speakup.sqlite3").write_bytes(b"this is no database" * 100)
    refused = manage("prepare_demonstration", environment=service_environment(tmp_path, 1))
    assert refused.returncode == 1
    assert "not a database" in only_line(refused.stderr)


def test_another_root_key_than_the_rosters_is_one_line(prepared: Path) -> None:
    environment = {**service_environment(prepared, 1), "SPEAKUP_ROOT_PUBLIC_KEY": "00" * 32}
    refused = manage("prepare_demonstration", environment=environment)
    assert refused.returncode == 1
    assert "does not verify" in only_line(refused.stderr)


@pytest.mark.slow
def test_a_first_start_that_was_killed_again_and_again_is_taken_up(tmp_path: Path) -> None:
    """What one killing leaves, the next start goes on with: each later killing finds it further on."""
    environment = service_environment(tmp_path / "data", 1)
    command = [sys.executable, "manage.py", "prepare_demonstration"]
    killed = []
    for seconds in (0.6, 1.2, 2.0, 3.0, 4.5):
        start = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)
        time.sleep(seconds)
        start.kill()
        killed.append(start.wait())
    assert set(killed) <= {-signal.SIGKILL, 0}
    assert killed[0] == -signal.SIGKILL
    whole = manage("prepare_demonstration", environment=environment)
    assert whole.returncode == 0, whole.stderr
    again = manage("prepare_demonstration", environment=environment)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_only_the_owner_can_read_what_it_makes(prepared: Path) -> None:
    assert prepared.stat().st_mode & 0o077 == 0
    for path in prepared.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_its_codes_are_those_that_make_code_prints(service: RunningService) -> None:
    def both_show_the_same() -> bool:
        printed = service.manage("code", "priya.raman").stdout.strip()
        return printed == service.code("priya.raman@example.test")

    assert both_show_the_same() or both_show_the_same()  # a step may end between the two

"""The real service in a data folder of its own, started by the commands that `make run` uses.

with running_service() as service:
    page.goto(service.base_url)
    service.code("helen.marsh@example.test")
"""

import atexit
import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from uuid import UUID

from django_otp.oath import TOTP

from speakup.accounts.totp import DRIFT_STEPS
from speakup.embedded.cast import PASSPHRASE
from speakup.embedded.processes import die_with_parent
from speakup.vault.staff_site import open_totp

PROJECT = Path(__file__).resolve().parent.parent.parent
STEP = 30  # seconds a one-time code is shown for (RFC 6238)
START_SECONDS = 600  # a few on a machine that does nothing else
STOP_SECONDS = 60


@dataclass
class RunningService:
    """A service that serves pages. `output` is the file to which all its processes print."""

    base_url: str
    data: Path
    output: Path
    process: subprocess.Popen[bytes]
    passphrase: str = PASSPHRASE
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    def code(self, email: str) -> str:
        """A one-time code of this member that was not used before: the one that an app shows now, or the next, as of
        an app whose clock is fast. Waits until the service takes it, up to 30 seconds for each."""
        step = max(int(time.time()) // STEP, self._last_step(email) + 1)
        while int(time.time()) // STEP + DRIFT_STEPS < step:
            time.sleep(STEP - time.time() % STEP + 0.05)
        totp = TOTP(self._totp_secret(email), step=STEP)
        totp.time = step * STEP
        return f"{totp.token():06d}"

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `manage.py` on this service's data; output is captured."""
        return manage(*arguments, environment=self.environment)

    def processes(self) -> list[int]:
        """Every living process of this service: those whose environment names its data folder."""
        return processes_of(self.data)

    def stop(self, number: int = signal.SIGINT) -> int:
        """Ask it to stop, as Ctrl-C does; answers its exit status. Fails when it takes longer than STOP_SECONDS."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=STOP_SECONDS)

    def _device(self, email: str) -> tuple[UUID, UUID, bytes, int]:
        query = """SELECT device.id, staff.id, device.sealed, device.last_step FROM accounts_sealedtotp AS device
                   JOIN accounts_staffmember AS staff ON staff.id = device.user_id WHERE staff.email = ?"""
        with closing(sqlite3.connect(f"file:{self.data}/speakup.sqlite3?mode=ro", uri=True)) as database:
            device, staff, sealed, last_step = database.execute(query, [email]).fetchone()
        return UUID(device), UUID(staff), sealed, last_step

    def _last_step(self, email: str) -> int:
        return self._device(email)[3]

    def _totp_secret(self, email: str) -> bytes:
        site_secret = bytes.fromhex((self.data / "secrets" / "speakup_staff_secret").read_text())
        device, staff, sealed, _ = self._device(email)
        return open_totp(site_secret, staff, device, sealed)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def service_environment(data: Path, port: int, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The caller's environment without its SpeakUp and Django settings, for a demonstration in `data` on `port`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SPEAKUP_", "DJANGO_", "CELERY_", "PYTEST_", "DATABASE_URL", "REDIS_URL"))
    }
    return {**kept, "SPEAKUP_DATA": str(data), "SPEAKUP_PORT": str(port), **(more or {})}


def manage(*arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )


def start(data: Path, port: int, output: Path, environment: Mapping[str, str]) -> RunningService:
    """Start the service on prepared data and wait until it says it is ready. Raises AssertionError with its output."""
    with output.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "start"],
            cwd=PROJECT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - a killed test run leaves no service behind
        )
    deadline = time.monotonic() + START_SECONDS
    while not re.search(r"^Ready: http://localhost:\d+", said := output.read_text(errors="replace"), re.MULTILINE):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"the service did not start:\n{said}")
        time.sleep(0.1)
    return RunningService(f"http://localhost:{port}", data, output, process, environment=environment)


@cache
def prepared_data() -> Path:
    """A data folder with the demonstration force and nothing else, made once a run and never started on."""
    folder = Path(tempfile.mkdtemp(prefix="speakup-prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = manage("prepare_demonstration", environment=service_environment(folder / "data", free_port()))
    assert made.returncode == 0, made.stderr
    return folder / "data"


@contextmanager
def running_service(more: Mapping[str, str] | None = None) -> Iterator[RunningService]:
    """A service on a data folder of its own, as it was prepared, and a free port, with `more` in its environment.

    Leaving stops it with SIGINT and fails unless it exits with 0 and leaves no process behind.
    """
    with tempfile.TemporaryDirectory(prefix="speakup-service-") as folder:
        data, output, port = Path(folder) / "data", Path(folder) / "output.txt", free_port()
        environment = service_environment(data, port, more)
        shutil.copytree(prepared_data(), data)
        service = start(data, port, output, environment)
        try:
            yield service
        finally:
            try:
                status = service.stop()
            finally:
                left = processes_of(data)
                for pid in left:
                    os.kill(pid, signal.SIGKILL)
        assert status == 0, f"the service ended with {status}:\n{output.read_text(errors='replace')}"
        assert left == [], "processes were left behind"


def processes_of(data: Path) -> list[int]:
    """Every living process whose environment names this data folder (Linux; elsewhere none is found)."""
    wanted = f"SPEAKUP_DATA={data}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue  # somebody else's, or gone by now
    return sorted(found)


def answers(port: int, path: str = "/healthz") -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()

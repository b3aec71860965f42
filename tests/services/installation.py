"""An installation as production has one: five parts with secrets of their own, PostgreSQL, a broker, an invented force.

The parts are started by the same command as in docker-compose.yml: `manage.py serve`.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django_otp.oath import TOTP

from speakup.database_roles import ROLES
from speakup.embedded.processes import die_with_parent
from tests.journeys.running_service import START_SECONDS, free_port
from tests.lint.production_settings import PROJECT, SITES, needed, production
from tests.services.http_browser import Browser
from tests.services.servers import PostgresqlServer

STOP_SECONDS = 30
MAKING_A_FORCE = {"SPEAKUP_MODE": "demonstration", "SPEAKUP_SITE": "both"}
SEED = """
import json
from speakup.embedded.demonstration import seed_force
force = seed_force()
people = {one.email: force.totp_secrets[one.pk].hex() for each in force.members.values() for one in each}
print(json.dumps({"root": force.root_public.hex(), "totp": people}))
"""


def _made_once(role: str) -> str:
    return f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"


def _lets_in_without_password(url: str) -> bool:
    """Whether this is a cluster of ours: one that somebody named asks every role for a password we do not know."""
    return "//postgres@/" in url and "?host=" in url


@dataclass
class Part:
    """A running part of production. `output` is all that it printed."""

    name: str
    process: subprocess.Popen[bytes]
    printed: Path
    port: int = 0

    @property
    def output(self) -> str:
        return self.printed.read_text(errors="replace")

    def browser(self) -> Browser:
        return Browser(self.port)

    def stop(self) -> int:
        """Ask it to stop, as a container is; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=STOP_SECONDS)

    def kill(self) -> None:
        """End it and everything that it started, at once: nothing of it cleans up."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=STOP_SECONDS)


@dataclass
class Installation:
    """`database_url` and `broker_url` name the real servers; `secrets` are what the parts are told."""

    folder: Path
    database_url: str
    broker_url: str
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    totp: Mapping[str, str] = field(default_factory=dict, repr=False)
    _parts: list[Part] = field(default_factory=list)

    @classmethod
    def make(cls, folder: Path, server: PostgresqlServer, broker_url: str) -> "Installation":
        """A new database on `server`, migrated and with the invented force in it."""
        name = f"installation_{secrets.token_hex(6)}"
        server.run(f'CREATE DATABASE "{name}"', *(_made_once(role.name) for role in ROLES.values()))
        made = cls(folder, server.url(name), broker_url)
        for each in ("reporter", "staff", "metrics"):
            made.secrets |= {key: value for key, value in needed(each).items() if key.startswith("SPEAKUP_")}
        made.secrets["SPEAKUP_METRICS_KEYS"] = str(folder / "metrics")
        made.secrets["SPEAKUP_CHECKPOINT_KEYS"] = str(folder / "data" / "ledger" / "keys")
        made.secrets["SPEAKUP_CHECKPOINTS"] = str(folder / "checkpoints")
        for command in ("migrate", "grant_tables"):
            done = made.manage("owner", command, "--verbosity=0")
            assert done.returncode == 0, done.stderr
        seeded = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "--command", SEED],
            cwd=PROJECT,
            env={
                **made.environment("staff", {"DATABASE_URL": made.database_url}),
                "SPEAKUP_MODE": "demonstration",
                "SPEAKUP_SITE": "both",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert seeded.returncode == 0, seeded.stderr
        told = json.loads(seeded.stdout)
        made.secrets["SPEAKUP_ROOT_PUBLIC_KEY"] = told["root"]
        made.totp = told["totp"]
        return made

    def environment(self, part: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What a part is told: what it needs and nothing else."""
        own = {name: self.secrets.get(name, value) for name, value in needed(part).items()}
        database_url = self.database_url
        if part in ROLES and _lets_in_without_password(database_url):
            database_url = database_url.replace("//postgres@", f"//{ROLES[part].name}@")
        servers = {"DATABASE_URL": database_url, "REDIS_URL": self.broker_url}
        own |= {name: value for name, value in servers.items() if name in own}
        return production(part, str(self.folder / "data"), {**own, **(more or {})})

    def manage(
        self, part: str, *arguments: str, more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=self.environment(part, more),
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )

    def start(self, part: str, *, more: Mapping[str, str] | None = None) -> Part:
        """Start a part with `manage.py serve`; a site is waited for until it serves pages."""
        port = free_port() if part in SITES else 0
        more = {"SPEAKUP_BIND": f"127.0.0.1:{port}", **(more or {})}
        started = self.start_command(part, [sys.executable, "manage.py", "serve"], more=more)
        if port:
            started.port = port
            self._wait_for(started)
        return started

    def start_command(self, part: str, command: list[str], *, more: Mapping[str, str] | None = None) -> Part:
        """Start any command with the environment of a part."""
        (self.folder / "data").mkdir(exist_ok=True)
        printed = self.folder / f"{part}-{secrets.token_hex(4)}.txt"
        with printed.open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd=PROJECT,
                env=self.environment(part, more),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - a killed test run leaves no service behind
            )
        started = Part(part, process, printed)
        self._parts.append(started)
        return started

    def _wait_for(self, part: Part) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not part.browser().answers("/healthz"):
            if part.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the {part.name} site did not start:\n{part.output}")
            time.sleep(0.1)

    def stop_all(self) -> None:
        for part in self._parts:
            if part.process.poll() is None:
                part.kill()
        self._parts.clear()

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        """The database as its owner sees it; each statement committed by itself."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            yield connection

    def code(self, email: str) -> str:
        """A one-time code of this member, which may be used once every 30 seconds."""
        totp = TOTP(bytes.fromhex(self.totp[email]), step=30)
        totp.time = time.time()
        return f"{totp.token():06d}"

"""The blocks of docs/operations.md that are marked `tested` do what they say, in their order, on a fresh server."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from speakup.database_roles import ROLES
from speakup.production import what_talks
from speakup.reporting.models import Report
from tests.lint.production_settings import PROJECT, needed, production
from tests.services.installation import MAKING_A_FORCE, SEED
from tests.services.servers import PostgresqlServer, postgresql, programs_folder

BLOCK = re.compile(r"^```sh tested\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = BLOCK.findall((PROJECT / "docs" / "operations.md").read_text())
SECRETS, QUIET, MAKE_ROLES, MAKE_TABLES, BACKUP, RESTORE, CHANGE = BLOCKS


@dataclass
class Operator:
    """Somebody at a terminal in the project's folder, as the owner of the database `speakup`."""

    folder: Path
    server: PostgresqlServer

    def environment(self) -> dict[str, str]:
        owner = production("owner", str(self.folder / "data"))
        return {
            **owner,
            "PATH": f"{programs_folder()}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PGHOST": self.host,
            "PGUSER": "speakup_owner",
            "PGDATABASE": "speakup",
            "DATABASE_URL": self.server.url("speakup", "speakup_owner"),
            "RESTORED_DATABASE_URL": self.server.url("restored", "speakup_owner"),
        }

    @property
    def host(self) -> str:
        return self.server.address.rpartition("host=")[2]

    def run(self, block: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def secret(self, name: str) -> str:
        return (self.folder / "production" / "secrets" / name).read_text().strip()

    def rows(self, query: str, database: str = "speakup") -> list[tuple[object, ...]]:
        with psycopg.connect(self.server.url(database)) as connection:
            return connection.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """Before the first block: a server as it comes, which writes down a good deal, and an empty database."""
    folder = tmp_path_factory.mktemp("operator")
    (folder / "manage.py").symlink_to(PROJECT / "manage.py")
    with postgresql(quiet=False) as server:
        server.run("CREATE ROLE speakup_owner SUPERUSER LOGIN", "CREATE DATABASE speakup OWNER speakup_owner")
        yield Operator(folder, server)


@pytest.fixture(scope="module")
def installed(operator: Operator) -> Operator:
    """After the blocks of 'Installing', with an invented force and a staff session."""
    for block in (SECRETS, QUIET, MAKE_ROLES, MAKE_TABLES):
        operator.run(block)
    seeded = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "--command", SEED],
        cwd=PROJECT,
        env={**operator.environment(), **MAKING_A_FORCE},
        capture_output=True,
        text=True,
        check=False,
    )
    assert seeded.returncode == 0, seeded.stderr
    operator.server.run("INSERT INTO django_session VALUES ('key', 'data', now())", database="speakup")
    return operator


def test_the_secrets_are_made_once_and_are_their_owners(installed: Operator) -> None:
    folder = installed.folder / "production" / "secrets"
    before = {each.name: each.read_text() for each in folder.iterdir()}
    installed.run(SECRETS)
    assert {each.name: each.read_text() for each in folder.iterdir()} == before
    assert {oct(each.stat().st_mode & 0o777) for each in folder.iterdir()} == {"0o600"}
    made = [value for name, value in before.items() if not name.endswith("_url")]
    assert len(set(made)) == len(made) == 10


def test_a_part_starts_on_them(installed: Operator) -> None:
    told = {"SPEAKUP_SECRET_KEY": installed.secret("reporter_secret_key")}
    told |= {"SPEAKUP_RECEIPT_PEPPER": installed.secret("receipt_pepper")}
    assert told.keys() <= needed("reporter").keys()
    url = installed.server.url("speakup", "speakup_reporter")
    assert installed.secret("reporter_database_url").startswith("postgres://speakup_reporter:")
    started = subprocess.run(
        [sys.executable, "-c", "import speakup.wsgi"],
        cwd=PROJECT,
        env=production("reporter", str(installed.folder), {**told, "DATABASE_URL": url}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (started.returncode, started.stderr) == (0, "")


def test_the_server_was_talkative_and_is_not(operator: Operator, installed: Operator) -> None:
    with psycopg.connect(operator.server.url("speakup", ROLES["staff"].name)) as connection:
        assert what_talks(connection.cursor()) is None
    with postgresql(quiet=False) as fresh, psycopg.connect(fresh.url()) as connection:
        assert what_talks(connection.cursor()) is not None


def test_every_role_is_there_and_none_is_the_owner(installed: Operator) -> None:
    found = installed.rows("SELECT rolname, rolsuper, rolcanlogin FROM pg_roles WHERE rolname LIKE 'speakup\\_%'")
    assert {name: (is_super, logs_in) for name, is_super, logs_in in found} == {
        "speakup_owner": (True, True),
        **{role.name: (False, True) for role in ROLES.values()},
    }
    for part in ROLES.values():
        url = installed.server.url("speakup", part.name)
        with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (id integer)")


def test_a_backup_holds_everything_but_sessions_and_can_be_restored(installed: Operator) -> None:
    installed.run(BACKUP)
    said = installed.run(RESTORE)
    tables = [str(name) for (name,) in installed.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    assert Report._meta.db_table in tables
    counted = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in sorted(tables))  # noqa: S608
    before, after = (
        {str(name): rows for name, rows in installed.rows(counted, each)} for each in ("speakup", "restored")
    )
    assert before.pop("django_session") == 1
    assert after.pop("django_session") == 0
    assert before == after
    assert before["accounts_staffmember"] != 0
    assert "entries" in said


def test_a_password_is_changed(installed: Operator) -> None:
    query = "SELECT rolpassword FROM pg_authid WHERE rolname = 'speakup_worker'"
    before, kept = installed.rows(query), installed.secret("worker_password")
    installed.run(CHANGE)
    assert installed.rows(query) != before
    assert installed.secret("worker_password") != kept
    assert installed.secret("worker_password") in installed.secret("worker_database_url")

"""Production does not start on a PostgreSQL that writes down what it is asked, and on a quiet one nothing typed is
found in the server's log."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import psycopg
import pytest

from speakup.production import QUIET, what_talks
from tests.lint.production_settings import PROJECT
from tests.services.installation import Installation
from tests.services.servers import PostgresqlServer, postgresql

LOUD = {
    "log_statement": "mod",
    "log_min_duration_statement": "0",
    "log_min_duration_sample": "500ms",
    "log_transaction_sample_rate": "0.5",
    "log_min_error_statement": "error",
    "log_min_messages": "warning",
    "log_parameter_max_length_on_error": "64B",
    "debug_print_parse": "on",
    "debug_print_rewritten": "on",
    "debug_print_plan": "on",
}
CANARY = "quizzle-bramblethorpe"

Set = Callable[[str, str], None]


@pytest.fixture
def set_for_this_database(installation: Installation) -> Iterator[Set]:
    """Gives the installation's database a setting of its own for this test, as somebody may have done by hand."""
    name = psycopg.conninfo.conninfo_to_dict(installation.database_url)["dbname"]

    def change(setting: str, value: str) -> None:
        with installation.database() as database:
            database.execute(f"ALTER DATABASE \"{name}\" SET {setting} = '{value}'".encode())

    yield change
    with installation.database() as database:
        database.execute(f'ALTER DATABASE "{name}" RESET ALL'.encode())


def test_every_setting_is_tried() -> None:
    assert LOUD.keys() == QUIET.keys()


def test_a_quiet_database_is_let_pass(installation: Installation) -> None:
    with installation.database() as database:
        assert what_talks(database.cursor()) is None


@pytest.mark.parametrize("name", sorted(LOUD))
def test_each_setting_that_writes_down_what_is_asked_is_named(
    installation: Installation, set_for_this_database: Set, name: str
) -> None:
    set_for_this_database(name, LOUD[name])
    with installation.database() as database:
        assert what_talks(database.cursor()) == f"set {name} to {QUIET[name][0]}, not {LOUD[name]}"


def test_so_is_an_extension_that_explains_what_is_slow(installation: Installation, set_for_this_database: Set) -> None:
    set_for_this_database("session_preload_libraries", "auto_explain")
    set_for_this_database("auto_explain.log_min_duration", "250ms")
    with installation.database() as database:
        assert what_talks(database.cursor()) == "set auto_explain.log_min_duration to -1, not 250ms"


@pytest.mark.parametrize("part", ["reporter", "staff", "worker", "metrics"])
def test_no_part_starts_on_such_a_database(installation: Installation, set_for_this_database: Set, part: str) -> None:
    set_for_this_database("log_min_error_statement", "error")
    refused = installation.manage(part, "serve")
    assert refused.returncode == 1
    assert refused.stderr == (
        "SpeakUp cannot start: PostgreSQL would write what it is asked into its log: "
        "set log_min_error_statement to panic, not error\n"
    )


@pytest.mark.parametrize("part", ["reporter", "staff"])
def test_a_web_process_started_in_another_way_refuses_too(
    installation: Installation, set_for_this_database: Set, part: str
) -> None:
    set_for_this_database("log_statement", "all")
    started = subprocess.run(
        [sys.executable, "-c", "import speakup.wsgi"],
        cwd=PROJECT,
        env=installation.environment(part),
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 1
    assert "set log_statement to none, not all" in started.stderr.splitlines()[-1]


COMMANDS = {
    "a sweep run by cron": ("worker", "sweep_clocks"),
    "the night": ("worker", "run_nightly"),
    "a release": ("metrics", "make_release"),
    "the ledger": ("owner", "verify_ledger"),
    "an upgrade": ("owner", "migrate"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_is_run_on_such_a_database(
    installation: Installation, set_for_this_database: Set, name: str
) -> None:
    set_for_this_database("log_statement", "all")
    refused = installation.manage(*COMMANDS[name])
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "SpeakUp cannot start: PostgreSQL would write what it is asked into its log: "
        "set log_statement to none, not all\n"
    )


@pytest.mark.parametrize("task", ["notifications.tasks.sweep_clocks", "speakup.culture.tasks.run_metrics"])
def test_nor_a_task_of_a_worker_started_in_another_way(
    installation: Installation, set_for_this_database: Set, task: str
) -> None:
    set_for_this_database("log_statement", "all")
    part = "metrics" if "metrics" in task else "worker"
    load = "from speakup.celery import app; app.loader.import_default_modules()"
    ran = _python(installation, part, f"{load}; print(app.tasks[{task!r}].apply().result)")
    assert ran.stdout.startswith("PostgreSQL would write what it is asked"), ran.stderr


LOOKING_AGAIN = """
import django
django.setup()
from django.db import connection
from speakup import production
looks, look = [], production.what_talks
production.what_talks = lambda cursor: looks.append(1) or look(cursor)
for _ in range(3):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    connection.close()
print(len(looks))
"""


@pytest.mark.parametrize("part", ["reporter", "staff", "worker", "metrics", "owner"])
def test_each_process_looks_once(installation: Installation, part: str) -> None:
    looked = _python(installation, part, LOOKING_AGAIN)
    assert (looked.stdout, looked.stderr) == ("1\n", "")


def test_one_that_was_refused_is_refused_again(installation: Installation, set_for_this_database: Set) -> None:
    set_for_this_database("log_statement", "all")
    code = """
import django
django.setup()
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
for _ in range(3):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            print("asked")
    except ImproperlyConfigured:
        print("refused", connection.connection)
"""
    assert _python(installation, "worker", code).stdout == "refused None\n" * 3


def _python(installation: Installation, part: str, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env=installation.environment(part),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_database_that_is_away_or_empty_is_one_line(
    installation: Installation, postgresql_server: PostgresqlServer
) -> None:
    away = installation.manage("staff", "serve", more={"DATABASE_URL": postgresql_server.url("nowhere")})
    assert away.stderr == "SpeakUp cannot start: the database cannot be used (OperationalError)\n"
    empty = installation.manage("staff", "serve", more={"DATABASE_URL": postgresql_server.url("postgres")})
    assert empty.stderr.splitlines() == [
        "CommandError: the database is not this version's: run manage.py migrate as its owner first"
    ]


FAILING = (
    "SELECT %s::uuid",
    "INSERT INTO words VALUES (%s), (%s)",
    "INSERT INTO words VALUES (%s || repeat('-', 99))",
    "SELECT 1 / length(replace(%s, %s, ''))",
)


def written_about(server: PostgresqlServer) -> str:
    """What the server writes when statements with typed words in them fail, and when one is slow."""
    assert server.log is not None
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE words (word varchar(60) PRIMARY KEY)")
        connection.execute("INSERT INTO words VALUES ('taken')")
        for statement in FAILING:
            with pytest.raises(psycopg.Error):
                connection.execute(statement.encode(), [CANARY] * statement.count("%s"))
        connection.execute("SELECT pg_sleep(0.01), %s::text", [CANARY])
    return server.log.read_text()


def test_a_quiet_server_writes_no_word_of_what_failed() -> None:
    with postgresql() as server:
        written = written_about(server)
    assert CANARY not in written
    assert "ready to accept connections" in written


@pytest.mark.parametrize("name", ["log_min_messages", "log_min_error_statement", "log_statement"])
def test_twin_a_server_with_one_of_them_as_it_comes_does(name: str) -> None:
    with postgresql({name: {"log_statement": "all"}.get(name, "error")}) as server:
        found = CANARY in written_about(server)
    # The statement goes with the message: at this level there is none for it to go with.
    assert found == (name != "log_min_error_statement")

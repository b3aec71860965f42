"""Each part's role reaches what the part needs (the other tests here run with them) and not what it must not."""

import psycopg
import pytest
from django.apps import apps

from speakup.database_roles import NOTHING, ROLES, WRITE
from tests.services.installation import Installation

pytestmark = pytest.mark.usefixtures("only_on_a_cluster_of_ours")


@pytest.fixture(scope="module")
def only_on_a_cluster_of_ours(installation: Installation) -> None:
    if "?host=" not in installation.database_url:
        pytest.skip("a cluster that somebody named asks every role for a password")


def privileges(installation: Installation, part: str) -> dict[str, set[str]]:
    """What a part's role may do with each table, as PostgreSQL says."""
    query = """SELECT c.relname, p FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND has_table_privilege(%s, c.oid, p)"""
    found: dict[str, set[str]] = {model._meta.db_table: set() for model in apps.get_models(include_auto_created=True)}
    with installation.database() as database:
        for table, privilege in database.execute(query, [ROLES[part].name]):
            found.setdefault(table, set()).add(privilege)
    return found


@pytest.mark.parametrize("part", ROLES)
def test_a_role_may_do_what_is_written_and_no_more(installation: Installation, part: str) -> None:
    found = privileges(installation, part)
    wanted = {table: set(filter(None, ROLES[part].may(table).split(", "))) for table in found}
    assert found == wanted
    assert not any("TRUNCATE" in each for each in found.values())


@pytest.mark.parametrize(
    ("part", "table"),
    [
        ("reporter", "accounts_personalsecret"),
        ("reporter", "accounts_sealedtotp"),
        ("reporter", "accounts_unlocked"),
        ("reporter", "django_session"),
        ("reporter", "professional_standards_case"),
        ("reporter", "professional_standards_note"),
        ("reporter", "culture_fact"),
        ("staff", "reporting_draft"),
        ("staff", "reporting_reportersession"),
        ("worker", "accounts_personalsecret"),
        ("worker", "accounts_sealedtotp"),
        ("metrics", "reporting_report"),
        ("metrics", "accounts_grant"),
    ],
)
def test_what_a_part_must_not_see_it_cannot(installation: Installation, part: str, table: str) -> None:
    query = f"SELECT * FROM {table} LIMIT 1".encode()  # noqa: S608 -- from the list above
    url = installation.environment(part)["DATABASE_URL"]
    with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(query)


def test_no_role_owns_a_table_or_switches_a_trigger_off(installation: Installation) -> None:
    for part in ROLES:
        with psycopg.connect(installation.environment(part)["DATABASE_URL"], autocommit=True) as connection:
            for statement in (
                "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
                "DROP TRIGGER ledger_entry_update_guard ON ledger_entry",
                "SET session_replication_role = replica",
                "TRUNCATE ledger_entry",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.encode())


def test_a_new_table_is_nobodys_but_the_staff_sites_and_the_workers() -> None:
    assert {part: role.may("some_new_table") for part, role in ROLES.items()} == {
        "reporter": NOTHING,
        "staff": WRITE,
        "worker": WRITE,
        "metrics": NOTHING,
    }

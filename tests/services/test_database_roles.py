"""Each part's role reaches what the part needs (the other tests here run with them) and not what it must not."""

import re
import uuid

import psycopg
import pytest
from django.apps import apps
from django.db.models import Model

from notifications.nightly import BY_OBJECT, OF_A_REPORT
from speakup.database_roles import NOTHING, READ, ROLES
from speakup.database_roles import WRITE as EVERYTHING
from speakup.reporting.models import Draft
from speakup.reporting.questions import FILES, step_number
from speakup.vault.data_key import EARLIER_SIZE
from tests.services.http_browser import Browser
from tests.services.installation import Installation
from tests.services.test_two_sites import begin_report, send_report

pytestmark = pytest.mark.usefixtures("only_on_a_cluster_of_ours")


@pytest.fixture(scope="module")
def only_on_a_cluster_of_ours(installation: Installation) -> None:
    if "?host=" not in installation.database_url:
        pytest.skip("a cluster that somebody named asks every role for a password")


Privileges = dict[str, set[tuple[str, str]]]


def privileges(installation: Installation, part: str) -> Privileges:
    """What a part's role may do with each table, or with one column of it alone, as PostgreSQL says."""
    query = """SELECT c.relname, acl.privilege_type, '' FROM pg_class c, aclexplode(c.relacl) acl
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND acl.grantee IN (0, %(role)s::regrole)
        UNION SELECT c.relname, acl.privilege_type, a.attname FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) acl
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND acl.grantee IN (0, %(role)s::regrole)"""
    found: Privileges = {model._meta.db_table: set() for model in apps.get_models(include_auto_created=True)}
    with installation.database() as database:
        for table, privilege, column in database.execute(query, {"role": ROLES[part].name}):
            found.setdefault(table, set()).add((privilege, column))
    return found


def written_down(may: str) -> set[tuple[str, str]]:
    parts = re.findall(r"([A-Z]+)(?: \(([^)]+)\))?", may)
    return {(privilege, column) for privilege, columns in parts for column in columns.split(", ")}


@pytest.mark.parametrize("part", ROLES)
def test_a_role_may_do_what_is_written_and_no_more(installation: Installation, part: str) -> None:
    found = privileges(installation, part)
    assert found == {table: written_down(ROLES[part].may(table)) for table in found}
    assert not any("TRUNCATE" in dict(each) for each in found.values())


def test_what_is_written_again_by_night_the_worker_may_write_again() -> None:
    models: list[type[Model]] = [*OF_A_REPORT, *BY_OBJECT, Draft]
    assert all("UPDATE (id" in ROLES["worker"].may(model._meta.db_table) for model in models)


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


def test_a_new_table_is_the_staff_sites_alone_to_write() -> None:
    assert {part: role.may("some_new_table") for part, role in ROLES.items()} == {
        "reporter": NOTHING,
        "staff": EVERYTHING,
        "worker": READ,
        "metrics": NOTHING,
    }


# A release of the one name there is, to one of those who hold a row on it, which ended yesterday.
RELEASED = (
    """INSERT INTO reporting_identityrequest (id, identity_id, asked_by_id, decided_by_id, state, asked_at, until_day,
    version, reason) SELECT gen_random_uuid(), object_id, staff_id, (SELECT id FROM accounts_staffmember
    WHERE id <> staff_id LIMIT 1), 'released', now(), current_date - 1, 1, ''
    FROM accounts_grant WHERE object_kind = 'identity' AND staff_id IS NOT NULL LIMIT 1""",
    """UPDATE accounts_grant SET until_day = current_date - 1 WHERE object_kind = 'identity'
    AND staff_id = (SELECT asked_by_id FROM reporting_identityrequest)""",
)
OVER = (
    "UPDATE reporting_draft SET expires_day = current_date - 1 WHERE lookup IS NULL OR version = 2",
    "UPDATE ledger_pendingact SET day = current_date - 1",
    """INSERT INTO culture_factinbox (id, day, sealed)
    SELECT gen_random_uuid(), current_date - 1, sealed FROM culture_factinbox LIMIT 1""",
)


@pytest.fixture(scope="module")
def sent(installation: Installation) -> Installation:
    """Everything that a reporter does, by the site's own role: files, sending, a message with a file, a name; somebody
    else's draft with a file, and one that was left; forms that were saved, opened again and deleted. And a release
    of her name that is over, by the owner's hand."""
    site = installation.start("reporter")
    words = send_report(site.browser(), file="They met in the yard.")
    back = site.browser()
    assert back.post("/return/", words=words).status == 303
    message = back.post_files("/return/", file="He was there too.", text="Once more.", message=str(uuid.uuid4()))
    assert message.status == 303, message.text[:3000]
    named = back.post("/return/", known="1", mode="confidential", name="Ada Minton", contact="ada@example.test")
    assert named.status == 303, named.text[:3000]
    draft_with_a_file(site.browser())
    with installation.database() as database:
        assert rows(database, "SELECT draft_id IS NULL, count(*) FROM reporting_attachment GROUP BY 1 ORDER BY 1") == [
            (False, 1),
            (True, 2),
        ]
        kept = rows(database, "SELECT draft_id FROM reporting_attachment WHERE draft_id IS NOT NULL")
        for statement in RELEASED:
            assert database.execute(statement.encode()).rowcount == 1
    leaving = draft_with_a_file(site.browser())
    assert leaving.get("/leave/").status == 303
    with installation.database() as database:
        assert rows(database, "SELECT draft_id FROM reporting_attachment WHERE draft_id IS NOT NULL") == kept
        for answered in range(2):
            saved_form(site.browser(), answered)
        deleting = saved_form(site.browser())
        assert deleting.post("/return/", act="delete-surely").status == 200
        versions = rows(database, "SELECT version FROM reporting_draft WHERE lookup IS NOT NULL ORDER BY 1")
        assert versions == [(1,), (2,)], "one of them for a night that comes after its last day"
    return installation


def saved_form(browser: Browser, answered: int = 0) -> Browser:
    """A form that was saved, left, and opened again with its words, in another session of the same browser."""
    assert browser.post("/report/").status == 303
    for _ in range(answered):
        assert browser.post("/report/1/", choice="no", version="0").status == 303
    assert browser.post("/report/1/", save="yes").status == 303
    words = re.search(r"data-receipt>([^<]+)<", browser.get("/return/").text)
    assert words
    assert browser.get("/leave/").status == 303
    assert browser.post("/return/", words=words[1]).status == 303
    assert "Your saved form is open again" in browser.get("/return/").text
    return browser


def draft_with_a_file(browser: Browser) -> Browser:
    """Somebody who has not sent yet: of two files one was taken out again."""
    begin_report(browser, file="A letter.")
    files = f"/report/{step_number(FILES)}/"
    assert browser.post_files(files, file="Another one.").status == 303
    found = re.search(r'name="remove" value="([^"]+)"', browser.get(files).text)
    assert found
    assert browser.post_files(files, remove=found[1]).status == 303
    return browser


def rows(database: psycopg.Connection, query: str) -> list[tuple[object, ...]]:
    return database.execute(query.encode()).fetchall()


LATER_GRANT = """INSERT INTO accounts_grant (id, object_kind, object_id, epoch, staff_id, sealed)
    SELECT gen_random_uuid(), object_kind, object_id, epoch + 1, staff_id, sealed FROM accounts_grant
    WHERE object_kind = 'report'"""
LATER_EPOCH = """INSERT INTO accounts_epoch (id, object_kind, object_id, epoch, commitment, staff_commitment, earlier,
    signed_desk) SELECT gen_random_uuid(), object_kind, object_id, epoch + 1, commitment, staff_commitment,
    substr(sealed, 1, SIZE), '' FROM accounts_epoch JOIN (SELECT sealed FROM accounts_grant LIMIT 1) AS bytes ON true
    WHERE object_kind = 'report'""".replace("SIZE", str(EARLIER_SIZE))
FORBIDDEN = {
    "reporter": (
        "DELETE FROM accounts_grant",
        "DELETE FROM accounts_grant WHERE object_kind = 'report'",
        "DELETE FROM accounts_grant WHERE object_kind = 'identity' AND staff_id IS NULL AND epoch = 1",
        "DELETE FROM accounts_grant WHERE object_kind = 'identity' AND staff_id IS NOT NULL",
        "UPDATE accounts_grant SET sealed = sealed",
        LATER_GRANT,
        LATER_EPOCH,
        "UPDATE accounts_epoch SET commitment = commitment",
        "DELETE FROM accounts_epoch",
        "UPDATE accounts_roster SET signatures = signatures",
        "UPDATE reporting_report SET excluded = excluded",
        "UPDATE reporting_report SET state = state, desk_id = desk_id",
        "UPDATE reporting_identity SET sealed = sealed",
        "UPDATE reporting_identityrequest SET state = 'released'",
        "UPDATE reporting_identityrequest SET until_day = until_day",
        "UPDATE reporting_attachment SET details = details WHERE draft_id IS NULL",
        "DELETE FROM reporting_attachment WHERE draft_id IS NULL",
        "UPDATE reporting_receipt SET wrapped = wrapped",
        "DELETE FROM reporting_receipt",
        "DELETE FROM reporting_message",
        "DELETE FROM reporting_progress",
        "UPDATE clocks_clock SET due_at = due_at",
        "DELETE FROM ledger_pendingact",
    ),
    "staff": (
        "UPDATE accounts_roster SET signatures = signatures",
        "DELETE FROM accounts_roster",
        "UPDATE accounts_epoch SET commitment = commitment",
        "DELETE FROM accounts_epoch",
        "DELETE FROM reporting_message",
        "DELETE FROM reporting_progress",
    ),
    "worker": (
        "UPDATE accounts_roster SET signatures = signatures",
        "DELETE FROM accounts_roster",
        "UPDATE accounts_epoch SET id = gen_random_uuid()",
        "UPDATE accounts_epoch SET commitment = commitment",
        "DELETE FROM accounts_epoch",
        "UPDATE accounts_grant SET id = gen_random_uuid()",
        "DELETE FROM accounts_grant WHERE until_day IS NULL",
        "UPDATE accounts_personalkey SET hpke_public = hpke_public",
        "UPDATE accounts_staffmember SET is_active = true",
        "UPDATE accounts_roleassignment SET role = role",
        "UPDATE reporting_draft SET id = gen_random_uuid()",
        "UPDATE reporting_draft SET answers = answers",
        "UPDATE reporting_draft SET expires_day = expires_day",
        "UPDATE reporting_draft SET wrapped = wrapped",
        "UPDATE reporting_report SET answers = answers",
        "UPDATE reporting_identity SET sealed = sealed",
        "UPDATE reporting_identityrequest SET until_day = current_date",
        "UPDATE reporting_identityrequest SET state = 'asked'",
        "UPDATE reporting_receipt SET id = gen_random_uuid()",
        "DELETE FROM reporting_attachment WHERE draft_id IS NULL",
        "DELETE FROM reporting_receipt",
        "UPDATE clocks_clock SET due_at = due_at",
    ),
    "metrics": ("DELETE FROM ledger_pendingact", "UPDATE accounts_desk SET code = code"),
}


@pytest.mark.parametrize(("part", "statement"), [(part, each) for part in FORBIDDEN for each in FORBIDDEN[part]])
def test_what_a_part_must_not_do_it_cannot(sent: Installation, part: str, statement: str) -> None:
    with psycopg.connect(sent.environment(part)["DATABASE_URL"]) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())
        connection.rollback()
    # The twin: what it tried is there to be done, by whoever owns the tables.
    with psycopg.connect(sent.database_url) as connection:
        assert connection.execute(statement.encode()).rowcount > 0
        connection.rollback()


def test_a_table_of_the_roles_own_deceives_no_guard(sent: Installation) -> None:
    with psycopg.connect(sent.environment("reporter")["DATABASE_URL"]) as connection:
        connection.execute("CREATE TEMP TABLE reporting_identity AS SELECT id, 99 AS epoch FROM reporting_identity")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM accounts_grant WHERE object_kind = 'identity' AND staff_id IS NOT NULL")
        connection.rollback()


def test_granting_again_leaves_one_guard_of_each(installation: Installation) -> None:
    made = "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'speakup%' ORDER BY 1"
    with installation.database() as database:
        before = rows(database, made)
        assert installation.manage("owner", "grant_tables").returncode == 0
        assert rows(database, made) == before
    assert len(before) == sum(len(role.guards) for role in ROLES.values())


def test_a_name_given_later_takes_the_place_of_the_one_before(sent: Installation) -> None:
    """By the reporter site's own role: the old rows are gone but recovery's."""
    old = "SELECT staff_id FROM accounts_grant WHERE object_kind = 'identity' AND epoch = 1"
    with sent.database() as database:
        assert rows(database, "SELECT epoch FROM reporting_identity") == [(2,)]
        assert rows(database, old) == [(None,)]
        assert len(rows(database, "SELECT 1 FROM accounts_grant WHERE object_kind = 'identity' AND epoch = 2")) > 2


def test_the_worker_has_its_night(sent: Installation) -> None:
    """It deletes a draft that is over with its file, ends a release, writes the day's rows again, appends the acts."""

    def row_numbers(database: psycopg.Connection) -> set[tuple[object, ...]]:
        tables = (
            "reporting_report",
            "reporting_message",
            "reporting_receipt",
            "reporting_draft",
            "accounts_epoch",
            "clocks_clock",
        )
        return {number for table in tables for number in rows(database, f"SELECT xmin::text FROM {table}")}  # noqa: S608

    with sent.database() as database:
        before = len(row_numbers(database))
        database.execute("CREATE TEMP TABLE waiting AS SELECT * FROM ledger_pendingact")
        for statement in OVER:
            assert database.execute(statement.encode()).rowcount > 0
        done = sent.manage("worker", "run_nightly")
        assert done.returncode == 0, done.stderr
        assert before > 1
        assert len(row_numbers(database)) == 1
        assert rows(database, "SELECT state FROM reporting_identityrequest") == [("ended",)]
        for emptied in (
            "reporting_draft WHERE lookup IS NULL OR version = 2",
            "reporting_attachment WHERE draft_id IS NOT NULL",
            "ledger_pendingact",
            "culture_factinbox WHERE day < current_date",
            "accounts_grant WHERE until_day IS NOT NULL",
        ):
            assert rows(database, f"SELECT 1 FROM {emptied}") == []  # noqa: S608
        assert len(rows(database, "SELECT 1 FROM reporting_draft")) == 1, "what was saved and used stays"
        database.execute("INSERT INTO ledger_pendingact SELECT * FROM waiting")  # other tests try to take them away

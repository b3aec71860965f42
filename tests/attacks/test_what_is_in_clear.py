"""Every column is on a reviewed list (dumping.REVIEWED): a new one that says something in clear does not slip in."""

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from professional_standards.asking_identity import ask_identity
from professional_standards.assigning import assign_case
from professional_standards.conflicts import declare_conflict_on_case
from professional_standards.deciding_identity import decide_identity
from professional_standards.rekeying import make_epoch_of_case
from professional_standards.sealing_older import newcomers, seal_older
from speakup.accounts.inviting import invite_staff
from speakup.accounts.models import Batch, Invitation, ObjectKind, RekeyDue, StaffMember
from speakup.accounts.recovery_codes import make_codes
from speakup.embedded.demonstration import Force
from speakup.ledger.actions import Action
from speakup.ledger.checkpoints import sign_checkpoint
from speakup.policy.services import current_policy
from speakup.reporting.models import IdentityRequest
from speakup.reporting.sealed_report import REFERENCE_LETTERS
from speakup.web.days import london_day
from tests.accounts.test_roster_changes import HEAD, propose, without
from tests.attacks.dumping import OF_REPORTS, REVIEWED, Dump, Holds, dump
from tests.attacks.searching import as_bytes, tables
from tests.attacks.travelling import travel
from tests.builders import sign_in_client
from tests.professional_standards.casework import AT, Desk
from tests.professional_standards.test_sealing_older import TOMASZ, joins
from tests.reporting.builders import sent_report

WORDS_OF_REPORTS = {
    "",  # nobody signed the first keys
    "psd",
    "draft",
    "submitted",
    "acknowledged",
    "report",
    "identity",
    "write",
    "reporter",
    "R",
    "T",
    "ordinary",
    "open",
    "closed",
}


def columns() -> dict[str, set[str]]:
    """What the database itself says it has."""
    with connection.cursor() as cursor:
        return {
            table: {each.name for each in connection.introspection.get_table_description(cursor, table)}
            for table in tables()
        }


def not_reviewed() -> set[str]:
    return {
        f"{table}.{column}"
        for table, names in columns().items()
        for column in names
        if column not in REVIEWED.get(table, {})
    }


def test_every_column_of_every_table_was_reviewed(db: None) -> None:
    assert not_reviewed() == set()


def test_the_list_names_nothing_that_is_gone(db: None) -> None:
    assert {table: set(named) for table, named in REVIEWED.items()} == columns()


def test_twin_a_new_column_and_a_new_table_are_noticed(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reporting_report ADD COLUMN about varchar(40)")
        cursor.execute("CREATE TABLE reporting_summary (id integer)")
    assert not_reviewed() == {"reporting_report.about", "reporting_summary.id"}


@pytest.fixture
def travelled(force: Force) -> None:
    travel(force)


def test_what_the_list_says_of_a_column_is_true(travelled: None) -> None:
    """Random ids are version 4, sealed values say their format and share no bytes, words are known ones."""
    assert untrue() == []


def untrue() -> list[str]:
    """The columns whose values are not what REVIEWED says, among the rows that reports make."""
    found, sealed = [], set()
    for table in OF_REPORTS:
        for row in dump()[table]:
            for column, value in row.items():
                holds = REVIEWED[table][column]
                if value is None:
                    continue
                if holds is Holds.SEALED and as_bytes(value) in sealed:
                    found.append(f"{table}.{column} twice")
                sealed.add(as_bytes(value))
                if not _is_true(holds, value):
                    found.append(f"{table}.{column}")
    return found


def _is_true(holds: Holds, value: object) -> bool:
    checks: dict[Holds, Callable[[Any], bool]] = {
        Holds.RANDOM: lambda value: _is_random(str(value)),
        Holds.SEALED: lambda value: isinstance(value, bytes) and len(value) >= 61,
        Holds.HASH: lambda value: isinstance(value, bytes) and len(value) == 32,
        Holds.DAY: lambda value: bool(re.fullmatch(r"\d{4}-\d\d-\d\d", str(value))),
        Holds.DUE: lambda value: bool(re.search(r":(00|30|59):00(\+00:00)?$", str(value))),
        Holds.NUMBER: lambda value: isinstance(value, int) and 0 <= value < 1000,
        Holds.WORD: lambda value: value in WORDS_OF_REPORTS or _is_random(str(value)),
    }
    return holds not in checks or checks[holds](value)


def _is_random(value: str) -> bool:
    """A UUID of version 4, which holds neither a time nor a place; or a reference of our alphabet."""
    if re.fullmatch(rf"[{REFERENCE_LETTERS}]{{4}}-[{REFERENCE_LETTERS}]{{2}}", value):
        return True
    try:
        return uuid.UUID(value).version == 4
    except ValueError:
        return False


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("reporting_draft", "version", 1_928_373_645),
        ("reporting_message", "sealed", b"in clear"),
        ("accounts_epoch", "object_id", "3ad83a9ae69811f1923102fc00000001"),  # uuid1: holds a moment
        ("accounts_listentry", "object_id", uuid.uuid5(uuid.NAMESPACE_URL, "a name").hex),
        ("reporting_report", "received_day", "2031-02-13 03:17:42"),
        ("reporting_report", "next_due_at", "2031-02-13 03:17:42"),
        ("reporting_report", "state", "about somebody"),
    ],
)
def test_twin_a_column_that_says_more_is_noticed(
    travelled: None, monkeypatch: pytest.MonkeyPatch, table: str, column: str, value: object
) -> None:
    dumped = dump()
    dumped[table].append({column: value})
    monkeypatch.setattr("tests.attacks.test_what_is_in_clear.dump", lambda: dumped)
    assert untrue() == [f"{table}.{column}"]


# What the staff's own work writes: all of its tables must have rows in the walk below.
OF_STAFF = (
    "accounts_batch",
    "accounts_epoch",
    "accounts_grant",
    "accounts_invitation",
    "accounts_recoverycode",
    "accounts_rekeydue",
    "accounts_roleassignment",
    "accounts_roster",
    "accounts_rosterproposal",
    "accounts_staffsession",
    "accounts_unlocked",
    "ledger_checkpoint",
    "ledger_checkpointkey",
    "ledger_entry",
    "ledger_entrydetail",
    "professional_standards_case",
    "professional_standards_casereport",
    "professional_standards_conflictdeclaration",
    "professional_standards_proceeding",
    "professional_standards_subject",
    "professional_standards_triage",
    "reporting_identityrequest",
    "reporting_receiptepoch",
)

WORDS_OF_STAFF = {
    *(each.value for kind in (Action, ObjectKind, RekeyDue.Cause, Batch.Kind, Invitation.Kind) for each in kind),
    *(each.value for each in IdentityRequest.State),
    "recovery",
    # of the demonstration's policy, where an officer's case begins
    "officer",
    "conduct_decision",
}
# What is not 32 bytes of hash: signatures by Ed25519, ML-DSA-65's, and documents of hashes, with what may stand in one.
SIGNATURES = {
    "accounts_epoch.signature": {0, 64},
    "ledger_checkpointkey.signature": {64},
    "ledger_checkpoint.ed25519": {64},
    "ledger_checkpoint.mldsa": {3309},
}
DOCUMENTS = {
    "accounts_roster.signatures": {"signer", "desk", "version", "signature"},
    "accounts_rosterproposal.signatures": {"signer", "desk", "version", "signature"},
    "ledger_checkpoint.document": {
        "number",
        "at",
        "count",
        "head",
        "entries",
        "previous",
        "rosters",
        "key",
    },
}


@pytest.fixture
def worked(force: Force, settings: Any, tmp_path: Path) -> None:
    """Everything that the staff's tables are for, once."""
    settings.CHECKPOINT_FILE = tmp_path / "checkpoints.jsonl"
    desk = Desk(force)
    grace, head, patricia = desk.member("triage"), force.member(HEAD), desk.member("identity_custodian")
    sign_in_client(grace, force.personal_secrets[grace.pk], now=AT)
    make_codes(grace)
    invite_staff("ivo@example.test", "Ivo Lark", ["auditor"], actor=desk.member("administrator"), now=AT)
    named = sent_report({"mode": {"mode": "confidential", "name": "Ottoline Fenwarrow", "contact": ""}})
    request = ask_identity(named.id, "To warn her.", **desk.as_(grace))
    decide_identity(request.id, True, london_day(AT), "Needed.", **desk.as_(patricia))
    case = desk.case()
    assign_case(case.id, grace.pk, case.supervisor_id, desk.member("investigator").pk, case.version, **desk.as_(grace))
    declare_conflict_on_case(case.id, "A neighbour.", **desk.as_(grace))
    make_epoch_of_case(case.id, **desk.as_(head))
    joins(force)
    (newcomer,) = newcomers("psd", force.member(TOMASZ))
    seal_older(newcomer, **desk.as_(force.member(TOMASZ)))
    propose(force, "psd", HEAD, without("psd", "sian.pritchard@example.test", force))
    propose(
        force, "identity_custodians", patricia.email, without("identity_custodians", "amit.desai@example.test", force)
    )
    sign_checkpoint({}, now=AT)


def untrue_of_staff() -> set[str]:
    """As untrue(), of the staff's tables; and those that have no row."""
    found, sealed, dumped = set(), set(), dump()
    members = {each.hex for each in StaffMember.objects.values_list("pk", flat=True)}
    for table in OF_STAFF:
        if not dumped[table]:
            found.add(f"{table} is empty")
        for row in dumped[table]:
            for column, value in row.items():
                holds, place = REVIEWED[table][column], f"{table}.{column}"
                if value is None:
                    continue
                if holds is Holds.SEALED and as_bytes(value) in sealed:
                    found.add(f"{place} twice")
                sealed.add(as_bytes(value))
                if not _is_true_of_staff(place, holds, value, members):
                    found.add(place)
    return found


def _is_true_of_staff(place: str, holds: Holds, value: Any, members: set[str]) -> bool:
    checks: dict[Holds, Callable[[Any], bool]] = {
        Holds.HASH: lambda value: isinstance(value, bytes) and _is_hash(place, value),
        Holds.MOMENT: _is_moment,
        Holds.STAFF: lambda value: str(value) in members,
        Holds.WORD: lambda value: _are_words(value if isinstance(value, list) else [value]),
    }
    if place == "accounts_invitation.roles":
        value = json.loads(value) if isinstance(value, str) else value
    return checks[holds](value) if holds in checks else _is_true(holds, value)


def _is_moment(value: object) -> bool:
    """As the database gives it; of a second factor and a bucket, which step of the clock it was."""
    if isinstance(value, int):
        return True
    try:
        return bool(dt.datetime.fromisoformat(str(value)))
    except ValueError:
        return False


def _is_hash(place: str, value: bytes) -> bool:
    if place in DOCUMENTS:
        entries = parse_list(value)
        return all(entry.keys() <= DOCUMENTS[place] for entry in entries)
    return len(value) in SIGNATURES.get(place, {32})


def parse_list(document: bytes) -> list[dict[str, Any]]:
    found = json.loads(document)
    return found if isinstance(found, list) else [found]


def _are_words(values: list[str]) -> bool:
    roles = current_policy().every_role.keys()
    return all(each in WORDS_OF_REPORTS | WORDS_OF_STAFF | roles or _is_random(str(each)) for each in values)


def test_what_the_list_says_of_the_staff_s_columns_is_true(worked: None) -> None:
    assert untrue_of_staff() == set()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("accounts_invitation", "token_hash", b"the link itself"),
        ("accounts_invitation", "roles", '["Ivo Lark"]'),
        ("accounts_staffsession", "seen_at", "beside the canteen"),
        ("accounts_rosterproposal", "signatures", b'[{"signer":"root","why":"she asked"}]'),
        ("accounts_rekeydue", "cause", "a neighbour"),
        ("accounts_batch", "by_id", uuid.UUID(int=7).hex),
        ("reporting_identityrequest", "reason", b"To warn her."),
        ("ledger_checkpoint", "document", b'{"count":1,"name":"Grace"}'),
    ],
)
def test_twin_a_column_of_staff_that_says_more_is_noticed(
    force: Force, monkeypatch: pytest.MonkeyPatch, table: str, column: str, value: object
) -> None:
    dumped: Dump = {each: [] for each in OF_STAFF} | {table: [{column: value}]}
    monkeypatch.setattr("tests.attacks.test_what_is_in_clear.dump", lambda: dumped)
    assert f"{table}.{column}" in untrue_of_staff()

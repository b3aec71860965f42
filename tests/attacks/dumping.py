"""A dump of the whole database, and its shape: what somebody can tell from it who holds no key.

REVIEWED is the list of every column of the tables that the reporter's side, the desks and the ledger keep, with what
stands in it. A column that is not on it fails test_what_is_in_clear.py: whoever adds one reviews it here.
"""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from tests.attacks.searching import tables


class Holds(StrEnum):
    """What stands in a column. All but RANDOM, SEALED and HASH can be read and compared by whoever has a dump."""

    RANDOM = "a random id, or the id of another row"
    SEALED = "a sealed value or random bytes: its length alone says something"
    HASH = "a hash, commitment, lookup or signature of random or sealed things"
    DAY = "a day"
    MOMENT = "a moment: of staff alone"
    DUE = "when something is due: the end of a day, or an hour reckoned from the start of a four-hour block"
    NUMBER = "a small number or a mark"
    WORD = "a word of the policy or of the code, never typed by a reporter"
    STAFF = "which member, by their id"
    OF_STAFF = "about the force's own people: names, addresses, public keys, rosters"
    WRITTEN = "ids of rows, their entities and the hashes of their sealed values"
    PUBLISHED = "a protected figure that was released"


R, S, H, D, M, DUE, N, W, WHO, OF_STAFF, WRITTEN, PUBLISHED = (
    Holds.RANDOM,
    Holds.SEALED,
    Holds.HASH,
    Holds.DAY,
    Holds.MOMENT,
    Holds.DUE,
    Holds.NUMBER,
    Holds.WORD,
    Holds.STAFF,
    Holds.OF_STAFF,
    Holds.WRITTEN,
    Holds.PUBLISHED,
)

REVIEWED: Mapping[str, Mapping[str, Holds]] = {
    "reporting_reportersession": {"id": R, "id_hash": H, "day": D, "sealed": S},
    "reporting_draft": {
        "id": R,
        "expires_day": D,
        "version": N,
        "policy_id": W,
        "answers": S,
        "lookup": H,  # none where it was not saved: docs/threat-model.md says that this shows
        "wrapped": S,
    },
    "reporting_report": {
        "id": R,
        "desk_id": W,
        "state": W,
        "seq": N,
        "urgent": N,
        "received_day": D,
        "next_due_at": DUE,
        "version": N,
        "policy_id": W,
        "reference": R,
        "answers": S,
        "excluded": S,
    },
    "reporting_intaketransition": {
        "id": R,
        "report_id": R,
        "seq": N,
        "from_state": W,
        "to_state": W,
        "day": D,
        "reason": S,
    },
    "reporting_attachment": {
        "id": R,
        "draft_id": R,
        "report_id": R,
        "day": D,
        "file_id": R,
        "version": N,
        "details": S,
        "file_key": S,
        "clean_file_id": R,  # none where there is no cleaned copy: docs/threat-model.md says that this shows
        "clean_key": S,
    },
    "reporting_identity": {"id": R, "report_id": R, "epoch": N, "day": D, "sealed": S},
    "reporting_identityrequest": {
        "id": R,
        "identity_id": R,
        "asked_by_id": WHO,
        "decided_by_id": WHO,
        "state": W,
        "asked_at": M,
        "until_day": D,
        "version": N,
        "reason": S,
        "decision": S,
        "review": S,
        "told": S,
        "signature": S,
    },
    "reporting_receipt": {"id": R, "lookup": H, "public_key": S, "report_id": R, "wrapped": S},
    "reporting_receiptepoch": {"id": R, "receipt_id": R, "epoch": N, "sealed": S},
    "reporting_message": {"id": R, "report_id": R, "day": D, "sealed": S},
    "reporting_progress": {"id": R, "report_id": R, "day": D, "sealed": S},
    "accounts_grant": {
        "id": R,
        "object_kind": W,
        "object_id": R,
        "epoch": N,
        "staff_id": WHO,
        "until_day": D,
        "sealed": S,
    },
    "accounts_epoch": {
        "id": R,
        "object_kind": W,
        "object_id": R,
        "epoch": N,
        "commitment": H,
        "staff_commitment": H,
        "earlier": S,
        "staff_earlier": S,
        "receipt_hash": H,
        "signer_id": WHO,
        "signed_desk": W,
        "signed_version": N,
        "signature": H,
    },
    "accounts_rekeydue": {"id": R, "object_kind": W, "object_id": R, "day": D, "cause": W, "sealed": S},
    # Who passes older reports of a desk on to whom, and whether they are through with it.
    "accounts_batch": {
        "id": R,
        "kind": W,
        "desk_id": W,
        "staff_id": WHO,
        "version": N,
        "by_id": WHO,
        "cursor_id": R,
        "done": N,
    },
    "accounts_listentry": {"id": R, "desk_id": W, "object_id": R, "version": N, "sealed": S},
    "accounts_staffmember": {
        "id": WHO,
        "email": OF_STAFF,
        "name": OF_STAFF,
        "is_active": OF_STAFF,
        "supervisor_id": WHO,
    },
    "accounts_roleassignment": {"id": R, "staff_id": WHO, "role": W, "by_id": WHO, "ended_at": M},
    # Of a link only a hash, and whom it leads to: nobody opens it from a dump (ADR 0021).
    "accounts_invitation": {
        "id": R,
        "staff_id": WHO,
        "kind": W,
        "by_id": WHO,
        "token_hash": H,
        "roles": W,
        "made_at": M,
        "expires_at": M,
        "queued": N,
        "used_at": M,
        "withdrawn_at": M,
    },
    "accounts_duty": {
        "id": R,
        "kind": W,
        "staff_id": WHO,
        "desk_id": W,
        "deputy_id": WHO,
        "from_at": M,
        "until_at": M,
    },
    "accounts_personalkey": {
        "id": R,
        "staff_id": WHO,
        "version": N,
        "hpke_public": OF_STAFF,
        "ed25519_public": OF_STAFF,
    },
    "accounts_personalsecret": {"id": R, "personal_key_id": WHO, "salt": H, "sealed": S},
    "accounts_recoverykey": {"id": R, "version": N, "public": OF_STAFF, "from_day": D, "signature": H},
    "accounts_desk": {"id": R, "code": W, "kind": W},
    "accounts_roster": {
        "id": R,
        "desk_id": W,
        "version": N,
        "previous_hash": H,
        "document": OF_STAFF,
        "signatures": H,
    },
    "accounts_rosterproposal": {
        "id": R,
        "desk_id": W,
        "proposed_by_id": WHO,
        "version": N,
        "document": OF_STAFF,
        "signatures": H,
    },
    "accounts_tokenbucket": {"id": R, "key_hmac": H, "level": N, "slot": M},
    "accounts_unlocked": {"id": R, "session_hash": H, "staff_id": WHO, "opened_at": M, "sealed": S},
    "accounts_staffsession": {
        "id": R,
        "id_hash": H,
        "staff_id": WHO,
        "opened_at": M,
        "seen_at": M,
        "factor_at": M,
        "revoked_at": M,
    },
    "accounts_recoverycode": {"id": R, "staff_id": WHO, "code_hmac": H},
    "accounts_sealedtotp": {
        "user_id": WHO,
        "name": W,
        "confirmed": N,
        "id": R,
        "sealed": S,
        "last_step": M,
    },
    "professional_standards_triage": {"id": R, "report_id": R, "version": N, "sealed": S},
    # Who works which case, about how many people, and when it is due: what the clockwork needs (adversaries.md).
    "professional_standards_case": {
        "id": R,
        "desk_id": W,
        "state": W,
        "seq": N,
        "owner_id": WHO,
        "supervisor_id": WHO,
        "investigator_id": WHO,
        "urgent": N,
        "next_due_at": DUE,
        "opened_day": D,
        "policy_id": W,
        "reference": R,
        "version": N,
        "sealed": S,
    },
    "professional_standards_casereport": {"id": R, "case_id": R, "report_id": R, "left_at": M, "why": S},
    "professional_standards_conflictdeclaration": {"id": R, "case_id": R, "report_id": R, "day": D, "sealed": S},
    "professional_standards_subject": {"id": R, "case_id": R, "version": N, "sealed": S},
    "professional_standards_note": {"id": R, "case_id": R, "by_id": WHO, "at": M, "sealed": S},
    "professional_standards_proceeding": {"id": R, "subject_id": R, "route": W, "stage": W, "seq": N, "sealed": S},
    "professional_standards_transition": {
        "id": R,
        "proceeding_id": R,
        "case_id": R,
        "seq": N,
        "from_stage": W,
        "to_stage": W,
        "by_id": WHO,
        "at": M,
        "sealed": S,
    },
    "professional_standards_event": {
        "id": R,
        "proceeding_id": R,
        "report_id": R,
        "case_id": R,
        "seq": N,
        "by_id": WHO,
        "at": M,
        "sealed": S,
    },
    "professional_standards_track": {"id": R, "subject_id": R, "version": N, "sealed": S},
    "ledger_head": {"id": N, "count": N, "hash": H},
    "ledger_entry": {
        "id": R,
        "seq": N,
        "day": D,
        "at": M,
        "actor_id": WHO,
        "role": W,
        "action": W,
        "object_id": R,
        "written": WRITTEN,
        "detail_hash": H,
        "hash": H,
    },
    "ledger_entrydetail": {"entry_id": R, "sealed": S},
    "ledger_pendingact": {"id": R, "day": D, "action": W, "object_id": R, "role": W, "written": WRITTEN},
    "ledger_checkpointkey": {"version": N, "ed25519": OF_STAFF, "mldsa": OF_STAFF, "signature": H},
    # The document holds the chain's last hash, the rosters' hashes and the hash of the entries' hashes.
    "ledger_checkpoint": {"number": N, "at": M, "count": N, "document": H, "ed25519": H, "mldsa": H},
    # Of the machine's own work: `object_id` is an outbox row's.
    "notifications_deadletter": {"id": R, "task": W, "object_id": R, "attempts": N, "failed_at": M},
    "policy_policyversion": {"id": R, "seq": N, "sha256": H, "document": W, "from_day": D},
    # Clocks: the rule that a clock counts, and from when, stands in the sealed value alone.
    "clocks_clock": {
        "id": R,
        "owner_kind": W,
        "owner_id": R,
        "key_kind": W,
        "key_id": R,
        "epoch": N,
        "desk_id": W,
        "assignee_id": WHO,
        "due_at": DUE,
        "halfway_at": DUE,
        "ladder": W,
        "state": W,
        "sealed": S,
    },
    "clocks_clockevent": {"id": R, "clock_id": R, "at": M, "sealed": S},
    "clocks_reminder": {
        "id": R,
        "clock_id": R,
        "due_at": M,
        "rung": N,
        "raised_at": M,
        "acknowledged": N,
        "sealed": S,
    },
    "clocks_lastsweep": {"id": N, "at": M},
    "clocks_outbox": {
        "id": R,
        "staff_id": WHO,
        "kind": W,
        "slot_at": M,
        "attempts": N,
        "next_try_at": M,
        "sent_at": M,
    },
    # Statistics: which kind of event a fact is, and what was set aside, stands in the sealed value alone.
    "culture_metricskey": {"id": R, "period": W, "public": OF_STAFF, "signature": H, "closed_day": D},
    "culture_factinbox": {"id": R, "day": D, "sealed": S},
    "culture_fact": {"id": R, "period": W, "sealed": S},
    "culture_release": {"id": R, "period": W, "kind": W, "day": D},
    "culture_publishedtable": {"id": R, "release_id": R, "code": W, "cells": PUBLISHED},
    # Django's own. A session's data is a signed note of who signed in with which device.
    "django_session": {"session_key": OF_STAFF, "session_data": OF_STAFF, "expire_date": M},
    "django_content_type": {"id": N, "app_label": W, "model": W},
    "django_migrations": {"id": N, "app": W, "name": W, "applied": OF_STAFF},
    "auth_permission": {"id": N, "content_type_id": N, "codename": W, "name": W},
    "auth_group": {"id": N, "name": W},
    "auth_group_permissions": {"id": N, "group_id": N, "permission_id": N},
}
# What two dumps, or two reports in one dump, are not compared by. Of these only the length counts.
_BY_LENGTH = {R, S, H, WRITTEN}
# Tables that every report adds to: the others tell nothing of it.
OF_REPORTS = (
    "reporting_draft",
    "reporting_report",
    "reporting_intaketransition",
    "reporting_attachment",
    "reporting_identity",
    "reporting_receipt",
    "reporting_message",
    "reporting_progress",
    "reporting_reportersession",
    "accounts_grant",
    "accounts_epoch",
    "accounts_listentry",
    "ledger_pendingact",
    "clocks_clock",
    "culture_factinbox",
)

Row = dict[str, Any]
Dump = dict[str, list[Row]]
Shape = Counter[tuple[str, tuple[tuple[str, str, Any], ...]]]


def dump() -> Dump:
    """Every row of every table."""
    dumped: Dump = {}
    for table in tables():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- names from the database itself
            columns = [column[0] for column in cursor.description]
            dumped[table] = [dict(zip(columns, map(_plain, row), strict=True)) for row in cursor.fetchall()]
    return dumped


def _plain(value: Any) -> Any:
    """A value as SQLite gives it, whichever database it is from."""
    if isinstance(value, UUID):
        return value.hex
    return bytes(value) if isinstance(value, memoryview) else value


def shape(dumped: Dump) -> Shape:
    """For each row its table and, column by column, the type and either the value in clear or its length."""
    return Counter((table, _shape_of_row(table, row)) for table, rows in dumped.items() for row in rows)


def _shape_of_row(table: str, row: Row) -> tuple[tuple[str, str, Any], ...]:
    return tuple(
        (column, type(value).__name__, _length(value) if _counts_by_length(table, column, value) else value)
        for column, value in sorted(row.items())
    )


def _length(value: Any) -> int:
    """SQLite keeps an id as text, PostgreSQL as a value of its own."""
    return len(value) if isinstance(value, bytes | str) else len(str(value))


def _counts_by_length(table: str, column: str, value: Any) -> bool:
    return REVIEWED[table][column] in _BY_LENGTH and value is not None


def added(before: Dump, after: Dump) -> Dump:
    """The rows that stand in `after` and not in `before`."""
    return {table: [row for row in rows if row not in before.get(table, [])] for table, rows in after.items()}

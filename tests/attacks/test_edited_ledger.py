"""An insider edits the record (adversaries.md): the database refuses, and where its triggers are taken away, the edit
is found. Each table and trigger has its own tests in tests/ledger; here the ledger of a report's whole way is edited
by SQL."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from notifications.nightly import run_nightly
from speakup.embedded.demonstration import Force
from speakup.ledger import verification
from speakup.ledger.models import Entry
from speakup.reporting import reading
from speakup.vault.encoding import parse
from tests.attacks.test_moved_ciphertext import write_anything
from tests.reporting.builders import NOW, keyring_of, sent_report

EDITS = {
    "who": "UPDATE ledger_entry SET actor_id = NULL WHERE seq = 2",
    "when": "UPDATE ledger_entry SET at = '2031-02-13 09:00:00' WHERE seq = 2",
    "the day": "UPDATE ledger_entry SET day = '2031-02-01' WHERE seq = 2",
    "what was done": "UPDATE ledger_entry SET action = 'sign-in' WHERE seq = 2",
    "in which role": "UPDATE ledger_entry SET role = 'triage' WHERE seq = 2",
    "to what": "UPDATE ledger_entry SET object_id = NULL WHERE seq = 2",
    "what was written": "UPDATE ledger_entry SET written = '[]' WHERE role = 'reporter'",
    "cut out": "DELETE FROM ledger_entry WHERE seq = 1",
    "cut off": "DELETE FROM ledger_entry WHERE seq = (SELECT max(seq) FROM ledger_entry)",
    "put in another place": "UPDATE ledger_entry SET seq = seq + 1000",
    "a detail exchanged": "UPDATE ledger_entrydetail SET sealed = randomblob(200)",
    "the head turned back": "UPDATE ledger_head SET count = count - 1",
    "the head taken away": "DELETE FROM ledger_head",
}


def verified() -> str:
    """What `verify_ledger` says: empty when the chain holds."""
    try:
        call_command("verify_ledger", stdout=io.StringIO())
    except CommandError as broken:
        return str(broken)
    return ""


@pytest.fixture
def travelled(force: Force) -> None:
    """A report sent, opened three times and answered, and a night."""
    sent, head = sent_report(), force.members["head_of_psd"][0]
    for _ in range(3):
        reading.open_report(sent.id, keyring_of(force, head), head, NOW)
    reading.reply(sent.id, keyring_of(force, head), head, "we have read it", NOW)
    run_nightly(NOW + dt.timedelta(days=1))
    assert Entry.objects.count() >= 5
    assert verified() == ""


def run(sql: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            sql = sql.replace("randomblob(200)", "decode(repeat('ab', 200), 'hex')")
        else:
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute(sql)
        return int(cursor.rowcount)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_the_database_refuses_an_edit(travelled: None, edit: str) -> None:
    with pytest.raises(IntegrityError):
        run(edit)
    assert verified() == ""


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_twin_without_triggers_it_is_done_and_found(travelled: None, edit: str) -> None:
    write_anything()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_entrydetail WHERE entry_id IN (SELECT id FROM ledger_entry WHERE seq = 1)")
    assert verified() == ""
    if edit == EDITS["cut off"]:
        run("DELETE FROM ledger_entrydetail WHERE entry_id = (SELECT id FROM ledger_entry ORDER BY seq DESC LIMIT 1)")
    assert run(edit) > 0
    assert verified() != ""


def test_twin_without_the_hash_an_edit_goes_unnoticed(travelled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A verification that takes each entry's own hash for right finds nothing."""
    write_anything()
    run(EDITS["when"])
    assert verified().startswith("entry 2: ")
    monkeypatch.setattr(
        verification, "chain_hash", lambda previous, data: bytes(Entry.objects.get(seq=_seq(data)).hash)
    )
    assert verified() == ""


def _seq(data: bytes) -> int:
    return int(parse(data)["seq"])

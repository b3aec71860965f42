"""An insider who can write the whole database, triggers off, and recomputes the chain after every edit: nothing before
a kept checkpoint changes without being found, and the entry is named (adversaries.md, 'an insider editing the
record'). The attacker has no private half of the checkpoint keys and cannot write the auditor's copy of the file."""

import datetime as dt
import io
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from speakup.embedded.demonstration import Force
from speakup.ledger import checkpoint_keys
from speakup.ledger.actions import Action
from speakup.ledger.chain import chain_hash, entry_bytes
from speakup.ledger.checkpoints import checkpoint_hash, read_document, sign_checkpoint
from speakup.ledger.models import GENESIS, Checkpoint, CheckpointKey, Entry, Head
from speakup.ledger.services import append_entry
from speakup.reporting import reading
from speakup.vault.encoding import canonical
from speakup.vault.signing import new_signing_seed, sign_with_seed
from tests.attacks.test_edited_ledger import run
from tests.attacks.test_moved_ciphertext import write_anything
from tests.reporting.builders import NOW, keyring_of, sent_report

NOON = dt.datetime(2031, 2, 13, 12, 0, tzinfo=dt.UTC)


def act(number: int) -> None:
    for _ in range(number):
        with transaction.atomic():
            append_entry(Action.READ, actor_id=uuid.uuid4(), role="triage", object_id=uuid.uuid4(), now=NOON)


@pytest.fixture
def file(force: Force, settings: Any, tmp_path: Path) -> Path:
    """Nine entries, signed at the third, the sixth and the eighth; the auditor's copy of the file of checkpoints."""
    settings.CHECKPOINT_FILE = tmp_path / "checkpoints.jsonl"
    for minutes, number in enumerate((3, 3, 2)):
        act(number)
        sign_checkpoint({"psd": (1, "ab" * 32)}, now=NOON + dt.timedelta(minutes=15 * minutes))
    act(1)
    kept = tmp_path / "kept.jsonl"
    kept.write_bytes(settings.CHECKPOINT_FILE.read_bytes())
    assert verified(kept) == verified() == ""
    write_anything()
    return kept


def verified(kept: Path | None = None, **more: Any) -> str:
    """What `verify_ledger` says: empty when everything holds."""
    try:
        call_command("verify_ledger", checkpoint=kept, stdout=io.StringIO(), **more)
    except CommandError as broken:
        return str(broken)
    return ""


def recompute() -> None:
    """Number and chain every entry anew, and count them in the head."""
    entries, previous = list(Entry.objects.order_by("seq")), GENESIS
    with transaction.atomic():
        run("UPDATE ledger_entry SET seq = seq + 1000")
        for number, entry in enumerate(entries, start=1):
            entry.seq = number
            entry.hash = previous = chain_hash(previous, entry_bytes(entry))
            entry.save(force_update=True)
        Head.objects.update(count=len(entries), hash=previous)


def alter() -> None:
    Entry.objects.filter(seq=5).update(role="head_of_psd")
    recompute()


def remove() -> None:
    Entry.objects.filter(seq=5).delete()
    recompute()


def insert() -> None:
    run("UPDATE ledger_entry SET seq = seq + 500 WHERE seq >= 5")
    Entry.objects.create(seq=400, day=NOON.date(), at=NOON, role="triage", action="read", written=b"[]", hash=b"")
    recompute()


def reorder() -> None:
    run("UPDATE ledger_entry SET seq = 400 WHERE seq = 5")
    run("UPDATE ledger_entry SET seq = 5 WHERE seq = 6")
    run("UPDATE ledger_entry SET seq = 6 WHERE seq = 400")
    recompute()


def truncate() -> None:
    Entry.objects.filter(seq__gte=5).delete()
    recompute()


EDITS: dict[str, tuple[Callable[[], None], str]] = {
    "altered": (alter, "entry 5: altered"),
    "removed": (remove, "entry 5: one was removed here"),
    "inserted": (insert, "entry 5: inserted"),
    "re-ordered": (reorder, "entry 5: re-ordered"),
    "truncated": (truncate, "entry 5: it is missing"),
}


@pytest.mark.parametrize(("edit", "named"), EDITS.values(), ids=EDITS)
def test_an_edit_is_found_and_named_by_the_kept_file(file: Path, edit: Callable[[], None], named: str) -> None:
    edit()
    assert verified(file).startswith(named)


@pytest.mark.parametrize(("edit", "named"), EDITS.values(), ids=EDITS)
def test_an_edit_is_found_by_the_table_alone(file: Path, edit: Callable[[], None], named: str) -> None:
    edit()
    assert verified().startswith(
        ("entries 4 to 6: they are not those that checkpoint 2 signed", "entry 5: it is missing")
    )


@pytest.mark.parametrize(("edit", "_"), EDITS.values(), ids=EDITS)
def test_twin_without_checkpoints_nothing_is_found(file: Path, edit: Callable[[], None], _: str) -> None:
    Checkpoint.objects.all().delete()
    edit()
    assert verified() == ""


@pytest.mark.parametrize(("edit", "_"), EDITS.values(), ids=EDITS)
def test_the_worker_signs_no_further(file: Path, edit: Callable[[], None], _: str) -> None:
    edit()
    with pytest.raises(Exception, match="entry"):
        sign_checkpoint({}, now=NOON + dt.timedelta(hours=1))
    assert Checkpoint.objects.count() == 3


def test_after_the_last_checkpoint_a_whole_new_tail_is_not_found(file: Path) -> None:
    """Said openly: at most a quarter of an hour can be rewritten by somebody who writes the whole database."""
    Entry.objects.filter(seq=9).update(role="head_of_psd")
    recompute()
    assert verified(file) == ""


# ---- the checkpoints themselves


def documents() -> list[Checkpoint]:
    return list(Checkpoint.objects.order_by("number"))


def put(row: Checkpoint, **said: Any) -> None:
    """The checkpoint with other things in its document, and its old signatures."""
    plain = {**vars(read_document(bytes(row.document))), **said}
    head = plain["head"]
    row.document = canonical({**plain, "head": head if isinstance(head, str) else head.hex()})
    row.save(force_update=True)


def test_a_checkpoint_of_the_edited_ledger_needs_both_signatures(file: Path, settings: Any) -> None:
    """Whoever broke Ed25519 alone, by a quantum computer or a stolen half, forges none."""
    alter()
    Checkpoint.objects.filter(number__gt=1).delete()
    row, head = documents()[0], Head.objects.get()
    keys = checkpoint_keys.signing_keys()
    first = read_document(bytes(row.document))
    forged = canonical(
        {
            **vars(first),
            "number": 2,
            "count": 9,
            "head": bytes(head.hash).hex(),
            "previous": checkpoint_hash(bytes(row.document)),
        }
    )
    ed25519, mldsa = keys.sign(forged)
    for one, other in ((ed25519, bytes(row.mldsa)), (bytes(row.ed25519), mldsa)):
        Checkpoint.objects.filter(number=2).delete()
        Checkpoint.objects.create(number=2, at=row.at, count=9, document=forged, ed25519=one, mldsa=other)
        assert verified() == "checkpoint 2: its signatures do not hold"


def test_a_checkpoint_that_says_otherwise_is_found(file: Path) -> None:
    put(documents()[1], count=5)
    assert verified() == "checkpoint 2: its signatures do not hold"


def test_keys_of_the_attackers_own_are_not_the_roots(file: Path) -> None:
    row = CheckpointKey.objects.get()
    seed = new_signing_seed()
    row.signature = sign_with_seed(
        seed, "checkpoint-key", checkpoint_keys.key_document(1, bytes(row.ed25519), bytes(row.mldsa))
    )
    row.save(force_update=True)
    assert verified() == "checkpoint key 1: the root does not vouch for it"


def test_a_dropped_checkpoint_is_missed(file: Path) -> None:
    Checkpoint.objects.filter(number=2).delete()
    assert verified() == "checkpoint 2: it is missing; the next is 3"


def test_the_newest_ones_dropped_are_missed_by_the_file(file: Path) -> None:
    Checkpoint.objects.filter(number__gte=2).delete()
    alter()
    assert verified() == ""
    assert verified(file).startswith("entry 5: altered")
    last = file.read_text().splitlines(keepends=True)
    file.write_text("".join(last[:2]))
    assert verified(file) == ""  # a copy from before the edited entries says nothing of them


def test_a_file_with_a_line_cut_out_is_not_believed(file: Path) -> None:
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*lines[:2], *lines[3:]]))
    assert verified(file) == "checkpoint 2: it is missing; the next is 3"


def test_a_file_with_other_hashes_is_not_believed(file: Path) -> None:
    text = file.read_text()
    at = text.index('"entries":"') + len('"entries":"')
    file.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])
    assert verified(file) == "checkpoint 1: the file's hashes are not those it signed"


def test_a_file_without_checkpoints_is_not_taken_for_one(file: Path) -> None:
    file.write_text("nothing\n")
    assert verified(file) == "checkpoint 1: the file holds none"


def test_a_database_turned_back_to_a_backup_is_found(file: Path) -> None:
    """Entries, head and checkpoints as they were at the second checkpoint: in themselves without a fault."""
    Checkpoint.objects.filter(number=3).delete()
    Entry.objects.filter(seq__gt=6).delete()
    recompute()
    assert verified() == ""
    assert verified(file).startswith("entry 7: it is missing; checkpoint 3 of the file counted 8")


def test_one_mailed_hash_is_enough_to_find_it(file: Path) -> None:
    mailed = checkpoint_hash(bytes(documents()[2].document))
    assert verified(mailed=mailed) == ""
    Checkpoint.objects.filter(number=3).delete()
    alter()
    Checkpoint.objects.all().delete()
    assert verified() == ""
    assert verified(mailed=mailed) == "checkpoint: the one that was mailed is not there"


# ---- what was written


@pytest.fixture
def answered(force: Force) -> None:
    sent, head = sent_report(), force.members["head_of_psd"][0]
    for text in ("we have read it", "we look into it"):
        reading.reply(sent.id, keyring_of(force, head), head, text, NOW)
    assert verified(content=True) == ""
    write_anything()


def test_a_ciphertext_put_in_place_of_another_is_found(answered: None) -> None:
    assert run("UPDATE reporting_message SET sealed = (SELECT max(sealed) FROM reporting_message)") == 2
    assert verified() == ""
    assert "it is not what was last written there (entry " in verified(content=True)


def test_an_excluded_list_put_in_place_of_another_is_found(answered: None) -> None:
    """A column of its own, written by the reporter's act that waits for the night."""
    run("UPDATE reporting_report SET excluded = answers")
    assert "it is not what was last written there (today)" in verified(content=True)


def test_a_message_that_nobody_wrote_is_found(answered: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM reporting_message LIMIT 1")
        columns = [column[0] for column in cursor.description]
        row = dict(zip(columns, cursor.fetchone(), strict=True))
        row["id"] = uuid.uuid4().hex if connection.vendor == "sqlite" else uuid.uuid4()
        names = ", ".join(row)
        places = ", ".join(["%s"] * len(row))
        cursor.execute(f"INSERT INTO reporting_message ({names}) VALUES ({places})", list(row.values()))  # noqa: S608
    assert verified(content=True).endswith("no entry says that it was written")


def test_a_message_taken_away_is_found(answered: None) -> None:
    run("DELETE FROM reporting_message WHERE id = (SELECT id FROM reporting_message LIMIT 1)")
    assert verified(content=True).endswith("it was written and is gone")


def test_twin_without_the_comparison_a_replaced_value_goes_unnoticed(
    answered: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from speakup.ledger import content

    run("UPDATE reporting_message SET sealed = (SELECT max(sealed) FROM reporting_message)")
    monkeypatch.setattr(content, "_holds", lambda row, write: True)
    assert verified(content=True) == ""


def test_twin_without_the_root_anybodys_checkpoints_are_believed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Checkpoint.objects.filter(number=2).update(mldsa=b"")
    assert verified() == "checkpoint 2: its signatures do not hold"
    monkeypatch.setattr(checkpoint_keys.PublicKeys, "verify", lambda *_: None)
    assert verified() == ""

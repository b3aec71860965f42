"""Checkpoints: signed twice, one after the other, in the table and in a file that only grows."""

import datetime as dt
import io
import json
import stat
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from speakup.embedded.demonstration import Force
from speakup.ledger import checkpoints
from speakup.ledger.actions import Action
from speakup.ledger.checking import verify_ledger
from speakup.ledger.checkpoint_file import CheckpointRecord, read_records
from speakup.ledger.checkpoint_keys import NoCheckpointKey, key_file, signing_keys, write_checkpoint_keys
from speakup.ledger.checkpoints import TurnedBack, checkpoint_hash, read_document, sign_checkpoint
from speakup.ledger.models import Checkpoint, CheckpointKey, Head
from speakup.ledger.services import append_entry
from speakup.vault.errors import BadSignature
from speakup.vault.signing import mldsa_public, mldsa_sign, mldsa_verify, new_signing_seed

NOON = dt.datetime(2031, 2, 13, 12, 0, tzinfo=dt.UTC)
ROSTERS = {"psd": (1, "ab" * 32)}


@pytest.fixture
def file(force: Force, settings: Any, tmp_path: Path) -> Path:
    """A file of checkpoints of this test's own."""
    settings.CHECKPOINT_FILE = tmp_path / "checkpoints.jsonl"
    return tmp_path / "checkpoints.jsonl"


def act(number: int = 1) -> None:
    for _ in range(number):
        with transaction.atomic():
            append_entry(Action.READ, actor_id=uuid.uuid4(), role="triage", object_id=uuid.uuid4(), now=NOON)


def sign(minutes: int = 0) -> int:
    return sign_checkpoint(ROSTERS, now=NOON + dt.timedelta(minutes=minutes))


def records(file: Path) -> list[CheckpointRecord]:
    with file.open("rb") as opened:
        return [record for record in read_records(opened) if isinstance(record, CheckpointRecord)]


def test_it_counts_the_entries_and_follows_the_one_before(file: Path) -> None:
    act(3)
    assert sign() == 1
    act(2)
    assert sign(15) == 1
    first, second = (read_document(bytes(row.document)) for row in Checkpoint.objects.order_by("number"))
    head = Head.objects.get()
    assert (second.number, second.count, second.head) == (2, head.count, bytes(head.hash))
    assert second.count - first.count == 2
    assert second.previous == checkpoint_hash(bytes(Checkpoint.objects.get(number=1).document))
    assert second.rosters == {"psd": [1, "ab" * 32]}
    assert [record.document for record in records(file)] == [
        bytes(row.document) for row in Checkpoint.objects.order_by("number")
    ]
    assert len(records(file)[1].entries) == 2
    assert second.previous is not None
    checked = verify_ledger(checkpoint_file=file, mailed=second.previous)
    assert (checked.checkpoints, checked.signed_to) == (2, head.count)


def test_both_signatures_are_needed() -> None:
    seed = new_signing_seed()
    public, signature = mldsa_public(seed), mldsa_sign(seed, "checkpoint", b"a document")
    mldsa_verify(public, "checkpoint", b"a document", signature)
    for changed in (
        (public, "another", b"a document", signature),
        (public, "checkpoint", b"a documenu", signature),
        (public, "checkpoint", b"a document", signature[:-1]),
        (public, "checkpoint", b"a document", bytes([signature[0] ^ 1]) + signature[1:]),
        (mldsa_public(new_signing_seed()), "checkpoint", b"a document", signature),
        (b"", "checkpoint", b"a document", signature),
    ):
        with pytest.raises(BadSignature):
            mldsa_verify(*changed)


def test_where_nothing_was_done_it_is_signed_all_the_same(file: Path) -> None:
    act()
    sign()
    sign(15)
    assert Checkpoint.objects.count() == 2
    assert verify_ledger(checkpoint_file=file).checkpoints == 2


def test_over_an_empty_ledger(file: Path) -> None:
    assert Head.objects.get().count == 0
    sign()
    act()
    sign(15)
    assert verify_ledger(checkpoint_file=file).signed_to == 1


def test_a_long_rest_is_signed_in_several(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "MOST_ENTRIES", 4)
    act(11)
    assert sign() == 3
    assert [len(record.entries) for record in records(file)] == [4, 4, 3]
    assert verify_ledger(checkpoint_file=file).signed_to == 11


def test_what_a_killed_process_left_out_of_the_file_comes_with_the_next(file: Path, monkeypatch: Any) -> None:
    act(2)
    with monkeypatch.context() as killed:
        killed.setattr(checkpoints, "_write", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            sign()
    assert Checkpoint.objects.count() == 1
    assert records(file) == []
    act()
    sign(15)
    assert len(records(file)) == 2
    verify_ledger(checkpoint_file=file)


def test_a_line_that_was_cut_is_written_again(file: Path) -> None:
    act()
    sign()
    whole = file.read_bytes()
    act()
    sign(15)
    file.write_bytes(file.read_bytes()[: len(whole) + 100])
    act()
    sign(30)
    assert [read_document(record.document).number for record in records(file)] == [1, 2, 3]
    verify_ledger(checkpoint_file=file)


def test_the_file_is_its_owners_alone(file: Path) -> None:
    sign()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_file_stands_by_itself(file: Path) -> None:
    """It names the keys, once, with the root's signature: whoever has the root's public half needs no database."""
    sign()
    sign(15)
    keys = [json.loads(line) for line in file.read_text().splitlines() if '"key":' in line and '"signature"' in line]
    assert len(keys) == 1


def test_the_database_refuses_other_checkpoints(file: Path) -> None:
    act(2)
    sign()
    row = Checkpoint.objects.get()
    for statement in (
        "UPDATE ledger_checkpoint SET count = 1",
        "DELETE FROM ledger_checkpoint",
        "DELETE FROM ledger_checkpointkey",
        "UPDATE ledger_checkpointkey SET version = 2",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    for number, count in ((3, 2), (2, 1), (2, 3)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Checkpoint.objects.create(
                number=number, at=NOON, count=count, document=row.document, ed25519=row.ed25519, mldsa=row.mldsa
            )


def test_a_database_that_was_turned_back_is_signed_no_further(file: Path) -> None:
    act()
    with transaction.atomic():
        act()
        sign()
        transaction.set_rollback(True)
    assert not Checkpoint.objects.exists()
    with pytest.raises(TurnedBack):
        sign(15)
    with pytest.raises(CommandError, match=r"^entry 2: it is missing; checkpoint 1 of the file"):
        call_command("verify_ledger", checkpoint=file, stdout=io.StringIO())


def test_no_process_but_the_worker_signs(file: Path, settings: Any) -> None:
    settings.CHECKPOINT_KEYS_DIR = None
    with pytest.raises(NoCheckpointKey):
        sign()


def test_keys_of_a_root_that_is_not_ours_sign_nothing(file: Path, settings: Any) -> None:
    settings.ROOT_PUBLIC_KEY = bytes(32)
    with pytest.raises(NoCheckpointKey):
        sign()


def test_a_ceremony_again_keeps_the_keys_and_makes_new_ones_for_a_lost_file(
    file: Path, force: Force, settings: Any, tmp_path: Path
) -> None:
    folder = settings.CHECKPOINT_KEYS_DIR
    assert write_checkpoint_keys(force.root_seed, folder).version == 1
    assert stat.S_IMODE(key_file(folder, 1).stat().st_mode) == 0o600
    sign()
    settings.CHECKPOINT_KEYS_DIR = tmp_path / "other"
    with pytest.raises(NoCheckpointKey):
        sign(15)
    assert write_checkpoint_keys(force.root_seed, settings.CHECKPOINT_KEYS_DIR).version == 2
    assert signing_keys().version == 2
    sign(30)
    assert CheckpointKey.objects.count() == 2
    assert verify_ledger(checkpoint_file=file).checkpoints == 2


def test_a_folder_of_another_ledger_is_not_taken(force: Force, tmp_path: Path) -> None:
    key_file(tmp_path, 1).write_text("00" * 64)
    with pytest.raises(ValueError, match="another ledger"):
        write_checkpoint_keys(force.root_seed, tmp_path)


def test_the_command_says_how_far_it_is_signed(file: Path) -> None:
    act(2)
    sign()
    act()
    said = io.StringIO()
    call_command("verify_ledger", checkpoint=file, stdout=said)
    assert "1 checkpoints hold. The last, of 2031-02-13T12:00:00.000000+00:00, counts 2 entries; 1 came since." in (
        said.getvalue()
    )


def test_the_command_names_a_file_that_cannot_be_read(force: Force, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_ledger", checkpoint=tmp_path / "nothing", stdout=io.StringIO())


def test_without_the_roots_key_it_looks_at_the_chain_alone_and_checkpoints_are_no_success(
    file: Path, settings: Any
) -> None:
    act()
    settings.ROOT_PUBLIC_KEY, root = b"", settings.ROOT_PUBLIC_KEY
    call_command("verify_ledger", stdout=(said := io.StringIO()))
    assert "Checkpoints were not looked at" in said.getvalue()
    settings.ROOT_PUBLIC_KEY = root
    sign()
    settings.ROOT_PUBLIC_KEY = b""
    with pytest.raises(CommandError, match="they were not looked at: set SPEAKUP_ROOT_PUBLIC_KEY"):
        call_command("verify_ledger", stdout=(said := io.StringIO()))
    assert "entries hold" in said.getvalue()
    with pytest.raises(CommandError, match="SPEAKUP_ROOT_PUBLIC_KEY"):
        call_command("verify_ledger", checkpoint=file, stdout=io.StringIO())

"""Checkpoints by beat's task, and what the auditor's daily message says of them."""

import datetime as dt
import hashlib

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from notifications import tasks
from notifications.checkpointing import newest_rosters, sign_checkpoint
from notifications.mail import message_for
from speakup.accounts.models import Desk, Roster
from speakup.celery import app
from speakup.clocks.models import Outbox
from speakup.ledger.checkpoint_keys import NoCheckpointKey
from speakup.ledger.checkpoints import checkpoint_hash, read_document
from speakup.ledger.models import Checkpoint

MORNING = dt.datetime(2031, 2, 13, 7, 0, tzinfo=dt.UTC)
DASHES = "-" * 64


@pytest.fixture
def file(force, settings, tmp_path):
    settings.CHECKPOINT_FILE = tmp_path / "checkpoints.jsonl"
    return settings.CHECKPOINT_FILE


def mail_of(staff, slot=MORNING, kind=Outbox.Kind.DAILY):
    return message_for(Outbox(staff=staff, kind=kind, slot_at=slot))


def test_the_task_signs_one_with_the_newest_roster_of_every_desk(file):
    tasks.sign_checkpoint.apply(throw=True)
    signed = read_document(bytes(Checkpoint.objects.get().document))
    assert signed.rosters == {desk: list(newest) for desk, newest in newest_rosters().items()}
    assert set(signed.rosters) == set(Desk.objects.filter(roster__isnull=False).values_list("code", flat=True))
    psd = Roster.objects.get(desk__code="psd")
    assert signed.rosters["psd"] == [1, hashlib.sha256(bytes(psd.document)).hexdigest()]


def test_it_comes_every_quarter_of_an_hour_and_a_missed_one_is_caught_by_the_next(file):
    planned = app.conf.beat_schedule["sign_checkpoint"]
    assert planned["schedule"].minute == {0, 15, 30, 45}
    assert planned["options"]["expires"] < 15 * 60
    sign_checkpoint(MORNING)
    assert sign_checkpoint(MORNING + dt.timedelta(hours=9)) == 1
    assert Checkpoint.objects.count() == 2


def test_a_worker_without_keys_fails_and_signs_nothing(file, settings):
    settings.CHECKPOINT_KEYS_DIR = None
    with pytest.raises(NoCheckpointKey):
        tasks.sign_checkpoint.apply(throw=True)
    assert not Checkpoint.objects.exists()


def test_where_no_beat_runs_a_command_signs(file, capsys):
    call_command("sign_checkpoint")
    assert capsys.readouterr().out == "1 signed.\n"
    assert read_document(bytes(Checkpoint.objects.get().document)).rosters.keys() == newest_rosters().keys()


def test_the_command_says_why_nothing_was_signed(file, settings):
    settings.CHECKPOINT_KEYS_DIR = None
    with pytest.raises(CommandError, match="Nothing was signed: there is no checkpoint key to use"):
        call_command("sign_checkpoint")


def test_after_a_restore_it_signs_again_once_the_file_is_put_aside(file):
    with transaction.atomic():
        call_command("sign_checkpoint")
        transaction.set_rollback(True)  # the database is older than the file
    with pytest.raises(CommandError, match="Nothing was signed: the checkpoints in the database are not those"):
        call_command("sign_checkpoint")
    file.rename(file.with_suffix(".before-restore"))
    call_command("sign_checkpoint")
    assert Checkpoint.objects.get().number == 1


def test_the_auditors_daily_message_names_the_newest_before_it(file, force):
    (auditor,) = force.members["auditor"]
    for hours in (-5, -1, 1):
        sign_checkpoint(MORNING + dt.timedelta(hours=hours))
    named = checkpoint_hash(bytes(Checkpoint.objects.get(number=2).document))
    assert mail_of(auditor).body.endswith(f"\n{named}\n")


def test_it_has_one_length_and_says_neither_how_many_nor_when(file, force):
    (auditor,) = force.members["auditor"]
    without = mail_of(auditor)
    assert without.body.endswith(f"\n{DASHES}\n")
    sign_checkpoint(MORNING - dt.timedelta(hours=1))
    with_one = mail_of(auditor)
    assert (with_one.subject, len(with_one.body)) == (without.subject, len(without.body))
    assert with_one.body[:-65] == without.body[:-65]


def test_a_day_without_a_checkpoint_is_dashes_again(file, force):
    (auditor,) = force.members["auditor"]
    sign_checkpoint(MORNING - dt.timedelta(hours=25))
    assert mail_of(auditor).body.endswith(f"\n{DASHES}\n")


@pytest.mark.parametrize("role", ["head_of_psd", "administrator"])
def test_nobody_else_is_mailed_it(file, force, role):
    sign_checkpoint(MORNING - dt.timedelta(hours=1))
    assert "checkpoint" not in mail_of(force.members[role][0]).body
    assert "checkpoint" not in mail_of(force.members["auditor"][0], kind=Outbox.Kind.URGENT).body

"""What was never sent ends the night after next, with its files; nothing in use goes (vault.md, 'Nightly')."""

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest

from speakup.reporting import files
from speakup.reporting.drafts import read_answers
from speakup.reporting.expiry import delete_expired, delete_orphan_files
from speakup.reporting.models import Attachment, Draft, ReporterSession
from speakup.reporting.sealing import Held, SealingUploadHandler
from speakup.reporting.uploads import attach_file
from tests.reporting.builders import NOW, draft_with, sent_report
from tests.reporting.test_sessions import again

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    return Path(settings.FILES_DIR)


def store(content: bytes, on: dt.datetime) -> Any:
    """A sealed file that no row names, dated `on`."""
    with time_machine.travel(on, tick=False):
        handler = SealingUploadHandler(HttpRequest(), Held)
        handler.new_file("files", "x.txt", "text/plain", None)
        handler.receive_data_chunk(content, 0)
        return handler.file_complete(len(content)).sealed


def after(days: int) -> dt.datetime:
    return NOW + dt.timedelta(days=days)


def test_a_draft_lives_until_the_night_after_next(django_capture_on_commit_callbacks: Any) -> None:
    draft_with()
    for days, left in ((0, 1), (1, 1), (2, 0)):
        with django_capture_on_commit_callbacks(execute=True):
            delete_expired(after(days))
        assert (Draft.objects.count(), ReporterSession.objects.count()) == (left, left)


def test_a_draft_in_use_is_kept() -> None:
    day_before = NOW.replace(hour=23, minute=40)
    reporter = draft_with(now=day_before)
    in_use = again(reporter, day_before + dt.timedelta(minutes=30))
    delete_expired(after(2))
    assert read_answers(in_use).account


def test_the_files_of_an_expired_draft_go_with_it(folder: Path, django_capture_on_commit_callbacks: Any) -> None:
    reporter = draft_with()
    assert reporter.draft is not None
    attach_file(reporter.draft, store(b"x", NOW), NOW)
    with django_capture_on_commit_callbacks(execute=True):
        delete_expired(after(2))
    assert not Attachment.objects.exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_reports_and_their_files_stay(folder: Path) -> None:
    sent = sent_report()
    Attachment.objects.create(
        report=sent.report, day=NOW.date(), file_id=store(b"x", NOW).file_id, details=b"", file_key=b""
    )
    delete_expired(after(400))
    delete_orphan_files(after(400))
    assert Attachment.objects.count() == 1
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_files_that_no_row_names_go_and_new_ones_are_left_alone(folder: Path) -> None:
    old, new = store(b"x", NOW), store(b"y", after(2))
    stranger = folder / "ab" / "README"
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_text("not ours")
    delete_orphan_files(after(2))
    assert not files.path_of(old.file_id).exists()
    assert files.path_of(new.file_id).exists()
    assert stranger.exists()


def test_deleting_what_is_not_there_is_nothing(folder: Path) -> None:
    files.delete(uuid.uuid4(), NOW.date())
    assert list(files.stored_before(NOW.date())) == []

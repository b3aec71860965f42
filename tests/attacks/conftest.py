"""What the attacks stand on: a place of their own for files, the real log, and nobody waiting for the grid."""

import io
import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from speakup.embedded.demonstration import Force
from speakup.reporting.views import steady
from speakup.web.logs import AllowListFormatter


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files, broker and the temporary folder lie under one folder, which an attack can search whole."""
    root = tmp_path / "disk"
    for name in ("files", "broker", "temporary"):
        (root / name).mkdir(parents=True)
    settings.FILES_DIR = root / "files"
    settings.BROKER_DIR = root / "broker"
    settings.FILE_UPLOAD_TEMP_DIR = str(root / "temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(root / "temporary"))
    return root


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers come at once, not on the grid: only what they say is attacked here."""
    monkeypatch.setattr(steady, "GRID_SECONDS", 0.001)


@pytest.fixture
def force_in_file(django_db_setup: Force, own_database: Path) -> Force:
    """The demonstration force in a database file of this test's own, with real commits."""
    return django_db_setup


class Everything(logging.Formatter):
    """Python's own format, with what an exception carries beside its text."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        return f"{super().format(record)} {record.__dict__!r} {error!r} {getattr(error, '__dict__', '')!r}"


@dataclass
class Logs:
    """What the product's handler wrote, and what a handler that shows everything would have written."""

    written: io.StringIO = field(default_factory=io.StringIO)
    everything: io.StringIO = field(default_factory=io.StringIO)


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Logs]:
    """The real logging configuration, its one handler turned to a string; beside it one with Python's own format."""
    caught = Logs()
    root = logging.getLogger()
    (ours,) = [handler for handler in root.handlers if isinstance(handler.formatter, AllowListFormatter)]
    assert isinstance(ours, logging.StreamHandler)
    plain = logging.StreamHandler(caught.everything)
    plain.setFormatter(Everything("%(asctime)s %(name)s %(message)s"))
    before = ours.setStream(caught.written)
    root.addHandler(plain)
    yield caught
    root.removeHandler(plain)
    ours.setStream(before)

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from speakup.embedded import data_folder
from speakup.embedded.data_folder import DataFolderError, check_writable, held, remove

PROJECT = Path(__file__).resolve().parent.parent.parent
NOBODY = 65534


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A folder as a demonstration leaves it."""
    folder = tmp_path / "data"
    (folder / "secrets").mkdir(parents=True)
    (folder / "secrets" / "speakup_secret_key").write_text("0" * 64)
    (folder / "files" / "0a").mkdir(parents=True)
    (folder / "files" / "0a" / "one").write_bytes(b"sealed")
    (folder / data_folder.DATABASE).write_bytes(b"")
    return folder


def reset(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "speakup.embedded.data_folder"],
        cwd=PROJECT,
        env={**os.environ, "SPEAKUP_DATA": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    check_writable(tmp_path / "new" / "data")
    assert (tmp_path / "new" / "data").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_written_is_named_in_one_line() -> None:
    with pytest.raises(DataFolderError, match=r"^The data folder /proc/nowhere cannot be written: .*\.$"):
        check_writable(Path("/proc/nowhere"))


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DataFolderError, match="data cannot be written"):
        check_writable(tmp_path / "data")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write everything: what stands inside runs as a user who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def test_what_belongs_to_somebody_else_is_named() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        database = folder / data_folder.DATABASE
        database.write_bytes(b"")
        database.chmod(0o400)
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, -1)
        with as_nobody(), pytest.raises(DataFolderError, match="belongs to somebody else"):
            check_writable(folder)


def test_only_one_process_holds_the_folder(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(DataFolderError, match="running"), held(tmp_path):
        pass
    with held(tmp_path):
        pass


def test_reset_removes_the_folder(ours: Path) -> None:
    answer = reset(ours)
    assert (answer.returncode, answer.stdout) == (0, f"Removed {ours}.\n")
    assert not ours.exists()


def test_reset_of_nothing_is_no_error(tmp_path: Path) -> None:
    answer = reset(tmp_path / "none")
    assert answer.returncode == 0
    assert "Nothing to remove" in answer.stdout


def test_reset_refuses_while_something_runs(ours: Path) -> None:
    with held(ours):
        answer = reset(ours)
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "is running" in answer.stderr
    assert (ours / "files" / "0a" / "one").exists()


def test_reset_refuses_a_folder_that_holds_something_of_somebody_else(ours: Path) -> None:
    (ours / "thesis.txt").write_text("years of work")
    answer = reset(ours)
    assert answer.returncode == 1
    assert "thesis.txt" in answer.stderr
    assert (ours / "thesis.txt").exists()
    assert (ours / "secrets" / "speakup_secret_key").exists()


def test_reset_refuses_a_folder_without_our_secrets(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "holiday.jpg").write_bytes(b"")
    with pytest.raises(DataFolderError, match="does not look like"):
        remove(tmp_path)
    assert (tmp_path / "files" / "holiday.jpg").exists()


def test_reset_never_follows_a_link_out_of_the_folder(ours: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept")
    (ours / "files" / "link").symlink_to(outside)
    assert remove(ours)
    assert (outside / "kept.txt").read_text() == "kept"


def test_the_folder_is_the_one_of_the_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPEAKUP_DATA", str(tmp_path))
    assert data_folder.data_folder() == tmp_path
    monkeypatch.delenv("SPEAKUP_DATA")
    assert data_folder.data_folder() == PROJECT / "var"

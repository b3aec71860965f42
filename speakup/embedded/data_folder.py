"""The one folder in which an embedded installation keeps everything, and the lock that says it is in use.

Needs neither Django nor settings: `make reset` must work on a folder that settings would refuse.
"""

import fcntl
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
LOCK = "running.lock"
DATABASE = "speakup.sqlite3"
# Everything that may lie directly in the folder. `make reset` refuses a folder that holds anything else.
CONTENTS = frozenset(
    {
        "secrets",
        "offline",
        "broker",
        "files",
        "ledger",
        "mail",
        "metrics",
        "rosters",
        LOCK,
        DATABASE,
        f"{DATABASE}-wal",
        f"{DATABASE}-shm",
        f"{DATABASE}-journal",
    }
)


class DataFolderError(Exception):
    """The folder cannot be used as asked; the text is one line for the person at the terminal."""


def data_folder() -> Path:
    """Where the data lie: SPEAKUP_DATA, else var/ in the project. The same rule as in settings."""
    return Path(os.environ.get("SPEAKUP_DATA") or PROJECT / "var").resolve()


def check_writable(folder: Path) -> None:
    """Make the folder (0700) where it is missing and prove that this user can write in it and in what it holds.

    Raises DataFolderError naming the first thing that cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        present = sorted(entry for entry in folder.iterdir() if entry.name in CONTENTS)
    except OSError as complaint:
        raise DataFolderError(f"The data folder {folder} cannot be written: {complaint.strerror}.") from None
    for entry in present:
        if not os.access(entry, os.R_OK | os.W_OK):
            raise DataFolderError(f"{entry} belongs to somebody else and cannot be written.")


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder for this process. The system lets go of it however the process ends.

    Raises DataFolderError when another process holds it.
    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataFolderError(f"SpeakUp is running on {folder} already. Stop it first.") from None
        yield
    finally:
        os.close(descriptor)


def strangers(folder: Path) -> list[str]:
    """Names of what lies in the folder and is not ours, sorted."""
    return sorted(entry.name for entry in folder.iterdir() if entry.name not in CONTENTS)


def remove(folder: Path) -> bool:
    """Remove an embedded installation's data folder; False when there is none.

    Raises DataFolderError when something runs there, or when the folder does not look like ours: anything in it that
    SpeakUp does not make, or none of what it always makes.
    """
    if not folder.exists():
        return False
    try:
        unknown = strangers(folder)
        if unknown:
            raise DataFolderError(
                f"{folder} also holds {unknown[0]!r}, which SpeakUp did not make. Nothing was removed."
            )
        if not any(folder.iterdir()):
            return False
        if not (folder / "secrets").is_dir():
            raise DataFolderError(f"{folder} does not look like SpeakUp's data folder. Nothing was removed.")
        with held(folder):
            _empty(folder)
    except OSError as complaint:
        raise DataFolderError(f"{folder} cannot be removed: {complaint.strerror}.") from None
    return True


def _empty(folder: Path) -> None:
    for place, folders, files in os.walk(folder, topdown=False, followlinks=False):
        for name in files:
            (Path(place) / name).unlink()
        for name in folders:
            entry = Path(place) / name
            entry.unlink() if entry.is_symlink() else entry.rmdir()
    try:
        folder.rmdir()
    except OSError:
        # A mount point, or a folder in one we may not change: empty is what was asked for.
        if any(folder.iterdir()):
            raise


def main() -> int:
    """`make reset`."""
    folder = data_folder()
    try:
        removed = remove(folder)
    except DataFolderError as complaint:
        sys.stderr.write(f"{complaint}\n")
        return 1
    sys.stdout.write(f"Removed {folder}.\n" if removed else f"Nothing to remove: {folder} is not there.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

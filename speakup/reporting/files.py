"""Where stored files lie: FILES_DIR/<2 hex>/<32 hex>, encrypted, readable by this program alone.

A file and its folders carry midnight of the day in London, so that a listing tells no time finer than a day
(adversaries.md). The filesystem's own change times are not the application's to set; docs/threat-model.md says so.
"""

import datetime as dt
import os
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from speakup.web.days import london_day, midnight


def path_of(file_id: uuid.UUID) -> Path:
    """Where the file with this id lies, or would."""
    return Path(settings.FILES_DIR) / file_id.hex[:2] / file_id.hex


def create(file_id: uuid.UUID) -> BinaryIO:
    """A new, empty file for writing, mode 0600; FileExistsError when there is one."""
    path = path_of(file_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def open_stored(file_id: uuid.UUID) -> BinaryIO:
    """The stored file for reading, without a trace of the reading where the system allows it."""
    return os.fdopen(os.open(path_of(file_id), os.O_RDONLY | getattr(os, "O_NOATIME", 0)), "rb")


def date_to_midnight(file_id: uuid.UUID, day: dt.date) -> None:
    """Set the times of the file and of the folders above it to the start of `day` in London."""
    path = path_of(file_id)
    moment = midnight(day).timestamp()
    for each in (path, path.parent, path.parent.parent):
        if each.exists():
            os.utime(each, (moment, moment))


def date_on_commit(file_ids: Iterable[uuid.UUID], day: dt.date) -> None:
    """Date the files, and the folders above them, to the start of `day` once the rows that say so are really there."""
    for file_id in list(file_ids):
        transaction.on_commit(lambda file_id=file_id: date_to_midnight(file_id, day))  # type: ignore[misc]


def free_bytes() -> int:
    """How much room the disk has left for files."""
    folder = Path(settings.FILES_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize


def delete(file_id: uuid.UUID, day: dt.date) -> None:
    """Remove the file if it is there; its folders carry the start of `day` again."""
    path_of(file_id).unlink(missing_ok=True)
    date_to_midnight(file_id, day)


def delete_on_commit(file_ids: Iterable[uuid.UUID], day: dt.date) -> None:
    """Remove the files once the rows that named them are really gone."""
    for file_id in list(file_ids):
        transaction.on_commit(lambda file_id=file_id: delete(file_id, day))  # type: ignore[misc]


def stored_before(day: dt.date) -> Iterable[uuid.UUID]:
    """The ids of stored files dated before `day`. Names that are no id of ours are left alone."""
    for path in Path(settings.FILES_DIR).glob("??/*"):
        try:
            file_id = uuid.UUID(hex=path.name)
            stored = dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC)
        except (ValueError, FileNotFoundError):
            continue
        if path == path_of(file_id) and london_day(stored) < day:
            yield file_id

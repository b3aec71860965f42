"""For a report sent at 03:17:42 nothing stored says when in the day: no column, file, log line or date of a file
(adversaries.md, 'no time finer than a day on the reporter's side')."""

import datetime as dt
import itertools
import logging
import os
import re
import struct
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from speakup.embedded.demonstration import Force
from speakup.reporting import files
from speakup.reporting.models import Attachment, Draft, Report
from speakup.web.days import midnight
from tests.attacks.conftest import Logs
from tests.attacks.searching import cells, database_bytes, folder
from tests.attacks.travelling import SENT_AT, ReporterBrowser, fill_in, travel

# A second moment: four bytes stand in random ones by chance once in some thousand journeys, but not of both moments.
ANOTHER = dt.datetime(2031, 2, 13, 4, 26, 31, 204_000, tzinfo=dt.UTC)


def writings(moment: dt.datetime) -> dict[str, bytes]:
    """How the moment may be written: as text, and as packed numbers of 8 and 4 bytes in both orders."""
    seconds = int(moment.timestamp())
    texts = {
        "hour and minute": f"{moment:%H:%M}",
        "hour and minute, dotted": f"{moment:%H.%M.%S}",
        "compact ISO": f"T{moment:%H%M%S}",
        "compact ISO, to the minute": f"T{moment:%H%M}",
        "a file's name": f"{moment:%H-%M-%S}",
        "seconds": str(seconds),
        "minutes": str(seconds // 60),
        "milliseconds": str(seconds * 1000 + moment.microsecond // 1000)[:12],
        "an e-mail's date": f"{moment:%H:%M:%S} +0000",
        "hexadecimal seconds": f"{seconds:x}",
    }
    found = {name: text.encode() for name, text in texts.items()}
    numbers = {"seconds": seconds, "minutes": seconds // 60, "milliseconds": int(moment.timestamp() * 1000)}
    for (name, number), order in itertools.product(numbers.items(), "<>"):
        found[f"{name}, 8 bytes {order}"] = struct.pack(f"{order}q", number)
        if number < 2**32:
            found[f"{name}, 4 bytes {order}"] = struct.pack(f"{order}I", number)
    found["seconds, floating <"] = struct.pack("<d", moment.timestamp())
    found["seconds, floating >"] = struct.pack(">d", moment.timestamp())
    return found


def dated(moment: dt.datetime, places: Iterable[tuple[str, bytes]]) -> set[str]:
    """'WRITING in PLACE' wherever the moment stands, in the writings of the second and of each around it."""
    wanted = {
        (name, needle)
        for seconds in range(-1, 2)
        for name, needle in writings(moment + dt.timedelta(seconds=seconds)).items()
    }
    return {f"{name} in {place}" for place, content in places for name, needle in wanted if needle in content}


def of_staff(place: str) -> bool:
    """Where moments of staff stand: their acts, sessions and codes, and Django's migrations."""
    return place.split(".")[0] in {"django_session", "django_session, unpacked", "django_migrations"}


def stolen(database: Path, disk: Path, logs: Logs) -> Iterator[tuple[str, bytes]]:
    connection.close()
    yield from database_bytes(database)
    yield from (each for each in cells() if not of_staff(each[0]))
    yield from folder(disk)
    yield "the log", logs.written.getvalue().encode()


def test_the_moment_of_sending_stands_nowhere(
    force_in_file: Force, own_database: Path, own_folders: Path, logs: Logs
) -> None:
    travel(force_in_file, sent_at=SENT_AT)
    first = dated(SENT_AT, stolen(own_database, own_folders, logs))
    if first:
        Report.objects.update(urgent=False)
        _again_in(own_folders)
        first &= _moment_of(ANOTHER, force_in_file, own_database, own_folders, logs)
    assert first == set()


def _again_in(disk: Path) -> None:
    """Names of files differ from journey to journey: 'in files/ab/abcd' would never be found twice."""
    for each in disk.rglob("*"):
        if each.is_file():
            each.unlink()


def _moment_of(moment: dt.datetime, force: Force, database: Path, disk: Path, logs: Logs) -> set[str]:
    fill_in(ReporterBrowser())
    return dated(moment, stolen(database, disk, logs))


def test_no_stored_file_or_folder_is_dated_finer_than_a_day(force_in_file: Force, own_folders: Path) -> None:
    travel(force_in_file)
    paths = [files.path_of(attachment.file_id) for attachment in Attachment.objects.all()]
    assert len(paths) == 2
    assert times_of_files(own_folders / "files") <= {midnight(SENT_AT.date() + day).timestamp() for day in DAYS}


DAYS = [dt.timedelta(days=number) for number in range(4)]


def times_of_files(root: Path) -> set[float]:
    """When each file and folder was last changed, and last read."""
    stats = [each.stat() for each in [root, *root.rglob("*")]]
    return {stat.st_mtime for stat in stats} | {stat.st_atime for stat in stats}

"""For a report sent at 03:17:42 nothing stored says when in the day: no column, file, log line or date of a file
(adversaries.md, 'no time finer than a day on the reporter's side')."""

import datetime as dt
import itertools
import logging
import struct
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from speakup.embedded.demonstration import Force
from speakup.reporting import files, sending
from speakup.reporting.models import Attachment, Identity
from speakup.reporting.sealed_report import SealedReport, ToSend, seal_report
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
    return place.split(".", maxsplit=1)[0] in {"django_session", "django_session, unpacked", "django_migrations"}


def stolen(database: Path, disk: Path, logs: Logs) -> Iterator[tuple[str, bytes]]:
    connection.close()
    yield from database_bytes(database)
    yield from (each for each in cells() if not of_staff(each[0]))
    yield from (("the files", content) for _, content in folder(disk))
    yield "the log", logs.written.getvalue().encode()


@pytest.fixture
def when_sent(force_in_file: Force, own_database: Path, own_folders: Path, logs: Logs) -> Callable[[], set[str]]:
    """Where the moment of sending stands after a journey, and if anywhere, also after one at another moment.

    A leak stands there both times. Four bytes that stand among random ones by chance do not.
    """

    def look() -> set[str]:
        travel(force_in_file, sent_at=SENT_AT, says_who=True)
        found = dated(SENT_AT, stolen(own_database, own_folders, logs))
        if found:
            travel(force_in_file, sent_at=ANOTHER, says_who=True)
            found &= dated(ANOTHER, stolen(own_database, own_folders, logs))
        return found

    return look


def test_the_moment_of_sending_stands_nowhere(when_sent: Callable[[], set[str]]) -> None:
    assert when_sent() == set()


@pytest.mark.parametrize(
    ("keep", "where"),
    [
        (lambda now: b"x" * 40 + struct.pack(">I", int(now.timestamp())), "seconds, 4 bytes >"),
        (lambda now: b"x" * 40 + struct.pack("<q", int(now.timestamp()) // 60), "minutes, 8 bytes <"),
        (lambda now: now.isoformat().encode(), "hour and minute"),
    ],
)
def test_twin_a_moment_beside_a_sealed_value_is_found(
    when_sent: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch, keep: Callable[[dt.datetime], bytes], where: str
) -> None:
    """A reason with the moment behind it, as somebody might add it for sorting."""

    def seal(to_send: ToSend) -> SealedReport:
        sealed = seal_report(to_send)
        sealed.transition.reason = bytes(sealed.transition.reason) + keep(timezone.now())
        return sealed

    monkeypatch.setattr(sending, "seal_report", seal)
    assert f"{where} in reporting_intaketransition.reason" in when_sent()


def test_twin_another_log_format_says_when(logs: Logs) -> None:
    with time_machine.travel(SENT_AT, tick=False):
        logging.getLogger("speakup.trial").warning("Something")
    assert dated(SENT_AT, [("all", logs.everything.getvalue().encode())]) != set()
    assert dated(SENT_AT, [("log", logs.written.getvalue().encode())]) == set()
    assert logs.written.getvalue() != ""


def times_of_files(root: Path) -> set[float]:
    """When each file and folder was last changed, and each file last read."""
    paths = [root, *root.rglob("*")]
    return {each.stat().st_mtime for each in paths} | {each.stat().st_atime for each in paths if each.is_file()}


MIDNIGHTS = {midnight(SENT_AT.date() + dt.timedelta(days=number)).timestamp() for number in range(3)}


def test_no_stored_file_or_folder_is_dated_finer_than_a_day(force_in_file: Force, own_folders: Path) -> None:
    travel(force_in_file, says_who=True)
    assert Attachment.objects.count() == 2  # one of them was added in the inbox
    assert Identity.objects.get().epoch == 2
    assert times_of_files(own_folders / "files") <= MIDNIGHTS


def test_twin_without_dating_back_a_file_says_when(
    force_in_file: Force, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "date_to_midnight", lambda file_id, day: None)
    travel(force_in_file)
    assert not times_of_files(own_folders / "files") <= MIDNIGHTS


def test_a_deleted_file_leaves_no_moment_on_its_folder(force_in_file: Force, own_folders: Path) -> None:
    with time_machine.travel(SENT_AT, tick=False):
        reporter = ReporterBrowser()
        fill_in(reporter)
        reporter.get("/leave/")
    assert not any(each.is_file() for each in (own_folders / "files").rglob("*"))
    assert times_of_files(own_folders / "files") <= MIDNIGHTS


def test_twin_uuids_of_another_version_would_hold_the_moment() -> None:
    """Why ids are of version 4: one of version 1 gives the moment back (test_what_is_in_clear.py checks them all)."""
    made = uuid.uuid1()
    ticks = made.time - 0x01B21DD213814000
    assert abs(dt.datetime.fromtimestamp(ticks / 1e7, tz=dt.UTC) - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)

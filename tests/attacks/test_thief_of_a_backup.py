"""A thief has the database file, the files, the broker, the temporary folder, mail and logs: none of it says a word
that the reporter typed, chose or carried (adversaries.md, 'thief of a backup', 'thief of the disk')."""

import base64
import itertools
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import shortcuts
from django.core import mail
from django.db import connection
from kombu import Connection

from speakup.embedded.demonstration import Force
from speakup.ledger.models import PendingAct
from speakup.reporting import sealing
from speakup.reporting.models import Message, Report
from speakup.reporting.views import start
from tests.attacks.conftest import Logs
from tests.attacks.searching import cells, database_bytes, folder, where_found
from tests.attacks.travelling import (
    ADDRESSES,
    FROM_THE_REPORTER,
    TYPED,
    USER_AGENT,
    ReporterBrowser,
    file_of,
    fill_in,
    step,
    travel,
)

CHOSEN = ("sexism.jokes", "confidential", "gv-IM")


def everything_stolen(database: Path, disk: Path, logs: Logs) -> Iterator[tuple[str, bytes]]:
    """All that lies somewhere after the process has ended. The product has no cache: settings.CACHES keeps nothing."""
    yield from database_bytes(database)
    yield from cells()
    yield from folder(disk)
    yield "the log", logs.written.getvalue().encode()
    yield "mail", repr([message.message().as_bytes() for message in mail.outbox]).encode()


def test_nothing_that_was_typed_is_found_anywhere(
    force_in_file: Force, own_database: Path, own_folders: Path, logs: Logs, capfd: pytest.CaptureFixture[str]
) -> None:
    travelled = travel(force_in_file)
    connection.close()
    needles = [*TYPED.values(), *ADDRESSES, USER_AGENT, travelled.words, *_pairs(travelled.words)]
    assert where_found(needles, everything_stolen(own_database, own_folders, logs)) == []
    # Not even a handler that shows everything, nor what the process prints, has any of it.
    printed = capfd.readouterr()
    spoken = [("all log records", logs.everything.getvalue().encode()), ("printed", repr(printed).encode())]
    assert where_found(needles, spoken) == []
    # What is chosen from the policy's list stands in the policy's own row, and with no report.
    assert where_found(CHOSEN, cells()) == []
    assert list((own_folders / "temporary").iterdir()) == []
    assert list((own_folders / "broker").iterdir()) == []


def test_nothing_of_an_unsent_draft_is_found_anywhere(
    force_in_file: Force, own_database: Path, own_folders: Path, logs: Logs
) -> None:
    fill_in(ReporterBrowser())
    connection.close()
    needles = [*TYPED.values(), *ADDRESSES, USER_AGENT]
    assert where_found(needles, everything_stolen(own_database, own_folders, logs)) == []
    assert where_found(CHOSEN, cells()) == []


def _pairs(words: str) -> list[str]:
    """Two words of the receipt that follow each other: one alone is an everyday word."""
    each = words.split()
    return [" ".join(pair) for pair in itertools.pairwise(each)]


@pytest.mark.parametrize("form", ["as it is", "utf-16-le", "base64", "hex"])
def test_twin_a_row_in_clear_is_found(force_in_file: Force, own_database: Path, form: str) -> None:
    word = TYPED["message"]
    written = {
        "as it is": word.encode(),
        "utf-16-le": word.encode("utf-16-le"),
        "base64": base64.b64encode(b"x" + word.encode() + b"!"),
        "hex": word.encode().hex().encode(),
    }[form]
    PendingAct.objects.create(day="2031-02-13", action="write", role="reporter", written=written)
    in_cells = where_found([word], cells())
    assert any("ledger_pendingact.written" in each for each in in_cells)
    assert where_found([word], database_bytes(own_database)) != []


def test_twin_without_sealing_the_same_search_finds_the_words(
    force_in_file: Force, own_database: Path, own_folders: Path, logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole journey again, with a cipher that does nothing."""
    monkeypatch.setattr("speakup.vault.aead._cipher", lambda key: _NoCipher())
    travel(force_in_file)
    found = where_found(TYPED.values(), everything_stolen(own_database, own_folders, logs))
    for name in set(TYPED) - {"name", "contact"}:
        assert any(each.startswith(f"{TYPED[name]} as") for each in found), name
    assert any("reporting_identity" in each for each in found)
    assert any("files/" in each for each in found)


class _NoCipher:
    def encrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        return data + bytes(16)

    def decrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        return data[:-16]


def test_twin_django_s_own_upload_leaves_the_file_in_clear(
    force_in_file: Force, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler that spills as Django's does is found in the temporary folder."""
    spilt = own_folders / "temporary" / "upload"
    receive = sealing.SealingUploadHandler.receive_data_chunk

    def spill(self: sealing.SealingUploadHandler, raw_data: bytes, start: int) -> None:
        spilt.write_bytes(raw_data)
        receive(self, raw_data, start)

    monkeypatch.setattr(sealing.SealingUploadHandler, "receive_data_chunk", spill)
    reporter = ReporterBrowser().start()
    reporter.post(step("files"), attachments=file_of(TYPED["file name"], TYPED["file"]))
    assert where_found([TYPED["file"]], folder(own_folders)) != []


def test_twin_a_task_that_carries_a_word_is_found_in_the_broker(own_folders: Path, settings) -> None:
    """kombu writes a message's body in base64."""
    queue = str(own_folders / "broker")
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, "data_folder_in": queue, "data_folder_out": queue}
    options["control_folder"] = queue
    with Connection("filesystem://", transport_options=options) as broker:
        broker.SimpleQueue("celery").put({"args": [TYPED["account"]]})
    assert where_found([TYPED["account"]], folder(own_folders)) != []


@pytest.mark.parametrize("word", [ADDRESSES[0], USER_AGENT, TYPED["account"]])
def test_twin_a_line_that_another_format_writes_is_found(logs: Logs, word: str) -> None:
    """The product's own format leaves it out; the plain one beside it does not."""
    logging.getLogger("django.request").warning("Not found: %s", word)
    assert where_found([word], [("the log", logs.written.getvalue().encode())]) == []
    assert where_found([word], [("all", logs.everything.getvalue().encode())]) != []


def test_twin_a_sender_who_is_not_forgotten_is_seen_by_the_views(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ForgetSenderMiddleware takes away does come with the request."""
    seen: dict[str, str] = {}

    def look(request, *args, **kwargs):
        seen.update({name: str(value) for name, value in request.META.items()})
        return original(request, *args, **kwargs)

    original = shortcuts.render
    monkeypatch.setattr(start, "render", look)
    ReporterBrowser().get("/")
    assert where_found([*ADDRESSES, USER_AGENT], [("META", repr(seen).encode())]) == []
    monkeypatch.setattr("speakup.web.dispatcher._ABOUT_THE_SENDER", set())
    monkeypatch.setattr("speakup.web.dispatcher._KEPT_HEADERS", {*seen, *FROM_THE_REPORTER})
    ReporterBrowser().get("/")
    found = where_found([*ADDRESSES, USER_AGENT], [("META", repr(seen).encode())])
    assert {each.split(" as ")[0] for each in found} == {*ADDRESSES, USER_AGENT}


def test_reports_were_really_made(force_in_file: Force) -> None:
    """The search above is of something: the rows are there."""
    travel(force_in_file)
    assert Report.objects.count() == 1
    assert Message.objects.count() == 2

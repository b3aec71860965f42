"""What becomes of a file while it is sent: scanned, told, cleaned, or refused with a reason; nothing in clear."""

import contextlib
import io
import socketserver
import tempfile
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest

from speakup.reporting import examining, files
from speakup.reporting.attachments import CLEAN, Kept, Scan
from speakup.reporting.examining import NotTaken, Shelf, examine
from speakup.reporting.sealing import Held, Refusal, SealedFile, SealingUploadHandler
from speakup.reporting.uploads import attach_file
from speakup.vault.errors import Busy, CannotOpen
from speakup.vault.stream import FileSealer, open_file
from tests.reporting.builders import NOW, draft_with
from tests.reporting.foreign_files import CANARY, docx, film, package, pdf, photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.FILES_DIR = tmp_path / "files"
    settings.CLAMD = ""
    with time_machine.travel(NOW, tick=False):
        yield settings.FILES_DIR


class Arrival:
    """A file on its way in, and what the request that brought it has stored."""

    def __init__(self, content: bytes, name: str = "a file") -> None:
        self.handler = SealingUploadHandler(HttpRequest(), held=Held)
        self.handler.new_file("attachments", name, "application/x-whatever", None)
        stream, at = io.BytesIO(content), 0
        while piece := stream.read(self.handler.chunk_size):
            self.handler.receive_data_chunk(piece, at)
            at += len(piece)
        upload = self.handler.file_complete(at)
        assert upload.sealed is not None
        self.sealed = upload.sealed

    def examine(self) -> SealedFile:
        return examine(self.sealed, Shelf(self.handler.day, self.handler.also_stored))

    def refusal(self) -> Refusal:
        with pytest.raises(NotTaken) as refused:
            self.examine()
        return refused.value.refusal


def stored(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def clean_copy(examined: SealedFile, part: str = CLEAN) -> bytes:
    assert examined.clean is not None
    with files.open_stored(examined.clean.file_id) as source:
        return b"".join(open_file(examined.clean.key, examined.clean.file_id, part, source, examined.clean.size))


def test_a_cleaned_copy_is_a_file_of_its_own_under_a_key_of_its_own(folder: Path) -> None:
    examined = Arrival(docx()).examine()
    assert examined.kept is Kept.CLEANED
    assert examined.clean is not None
    assert examined.clean.key != examined.key
    assert examined.content_type.endswith("wordprocessingml.document")
    assert CANARY.encode() not in clean_copy(examined)
    assert len(stored(folder)) == 2
    with pytest.raises(CannotOpen):
        clean_copy(examined, "original")


def test_nothing_is_in_clear_on_any_disk_while_a_file_is_cleaned(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    for content in (photo(), pdf(), docx()):
        Arrival(content).examine()
    assert list(temporary.iterdir()) == []
    assert not any(
        mark in held for held in stored(folder) for mark in (CANARY.encode(), b"JFIF", b"%PDF", b"PK\x03\x04")
    )


def test_a_cleaned_copy_carries_midnight_too(folder: Path) -> None:
    examined = Arrival(photo()).examine()
    assert examined.clean is not None
    times = {files.path_of(each).stat().st_mtime for each in (examined.file_id, examined.clean.file_id)}
    assert len(times) == 1
    assert times.pop() % 86_400 == 0


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (pdf(password="x"), Refusal.LOCKED),
        (package({"a": "b"}), Refusal.KIND),
        (b"MZ" + bytes(62) + b"PE\0\0" + bytes(400), Refusal.KIND),
        (photo()[:300], Refusal.NOT_CLEANED),
    ],
    ids=["locked", "archive", "program", "cut"],
)
def test_what_is_not_taken_says_why_and_leaves_nothing(folder: Path, content: bytes, refusal: Refusal) -> None:
    arrival = Arrival(content)
    assert arrival.refusal() is refusal
    arrival.handler.discard_unnamed()
    assert stored(folder) == []


def test_a_copy_that_broke_off_is_deleted_with_its_request(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Any) -> int:
        raise OSError(28, "No space left on device")

    arrival = Arrival(photo())
    monkeypatch.setattr(FileSealer, "finish", fail)
    assert arrival.refusal() is Refusal.NO_ROOM
    assert len(stored(folder)) == 2
    arrival.handler.discard_unnamed()
    assert stored(folder) == []


def test_a_file_with_its_copy_is_named_by_its_row_and_stays(folder: Path) -> None:
    reporter, arrival = draft_with(), Arrival(photo())
    assert reporter.draft is not None
    attach_file(reporter.draft, arrival.examine(), NOW)
    arrival.handler.discard_unnamed()
    assert len(stored(folder)) == 2


def test_a_film_is_kept_as_it_was_sent(folder: Path) -> None:
    examined = Arrival(film()).examine()
    assert (examined.kept, examined.clean, examined.content_type) == (Kept.KIND, None, "video/mp4")
    assert len(stored(folder)) == 1


def test_a_picture_that_is_too_large_to_clean_is_kept_as_it_was_sent(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examining, "LARGEST_CLEANED", 200)
    examined = Arrival(photo()).examine()
    assert (examined.kept, examined.clean, examined.content_type) == (Kept.LARGE, None, "image/jpeg")


def test_no_room_for_a_copy_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrival = Arrival(photo())
    monkeypatch.setattr(files, "free_bytes", lambda: 0)
    assert arrival.refusal() is Refusal.NO_ROOM


def test_too_many_at_once_are_told_to_come_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __enter__(self) -> None:
            raise Busy

        def __exit__(self, *args: object) -> None:
            return None

    monkeypatch.setattr(examining, "GATE", Full())
    assert Arrival(photo()).refusal() is Refusal.BUSY


class Scanner(socketserver.ThreadingUnixStreamServer):
    """A clamd that finds `answer` in everything, and keeps what it was given."""

    daemon_threads = True

    def __init__(self, path: str, answer: bytes, most: int = 10**9) -> None:
        self.answer, self.most, self.seen = answer, most, b""
        super().__init__(path, _Scan)


class _Scan(socketserver.StreamRequestHandler):
    server: Scanner

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        while size := int.from_bytes(self.rfile.read(4), "big"):
            self.server.seen += self.rfile.read(size)
            if len(self.server.seen) > self.server.most:
                break
        self.wfile.write(self.server.answer)


@contextlib.contextmanager
def scanner(settings: Any, answer: bytes, **options: Any) -> Iterator[Scanner]:
    path = f"{tempfile.gettempdir()}/scanner-{uuid.uuid4().hex[:12]}"
    with Scanner(path, answer, **options) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        settings.CLAMD = f"unix://{path}"
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
            Path(path).unlink()


def test_the_scanner_sees_the_whole_file_and_its_answer_is_kept(folder: Path, settings: Any) -> None:
    content = photo(size=(900, 900)) + bytes(200_000)
    with scanner(settings, b"stream: OK\0") as server:
        examined = Arrival(content).examine()
    assert server.seen == content
    assert (examined.scan, examined.kept) == (Scan.NOTHING_FOUND, Kept.CLEANED)


def test_what_the_scanner_found_is_handed_to_no_other_parser(folder: Path, settings: Any) -> None:
    with scanner(settings, b"stream: Win.Test.EICAR_HDB-1 FOUND\0"):
        examined = Arrival(photo()).examine()
    assert (examined.scan, examined.kept, examined.clean) == (Scan.FOUND, Kept.INFECTED, None)
    assert len(stored(folder)) == 1


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK and more\0", b"x" * 9000]
)
def test_any_other_answer_is_no_scan(folder: Path, settings: Any, answer: bytes) -> None:
    with scanner(settings, answer):
        assert Arrival(photo()).examine().scan is Scan.NOT_SCANNED


def test_a_scanner_that_stops_listening_is_no_scan_and_no_fault(folder: Path, settings: Any) -> None:
    with scanner(settings, b"INSTREAM size limit exceeded. ERROR\0", most=1000):
        assert Arrival(film(3_000_000)).examine().scan is Scan.NOT_SCANNED


def test_a_scanner_that_is_down_does_not_close_the_way_in(folder: Path, settings: Any) -> None:
    settings.CLAMD = "unix:///nowhere/at/all"
    examined = Arrival(photo()).examine()
    assert (examined.scan, examined.kept) == (Scan.NOT_SCANNED, Kept.CLEANED)

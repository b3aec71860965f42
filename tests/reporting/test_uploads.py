"""Files: sealed while they arrive, within limits, under midnight; nothing in clear, nothing left over (vault.md)."""

import contextlib
import datetime as dt
import io
import os
import tracemalloc
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry, PendingAct
from speakup.reporting import files, sealing
from speakup.reporting.attachments import open_original_key
from speakup.reporting.drafts import leave_site, start_draft
from speakup.reporting.inbox import open_inbox, read_inbox
from speakup.reporting.models import Attachment, Draft, Report
from speakup.reporting.questions import FILES, step_number
from speakup.reporting.reading import NotGranted, open_report
from speakup.reporting.reading_files import open_original
from speakup.reporting.sealing import Refusal, SealedUpload, shown_name, shown_type
from speakup.reporting.sending import send_report
from speakup.reporting.sessions import COOKIE, Reporter, ReporterSessionMiddleware
from speakup.reporting.uploads import (
    FileRefused,
    NoOwner,
    attach_file,
    attached_files,
    detach_file,
    holder_of,
    takes_files,
)
from speakup.vault.errors import CannotOpen
from speakup.vault.stream import FileSealer
from tests.reporting.builders import NOW, Sent, draft_with, keyring_of, new_reporter, sent_report
from tests.reporting.test_sessions import again, cookie_of
from tests.vault.test_stream import sealed_size

pytestmark = pytest.mark.django_db

CANARY = b"canary-otter-lantern "


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.FILES_DIR = tmp_path / "files"
    with time_machine.travel(NOW, tick=False):
        yield settings.FILES_DIR


class Part(io.BytesIO):
    """A file as a browser sends it."""

    def __init__(self, content: bytes, name: str = "notes.txt", content_type: str = "text/plain") -> None:
        super().__init__(content)
        self.name = name
        self.content_type = content_type


def post(view: Any, *parts: Part, cookie: str | None = None, body: bytes | None = None) -> HttpResponse:
    """What the middleware and a view make of a post with these files in the field `files`."""
    content = encode_multipart(BOUNDARY, {"files": list(parts), "note": "x"}) if body is None else body
    request = RequestFactory().generic(
        "POST", f"/report/{step_number(FILES)}/", content, content_type=MULTIPART_CONTENT
    )
    if cookie:
        request.COOKIES[COOKIE] = cookie
    return respond_to(request, view)


def respond_to(request: HttpRequest, view: Any) -> HttpResponse:
    """What the middleware and the view answer, as on the reporter site."""
    request.site_name = "reporter"  # type: ignore[attr-defined]

    def respond(request: HttpRequest) -> HttpResponse:
        middleware.process_view(request, view, (), {})
        response: HttpResponse = view(request)
        return response

    middleware = ReporterSessionMiddleware(respond)
    response = middleware(request)
    assert isinstance(response, HttpResponse)
    return response


@takes_files("draft")
def keep_all(request: HttpRequest) -> HttpResponse:
    """Attaches whatever was sealed, and says of each file what became of it."""
    reporter: Reporter = request.reporter  # type: ignore[attr-defined]
    if reporter.draft is None:
        start_draft(reporter, NOW)
    assert reporter.draft is not None
    said = []
    for upload in request.FILES.getlist("files"):
        assert isinstance(upload, SealedUpload)
        if upload.sealed:
            attach_file(reporter.draft, upload.sealed, NOW)
        said.append(f"{upload.name}:{upload.refusal or 'kept'}")
    return HttpResponse("\n".join(said))


@takes_files("draft")
def name_all(request: HttpRequest) -> HttpResponse:
    uploads = [each for each in request.FILES.getlist("files") if isinstance(each, SealedUpload)]
    return HttpResponse("\n".join(f"{each.name}:{each.sealed}:{each.refusal}" for each in uploads))


@takes_files("draft")
def keep_none(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.FILES.getlist("files"))))


@takes_files("draft")
def stumble(request: HttpRequest) -> HttpResponse:
    len(request.FILES)
    raise RuntimeError


def plain_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{len(request.FILES)}:{request.POST['note']}")


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def said(response: HttpResponse) -> list[str]:
    return response.content.decode().splitlines()


def report_with(*parts: Part) -> Sent:
    reporter = draft_with()
    post(keep_all, *parts, cookie=cookie_of(reporter))
    receipt = send_report(again(reporter), NOW)
    return Sent(Report.objects.get(), receipt, reporter)


def download(force: Force, sent: Sent, attachment_id: uuid.UUID, email: str = "helen.marsh@example.test") -> bytes:
    staff = force.member(email)
    keyring = keyring_of(force, staff)
    opened = open_original(sent.id, attachment_id, why="to compare", keyring=keyring, actor=staff, now=NOW)
    return b"".join(opened.pieces)


def test_a_file_is_sealed_listed_and_nowhere_in_clear(folder: Path) -> None:
    reporter = draft_with()
    post(keep_all, Part(CANARY * 9_000, "Überwachung.txt"), cookie=cookie_of(reporter))
    assert reporter.draft is not None
    (attached,) = attached_files(reporter.draft)
    assert (attached.name, attached.size, attached.content_type) == (
        "Überwachung.txt",
        len(CANARY) * 9_000,
        "text/plain",
    )
    (path,) = stored(folder)
    assert CANARY not in path.read_bytes()
    row = Attachment.objects.get()
    assert b"berwachung" not in bytes(row.details) + bytes(row.file_key)


def test_a_stored_file_is_for_this_program_alone_and_carries_midnight(folder: Path) -> None:
    post(keep_all, Part(b"x" * 200_000), cookie=cookie_of(draft_with()))
    path = files.path_of(Attachment.objects.get().file_id)  # listing the folder would itself leave a time
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    midnight = dt.datetime(2026, 11, 23, tzinfo=dt.UTC).timestamp()
    for each in (path, path.parent, folder):
        assert (each.stat().st_mtime, each.stat().st_atime) == (midnight, midnight)


def test_files_of_neighbouring_sizes_look_alike(folder: Path) -> None:
    post(keep_all, Part(b"x"), Part(b"y" * 60_000), cookie=cookie_of(draft_with()))
    assert len({path.stat().st_size for path in stored(folder)}) == 1


def test_several_at_once_and_the_other_fields_arrive(folder: Path) -> None:
    response = post(keep_all, Part(b"a", "a.txt"), Part(b"b", "b.txt"), cookie=cookie_of(draft_with()))
    assert said(response) == ["a.txt:kept", "b.txt:kept"]


def test_without_a_live_draft_not_a_byte_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = draft_with()
    cookie = cookie_of(gone)
    Draft.objects.all().delete()
    monkeypatch.setattr(files, "create", lambda file_id: pytest.fail("stored"))
    assert said(post(name_all, Part(b"late"))) == ["notes.txt:None:None"]
    assert said(post(name_all, Part(b"late"), cookie=cookie)) == ["notes.txt:None:None"]


@pytest.mark.parametrize("view", [keep_none, stumble])
def test_what_no_row_names_is_gone_with_the_request(folder: Path, view: Any) -> None:
    with contextlib.suppress(RuntimeError):
        post(view, Part(b"x" * 300_000), cookie=cookie_of(draft_with()))
    assert stored(folder) == []


def test_every_other_view_drops_files_unread(folder: Path) -> None:
    assert said(post(plain_view, Part(b"x" * 300_000))) == ["0:x"]
    assert not folder.exists()


def test_an_interrupted_upload_leaves_nothing(folder: Path) -> None:
    whole = encode_multipart(BOUNDARY, {"files": [Part(b"x" * 300_000)]})
    assert said(post(keep_all, body=whole[:200_000], cookie=cookie_of(draft_with()))) == []
    assert stored(folder) == []


def test_an_empty_file_is_refused(folder: Path) -> None:
    assert said(post(keep_all, Part(b""), cookie=cookie_of(draft_with()))) == ["notes.txt:empty"]
    assert stored(folder) == []


def test_a_file_over_the_limit_is_drained_and_the_next_one_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "LARGEST_FILE", 100_000)
    response = post(keep_all, Part(b"x" * 100_001, "big"), Part(b"x" * 100_000, "just"), cookie=cookie_of(draft_with()))
    assert said(response) == ["big:too_large", "just:kept"]
    assert len(stored(folder)) == 1


def test_a_report_holds_so_many_files_and_so_many_bytes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MOST_FILES", 3)
    monkeypatch.setattr(sealing, "LARGEST_REPORT", 1_000)
    cookie = cookie_of(draft_with())
    assert said(post(keep_all, Part(b"x" * 600, "one"), Part(b"x" * 600, "two"), cookie=cookie)) == [
        "one:kept",
        "two:report_too_large",
    ]
    response = post(keep_all, Part(b"x", "two"), Part(b"x", "three"), Part(b"x", "four"), cookie=cookie)
    assert said(response) == ["two:kept", "three:kept", "four:too_many"]
    assert len(stored(folder)) == 3


def test_files_stop_where_the_disk_would_fill(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "free_bytes", lambda: sealing.LEAST_FREE - 1)
    assert said(post(keep_all, Part(b"x"), cookie=cookie_of(draft_with()))) == ["notes.txt:no_room"]
    assert not folder.exists()


def test_a_file_stops_where_the_disk_fills_while_it_arrives(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = iter([sealing.LEAST_FREE * 2, sealing.LEAST_FREE * 2])
    monkeypatch.setattr(files, "free_bytes", lambda: next(free, 0))
    film = b"x" * (sealing.ROOM_LOOKED_AT * 2)
    assert said(post(keep_all, Part(film, "film"), cookie=cookie_of(draft_with()))) == ["film:no_room"]
    assert stored(folder) == []


def test_a_disk_that_fails_in_the_middle_refuses_that_file_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(self: Any, data: bytes) -> None:
        if data.startswith(b"full"):
            raise OSError(28, "No space left on device")
        original(self, data)

    original = FileSealer.write
    monkeypatch.setattr(FileSealer, "write", write)
    response = post(keep_all, Part(b"full", "a"), Part(b"fine", "b"), cookie=cookie_of(draft_with()))
    assert said(response) == ["a:no_room", "b:kept"]
    assert len(stored(folder)) == 1


def test_two_tabs_at_once_cannot_pass_the_limit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reporter = draft_with()
    assert reporter.draft is not None
    sealed = [sealing.SealedFile(uuid.uuid4(), b"k" * 32, "x", "text/plain", 1) for _ in range(2)]
    monkeypatch.setattr(sealing, "MOST_FILES", 1)
    attach_file(reporter.draft, sealed[0], NOW)
    with pytest.raises(FileRefused) as refused:
        attach_file(reporter.draft, sealed[1], NOW)
    assert refused.value.refusal is Refusal.TOO_MANY


def test_a_file_for_a_draft_that_is_gone_has_no_owner(folder: Path) -> None:
    reporter = draft_with()
    slot = reporter.draft
    assert slot is not None
    leave_site(reporter)
    with pytest.raises(NoOwner):
        attach_file(slot, sealing.SealedFile(uuid.uuid4(), b"k" * 32, "x", "text/plain", 1), NOW)


def test_a_file_taken_out_is_deleted(folder: Path, django_capture_on_commit_callbacks: Any) -> None:
    reporter = draft_with()
    post(keep_all, Part(b"a", "a.txt"), Part(b"b", "b.txt"), cookie=cookie_of(reporter))
    assert reporter.draft is not None
    first, second = attached_files(reporter.draft)
    with django_capture_on_commit_callbacks(execute=True):
        detach_file(reporter.draft, first.id, NOW)
        detach_file(reporter.draft, uuid.uuid4(), NOW)
    assert attached_files(reporter.draft) == [second]
    assert stored(folder) == [files.path_of(second.file_id)]


def test_a_file_of_another_draft_cannot_be_taken_out(folder: Path) -> None:
    mine, other = draft_with(), draft_with()
    post(keep_all, Part(b"a"), cookie=cookie_of(other))
    assert mine.draft is not None
    detach_file(mine.draft, Attachment.objects.get().id, NOW)
    assert Attachment.objects.count() == 1


def test_leaving_deletes_the_files(folder: Path, django_capture_on_commit_callbacks: Any) -> None:
    reporter = draft_with()
    post(keep_all, Part(b"a"), cookie=cookie_of(reporter))
    with django_capture_on_commit_callbacks(execute=True):
        leave_site(reporter)
    assert stored(folder) == []
    assert not Attachment.objects.exists()


def test_sending_moves_the_file_without_touching_it(folder: Path, force: Force) -> None:
    reporter = draft_with()
    post(keep_all, Part(CANARY * 5_000), cookie=cookie_of(reporter))
    before, row = [path.read_bytes() for path in stored(folder)], Attachment.objects.get()
    receipt = send_report(again(reporter), NOW)
    after = Attachment.objects.get()
    assert [path.read_bytes() for path in stored(folder)] == before
    assert (after.draft_id, after.report_id, after.version) == (None, receipt.report_id, row.version + 1)
    assert bytes(after.file_key) != bytes(row.file_key)
    assert reporter.draft is not None
    with pytest.raises(CannotOpen):
        open_original_key(after, holder_of(reporter.draft))
    assert str(after.id).encode() in bytes(PendingAct.objects.get().written)


def test_staff_open_what_was_sent_and_it_is_entered(folder: Path, force: Force) -> None:
    content = os.urandom(300_000)
    sent = report_with(Part(content, "film.mp4", "video/mp4"))
    staff = force.member("helen.marsh@example.test")
    opened = open_report(sent.id, keyring_of(force, staff), staff, NOW)
    assert [(each.name, each.size, each.content_type) for each in opened.files] == [("film.mp4", 300_000, "video/mp4")]
    assert download(force, sent, opened.files[0].id) == content
    assert [entry.action for entry in Entry.objects.filter(object_id=sent.id)] == ["read", "read"]


def test_a_file_is_refused_to_whoever_holds_no_grant_or_names_another_report(folder: Path, force: Force) -> None:
    sent = report_with(Part(b"x"))
    attachment_id, other = Attachment.objects.get().id, sent_report()
    with pytest.raises(NotGranted):
        download(force, sent, attachment_id, "declan.byrne@example.test")
    with pytest.raises(NotGranted):
        download(force, other, attachment_id)
    assert [entry.action for entry in Entry.objects.all()] == ["refuse", "refuse"]


@pytest.mark.parametrize("damage", ["flip", "cut", "empty"])
def test_a_file_changed_on_disk_does_not_open_to_its_end(folder: Path, force: Force, damage: str) -> None:
    sent = report_with(Part(b"x" * 200_000))
    (path,) = stored(folder)
    content = bytearray(path.read_bytes())
    if damage == "flip":
        content[-1] ^= 1
    path.write_bytes(bytes({"flip": content, "cut": content[:70_000], "empty": b""}[damage]))
    with pytest.raises(CannotOpen):
        download(force, sent, Attachment.objects.get().id)


def test_a_row_turned_to_another_file_does_not_open(folder: Path, force: Force) -> None:
    sent = report_with(Part(b"a", "a"), Part(b"b", "b"))
    one, two = Attachment.objects.all()
    Attachment.objects.filter(id=one.id).update(details=two.details)
    staff = force.member("helen.marsh@example.test")
    opened = open_report(sent.id, keyring_of(force, staff), staff, NOW)
    assert len(opened.files) == 1
    assert not opened.intact


def test_a_file_can_be_added_to_a_report_that_was_sent(folder: Path, force: Force) -> None:
    sent = sent_report()
    reporter = new_reporter()
    open_inbox(sent.words, reporter, NOW)

    @takes_files("report")
    def add(request: HttpRequest) -> HttpResponse:
        (upload,) = request.FILES.getlist("files")
        assert isinstance(upload, SealedUpload)
        assert upload.sealed is not None
        attach_file(request.reporter.report, upload.sealed, NOW)  # type: ignore[attr-defined]
        return HttpResponse()

    post(add, Part(b"more", "more.txt"), cookie=cookie_of(reporter))
    assert [each.name for each in read_inbox(reporter).files] == ["more.txt"]
    assert download(force, sent, Attachment.objects.get().id) == b"more"
    assert PendingAct.objects.filter(object_id=sent.id, action="write").count() == 2


class Body(io.RawIOBase):
    """A post with one file of `size` bytes, made while it is read."""

    def __init__(self, size: int) -> None:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="film.mp4"\r\n\r\n'
        self.before, self.left, self.after = head.encode(), size, f"\r\n--{BOUNDARY}--\r\n".encode()
        self.length = len(self.before) + size + len(self.after)

    def read(self, size: int = -1) -> bytes:
        if self.before:
            taken, self.before = self.before, b""
        elif self.left:
            taken = b"x" * min(size, self.left)
            self.left -= len(taken)
        else:
            taken, self.after = self.after, b""
        return taken


def upload_of(size: int) -> int:
    """Posts a file of this size and returns the most memory that it took, in bytes."""
    body = Body(size)
    environ = {
        **RequestFactory().post("/").environ,
        "CONTENT_TYPE": MULTIPART_CONTENT,
        "CONTENT_LENGTH": str(body.length),
        "wsgi.input": body,
        "HTTP_COOKIE": f"{COOKIE}={cookie_of(draft_with())}",
    }
    tracemalloc.start()
    try:
        response = respond_to(WSGIRequest(environ), keep_all)
        assert said(response) == ["film.mp4:kept"]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_film_of_two_hundred_megabytes_takes_flat_memory_and_is_stored_whole(folder: Path) -> None:
    size = 200 * 1000 * 1000
    assert upload_of(size) < 2 * 1024 * 1024
    (path,) = stored(folder)
    assert path.stat().st_size == sealed_size(size)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("notes.txt", "notes.txt"),
        ("Ünïcode 日本 🐈.pdf", "Ünïcode 日本 🐈.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\jo\\film.mp4", "film.mp4"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\x00b\r\nc\u2028d\u200b.txt", "abcd.txt"),
        ("", "file"),
        ("..", "file"),
        ("\u202e", "file"),
        ("x" * 300 + ".jpeg", "x" * 115 + ".jpeg"),
        ("." + "y" * 300, "." + "y" * 119),
    ],
)
def test_a_name_is_shown_without_what_misleads(typed: str, shown: str) -> None:
    assert shown_name(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("image/PNG", "image/png"),
        ("application/vnd.ms-excel.sheet+xml", "application/vnd.ms-excel.sheet+xml"),
        ("", "application/octet-stream"),
        ("text/html; charset=x", "application/octet-stream"),
        ("a/b/c", "application/octet-stream"),
        ("text/\r\nx", "application/octet-stream"),
        ("x/" + "y" * 200, "application/octet-stream"),
    ],
)
def test_a_type_is_plain_or_unknown(typed: str, shown: str) -> None:
    assert shown_type(typed) == shown

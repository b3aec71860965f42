"""What a cleaned copy lacks and what it keeps; each file goes through the process that cleans it in production."""

import io
import zipfile

import pikepdf
import pytest
from PIL import ExifTags, Image

from speakup.reporting.cleaning import running
from speakup.reporting.cleaning.kinds import LARGEST_CLEAN_COPY, Removed, Way, kind_of, safe_name
from speakup.reporting.cleaning.pictures_in_pdf import bare_jpeg, bare_jpeg_2000
from speakup.reporting.cleaning.refusing import Broken
from speakup.reporting.cleaning.running import FileLocked, ParserFailed, parsed
from tests.reporting.foreign_files import CANARY, SHOWN, docx, film, moving, odt, package, pdf, photo, pptx, xlsx

OOXML = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX = f"{OOXML}wordprocessingml.document", f"{OOXML}spreadsheetml.sheet"
PPTX, ODT = f"{OOXML}presentationml.presentation", "application/vnd.oasis.opendocument.text"


def told(content: bytes) -> str:
    with parsed("type", source=[content]) as answer:
        return answer.type


def cleaned(way: Way, content_type: str, content: bytes) -> tuple[bytes, set[Removed]]:
    with parsed(way.value, content_type, source=[content]) as answer:
        return b"".join(answer.pieces), set(answer.removed)


def everything_in(content: bytes) -> bytes:
    """The bytes, and those of every part of a package and of every stream of a PDF, unpacked."""
    found = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            found += [opened.read(name) for name in opened.namelist()]
            found += [name.encode() for name in opened.namelist()]
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as document:
            found += [repr(each).encode() for each in document.objects]
            streams = [each for each in document.objects if isinstance(each, pikepdf.Stream)]
            found += [
                each.read_raw_bytes() if "/Subtype" in each or "/Type" in each else each.read_bytes()
                for each in streams
            ]
    return b"\n".join(found)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (photo(), "image/jpeg"),
        (photo("PNG"), "image/png"),
        (photo("WEBP"), "image/webp"),
        (photo("GIF"), "image/gif"),
        (photo("TIFF"), "image/tiff"),
        (photo("BMP"), "image/bmp"),
        (pdf(), "application/pdf"),
        (docx(), DOCX),
        (xlsx(), XLSX),
        (pptx(), PPTX),
        (odt(), ODT),
        (b"Notes of a meeting\n", "text/plain"),
        (b"x", "text/plain"),
        (film(), "video/mp4"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "application/encrypted",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le"), "application/msword"),
    ],
    ids=[
        "jpeg",
        "png",
        "webp",
        "gif",
        "tiff",
        "bmp",
        "pdf",
        "docx",
        "xlsx",
        "pptx",
        "odt",
        "text",
        "short",
        "film",
        "locked",
        "doc",
    ],
)
def test_a_file_is_told_by_its_content(content: bytes, content_type: str) -> None:
    assert told(content) == content_type


@pytest.mark.parametrize(
    "content",
    [
        b"MZ" + bytes(62) + b"PE\0\0" + bytes(400),
        b"\x7fELF\x02\x01\x01" + bytes(400),
        package({"a.txt": "x"}),
        b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        b"#!/bin/sh\nrm -rf /\n",
        bytes(5000),
    ],
    ids=["windows program", "linux program", "zip", "web page", "drawing", "script", "nothing known"],
)
def test_what_is_on_no_list_is_not_taken(content: bytes) -> None:
    assert kind_of(told(content)) is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP"])
def test_a_picture_keeps_its_points_and_nothing_else(kind: str) -> None:
    content = photo(kind)
    made, removed = cleaned(Way.IMAGE, f"image/{kind.lower()}", content)
    assert CANARY.encode() not in made
    image = Image.open(io.BytesIO(made))
    assert not {"Make", "Artist", "DateTime", "GPSInfo"} & {ExifTags.TAGS[tag] for tag in image.getexif()}
    assert not {"exif", "xmp", "comment", "Author"} & set(image.info)
    if kind in {"JPEG", "WEBP", "TIFF", "PNG"}:
        assert {Removed.DEVICE, Removed.TIME, Removed.AUTHOR} <= removed
        assert Removed.PLACE in removed or kind == "TIFF", "Pillow writes no place into a TIFF"
        assert image.size == (48, 64), "it lay on its side, and only a tag said so"
    assert kind == "BMP" or CANARY.encode() in content, "a test that looks for what was never there"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_a_moving_picture_still_moves(kind: str) -> None:
    made, _ = cleaned(Way.IMAGE, f"image/{kind.lower()}", moving(kind))
    assert Image.open(io.BytesIO(made)).n_frames == 3  # type: ignore[attr-defined]


def test_a_pdf_keeps_its_pages_and_names_nobody() -> None:
    content = pdf()
    assert everything_in(content).count(CANARY.encode()) > 5
    made, removed = cleaned(Way.PDF, "application/pdf", content)
    held = everything_in(made)
    assert CANARY.encode() not in held
    assert b"JavaScript" not in held
    assert b"Exif" not in held
    assert held.count(SHOWN.encode()) == 2
    assert {Removed.AUTHOR, Removed.TIME, Removed.SCRIPTS, Removed.ATTACHMENTS, Removed.OTHER} <= removed


def test_an_earlier_version_inside_a_pdf_is_gone() -> None:
    first = pikepdf.new()
    first.add_blank_page()
    first.docinfo["/Subject"] = CANARY
    saved = io.BytesIO()
    first.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    content = saved.getvalue()
    start = content[content.rindex(b"startxref") :].split()[1].decode()
    appended = b"\n9 0 obj\n(nothing)\nendobj\n"
    at = len(content) + 1
    end = f"xref\n9 1\n{at:010} 00000 n \ntrailer\n<< /Size 10 /Root 1 0 R /Prev {start} >>\nstartxref\n"
    grown = content + appended + end.encode() + f"{len(content) + len(appended)}\n%%EOF\n".encode()
    made, removed = cleaned(Way.PDF, "application/pdf", grown)
    assert Removed.REVISIONS in removed
    assert CANARY.encode() not in everything_in(made)


@pytest.mark.parametrize(
    ("way", "content_type", "content"),
    [
        (Way.OFFICE, DOCX, docx()),
        (Way.OFFICE, XLSX, xlsx()),
        (Way.OFFICE, PPTX, pptx()),
        (Way.OPEN_DOCUMENT, ODT, odt()),
    ],
    ids=["docx", "xlsx", "pptx", "odt"],
)
def test_an_office_file_keeps_its_words_and_names_nobody(way: Way, content_type: str, content: bytes) -> None:
    assert CANARY.encode() in everything_in(content)
    made, removed = cleaned(way, content_type, content)
    held = everything_in(made)
    assert CANARY.encode() not in held
    assert b"03:14:15" not in held
    assert SHOWN.encode() in held
    assert Removed.AUTHOR in removed
    assert told(made) == content_type
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        assert {each.date_time for each in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_changes_in_a_letter_are_accepted_and_its_macro_and_template_are_gone() -> None:
    made, removed = cleaned(Way.OFFICE, DOCX, docx())
    held = everything_in(made)
    assert b", as changed" in held
    assert b"look here" in held
    assert b"https://example.org/" in held
    for gone in (b"was here", b"vbaProject", b"macroEnabled", b"attachedTemplate", b"rsid", b"docProps", b"rId5"):
        assert gone not in held
    assert {Removed.REVISIONS, Removed.SCRIPTS, Removed.PLACE} <= removed


def test_a_drawn_line_is_no_change_and_a_table_keeps_its_name() -> None:
    slides, _ = cleaned(Way.OFFICE, PPTX, pptx())
    assert b"moveTo" in everything_in(slides)
    table, _ = cleaned(Way.OFFICE, XLSX, xlsx())
    assert b'displayName="Rota"' in everything_in(table)


def test_a_text_is_the_same_text_whatever_it_was_written_in() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        made, removed = cleaned(Way.TEXT, "text/plain", "Überwachung\x1b[2J\r\n".encode(encoding))
        assert made == "Überwachung[2J\r\n".encode()
        assert removed == set()


@pytest.mark.parametrize(
    ("way", "content_type", "content"),
    [
        (Way.PDF, "application/pdf", pdf(password="x")),
        (Way.OFFICE, DOCX, package({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}, locked=True)),
        (Way.OPEN_DOCUMENT, ODT, odt(locked=True)),
    ],
    ids=["pdf", "docx", "odt"],
)
def test_a_locked_file_is_said_to_be_locked(way: Way, content_type: str, content: bytes) -> None:
    with pytest.raises(FileLocked):
        cleaned(way, content_type, content)


@pytest.mark.parametrize(
    ("way", "content_type", "content"),
    [
        (Way.IMAGE, "image/jpeg", photo()[:300]),
        (Way.IMAGE, "image/png", photo("JPEG")),
        (Way.PDF, "application/pdf", b"%PDF-1.7 nothing"),
        (Way.OFFICE, DOCX, docx()[:500]),
        (Way.OFFICE, DOCX, docx(**{"word/styles.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})),
        (Way.OFFICE, DOCX, docx(**{"word/media/image2.png": b"no picture"})),
        (Way.OPEN_DOCUMENT, ODT, package({"mimetype": ODT})),
    ],
    ids=["cut", "of another kind", "no pdf", "cut package", "document type", "picture that is none", "empty package"],
)
def test_what_cannot_be_cleaned_is_no_copy(way: Way, content_type: str, content: bytes) -> None:
    with pytest.raises(ParserFailed):
        cleaned(way, content_type, content)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0\0",
        b"\xff\xff\xff\xff" + b"x" * 100,
        b"\0\0\0\x02[]",
        b"\0\0\0\x02{}",
        b'\0\0\0\x4a{"outcome":"made","type":"x","removed":[],"pages":-1,"size":5}            hello',
    ],
)
def test_an_answer_that_is_none_is_not_believed(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_START", f"import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write({answer!r})")
    with pytest.raises(ParserFailed):
        cleaned(Way.TEXT, "text/plain", b"x")


@pytest.mark.parametrize(("size", "given"), [(10, 5), (LARGEST_CLEAN_COPY + 1, 5), ("10", 10), (True, 1)])
def test_a_copy_of_another_size_than_was_said_is_no_copy(
    size: object, given: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = f"json.dumps(dict(outcome='made', type='x', removed=[], pages=0, size={size!r})).encode()"
    start = f"import sys, json; h = {header}; sys.stdin.buffer.read(); o = sys.stdout.buffer"
    start += f"; o.write(len(h).to_bytes(4, 'big') + h + b'x' * {given})"
    monkeypatch.setattr(running, "_START", start)
    with pytest.raises(ParserFailed):
        cleaned(Way.TEXT, "text/plain", b"x")


def test_a_packed_photo_loses_its_segments_and_not_one_point() -> None:
    content = photo()
    bare = bare_jpeg(content + b"behind the end")
    assert CANARY.encode() not in bare
    assert bare.endswith(b"\xff\xd9")
    assert Image.open(io.BytesIO(bare)).tobytes() == Image.open(io.BytesIO(content)).tobytes()
    for broken in (b"", b"\xff\xd8\xff\xe1\x00\x00", b"no picture"):
        with pytest.raises(Broken):
            bare_jpeg(broken)


def test_a_packed_picture_of_boxes_loses_those_that_talk() -> None:
    def box(kind: bytes, content: bytes) -> bytes:
        return (8 + len(content)).to_bytes(4, "big") + kind + content

    points = box(b"jp2c", b"points")
    assert bare_jpeg_2000(box(b"uuid", CANARY.encode()) + points + box(b"xml ", b"<a/>")) == points
    with pytest.raises(Broken):
        bare_jpeg_2000(b"\0\0\0\x02jp2c")


@pytest.mark.parametrize(
    ("name", "content_type", "saved_as"),
    [
        ("holiday.JPG", "image/jpeg", "holiday.JPG"),
        ("invoice.js", "text/plain", "invoice.js.txt"),
        ("rota.pdf.exe", "application/pdf", "rota.pdf.exe.pdf"),
        ("rota", "application/pdf", "rota.pdf"),
        (".png", "image/png", ".png.png"),
        ("x", "of/no-kind", "x.bin"),
    ],
)
def test_a_file_is_saved_under_an_ending_of_its_kind(name: str, content_type: str, saved_as: str) -> None:
    assert safe_name(name, content_type) == saved_as

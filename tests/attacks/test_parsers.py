"""A foreign file that takes its parser over, or means to fill the machine (vault.md, 'Rules of the room').

The process that reads it holds no environment, no open file but its pipes, no project settings; from the first foreign
byte on it opens, reaches and starts nothing. Its memory and its time are bounded. Each promise has a twin: without the
limits the same file does all of it.
"""

import io
import json
import os
import platform
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from speakup.reporting.cleaning import running
from speakup.reporting.cleaning.kinds import Way
from speakup.reporting.cleaning.limits import CPU_SECONDS
from speakup.reporting.cleaning.running import ParserFailed, parsed
from tests.reporting.foreign_files import docx, package
from tests.reporting.test_cleaning import DOCX, ODT, cleaned

pytestmark = pytest.mark.skipif(platform.system() != "Linux", reason="the limits are Linux's")

_TAKEN_OVER = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); import tests.attacks.hostile_parser as hostile;"
    "from speakup.reporting.cleaning import child, limits; sys.modules['speakup.reporting.cleaning.hostile'] = hostile;"
    "child.PARSERS['hostile'] = 'hostile';{before} child.main()"
)
_UNLIMITED = " limits.bound = limits.close_in = lambda: None;"


def told_by_the_hostile(monkeypatch: pytest.MonkeyPatch, written_to: Path, before: str = "") -> Any:
    monkeypatch.setattr(running, "_START", _TAKEN_OVER.format(before=before))
    with parsed("hostile", str(written_to), source=[b"anything"]) as answer:
        return json.loads(b"".join(answer.pieces))


def test_a_parser_that_was_taken_over_holds_nothing_and_can_do_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SPEAKUP_SECRET_KEY", "what no child may see")
    folder = tmp_path / "folder"
    folder.mkdir()
    kept_open = (folder / "ours").open("wb")
    with kept_open:
        os.set_inheritable(kept_open.fileno(), True)
        told = told_by_the_hostile(monkeypatch, folder / "clear")
    assert [name for name, done in told["done"].items() if done] == []
    assert set(told["held"]["environment"]) <= {"LC_CTYPE"}, "Python's own, where no locale is set"
    assert told["held"]["open"] == [0, 1, 2]
    assert told["held"]["django"] is False
    assert [each.name for each in folder.iterdir()] == ["ours"]


def test_twin_without_the_limits_it_does_all_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = told_by_the_hostile(monkeypatch, tmp_path / "clear", _UNLIMITED)
    done = {name for name, worked in told["done"].items() if worked}
    assert {"reads a file", "writes a file", "opens a socket", "starts a program", "forks", "takes a gigabyte"} <= done
    assert (tmp_path / "clear").read_bytes() == b"clear"


def test_twin_the_limit_on_open_files_alone_stops_files_and_sockets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What stands where the kernel has no seccomp."""
    told = told_by_the_hostile(monkeypatch, tmp_path / "clear", " limits._refuse_calls = lambda: False;")
    for name in (
        "reads a file",
        "reads its parent's memory",
        "writes a file",
        "opens a socket",
        "makes a temporary file",
    ):
        assert told["done"][name] is False, name


def image_bomb() -> bytes:
    """A PNG of a few kilobytes that says it has 40,000 by 40,000 points."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(3_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def zip_bomb() -> bytes:
    """A letter whose text unpacks to a quarter of a gigabyte."""
    made = io.BytesIO(docx())
    with (
        zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
        target.open("word/glossary.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(16):
            part.write(bytes(16 * 1024 * 1024))
    return made.getvalue()


def many_parts() -> bytes:
    return package({"[Content_Types].xml": "<a/>"} | {f"word/{number}.xml": "<a/>" for number in range(5000)})


def entities() -> bytes:
    """A billion laughs."""
    names = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{names}]><a>&l9;</a>'
    return docx(**{"word/document.xml": bomb})


def deep() -> bytes:
    return docx(**{"word/document.xml": "<a>" * 200_000 + "</a>" * 200_000})


def file_outside() -> bytes:
    outside = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    return package({"mimetype": ODT, "META-INF/manifest.xml": "<a/>", "content.xml": outside})


def pdf_bomb() -> bytes:
    """A page whose photo is said to be packed twice, and unpacks without end."""
    document = pikepdf.new()
    document.add_blank_page()
    picture = document.make_stream(zlib.compress(bytes(300 * 1024 * 1024), 1))
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.DCTDecode])
    document.Root.Picture = picture
    made = io.BytesIO()
    document.save(made, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return made.getvalue()


BOMBS: dict[str, tuple[Way, str, Callable[[], bytes]]] = {
    "picture": (Way.IMAGE, "image/png", image_bomb),
    "package": (Way.OFFICE, DOCX, zip_bomb),
    "parts": (Way.OFFICE, DOCX, many_parts),
    "entities": (Way.OFFICE, DOCX, entities),
    "depth": (Way.OFFICE, DOCX, deep),
    "file outside": (Way.OPEN_DOCUMENT, ODT, file_outside),
    "pdf": (Way.PDF, "application/pdf", pdf_bomb),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_within_the_limits_and_leaves_no_copy(bomb: str) -> None:
    way, content_type, make = BOMBS[bomb]
    content = make()
    began = time.monotonic()
    with pytest.raises(ParserFailed):
        cleaned(way, content_type, content)
    assert time.monotonic() - began < running.SECONDS


def test_a_picture_that_is_a_bomb_is_not_drawn_either() -> None:
    with pytest.raises(ParserFailed), parsed("preview", "image/png", "1", source=[image_bomb()]):
        pass


def spinning(before: str) -> str:
    return _TAKEN_OVER.format(before=f" hostile.parser = lambda: {before};")


def test_a_parser_that_turns_for_ever_is_ended_by_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        running,
        "_START",
        spinning("(lambda s, a: [None for _ in iter(int, 1)])").replace(
            "child.main()", "limits.CPU_SECONDS = 1; child.main()"
        ),
    )
    assert CPU_SECONDS < running.SECONDS
    began = time.monotonic()
    with pytest.raises(ParserFailed), parsed("hostile", source=[b"x"]):
        pass
    assert time.monotonic() - began < 20


def test_a_parser_that_sleeps_is_ended_by_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_START", spinning("(lambda s, a: __import__('time').sleep(60))"))
    began = time.monotonic()
    with pytest.raises(ParserFailed), parsed("hostile", source=[b"x"], seconds=1):
        pass
    assert time.monotonic() - began < 20


def test_a_parser_that_never_reads_does_not_hold_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_START", "import time; time.sleep(60)")
    endless: Iterator[bytes] = iter(lambda: bytes(65536), b"")
    began = time.monotonic()
    with pytest.raises(ParserFailed), parsed("image", "image/png", source=endless, seconds=1):
        pass
    assert time.monotonic() - began < 20


def test_no_child_outlives_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    original = subprocess.Popen

    def start(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        started.append(original(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    with pytest.raises(RuntimeError), parsed("text", "text/plain", source=[b"x"]):
        raise RuntimeError
    assert [process.poll() is not None for process in started] == [True]


_WHO_CAN_READ = (
    "import ctypes, resource; print(ctypes.CDLL(None).prctl(3), resource.getrlimit(resource.RLIMIT_CORE)[0])"
)
_HIDDEN_BY = {
    "web": "import speakup.wsgi",
    "what starts the web": "import django.conf; from speakup.web_server import on_starting; on_starting(None)",
    "worker": "from speakup.celery import app; from celery.signals import worker_init; worker_init.send(None)",
    "beat": "from speakup.celery import app; from celery.signals import beat_init; beat_init.send(None)",
    "command": "import sys; sys.argv = ['manage.py', 'version']; import manage; manage.main()",
}


@pytest.mark.parametrize("process", _HIDDEN_BY)
def test_nobody_of_the_same_user_reads_the_memory_of_a_process_that_holds_secrets(process: str) -> None:
    code = (
        f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'speakup.settings'; {_HIDDEN_BY[process]}; {_WHO_CAN_READ}"
    )
    run = [sys.executable, "-c", code]
    told = subprocess.run(run, capture_output=True, text=True, check=True, cwd=running._ROOT).stdout.split()
    assert told[-2:] == ["0", "0"]


def test_twin_a_process_that_does_not_ask_can_be_read() -> None:
    run = [sys.executable, "-c", _WHO_CAN_READ]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()[0] == "1"

"""The parent's side: one child a file, with two pipes and nothing else (vault.md, 'Rules of the room').

No environment, no open file of ours, no project settings, so no key and no database. The file goes through in pieces:
neither side's size shows in the memory of a web process.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from speakup.reporting.cleaning.kinds import LARGEST_CLEAN_COPY, Removed

SECONDS = 30  # from start to end, the writing of the answer among them
PIECE = 64 * 1024
_LONGEST_HEADER = 4096
_ROOT = Path(__file__).resolve().parents[3]
# -I: no folder and no variable of whoever started us decides what is imported. -B: it can write no file.
_START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from speakup.reporting.cleaning.child import main; main()"


class ParserFailed(Exception):
    """The child died, ran out of time or memory, or its answer is none. Its text says nothing of the file."""

    def __init__(self) -> None:
        super().__init__("the file could not be read")


class FileLocked(Exception):
    """The file can only be read with a password."""

    def __init__(self) -> None:
        super().__init__("the file is locked")


@dataclass(frozen=True, repr=False)
class Parsed:
    """What a child says of a file. `pieces` give `size` bytes in all, or raise ParserFailed."""

    type: str
    removed: tuple[Removed, ...]
    pages: int
    size: int
    pieces: Iterator[bytes]


@contextmanager
def parsed(command: str, *arguments: str, source: Iterable[bytes], seconds: float = SECONDS) -> Iterator[Parsed]:
    """Have a child parse `source`; it is gone when the block ends. Raises ParserFailed and FileLocked.

    What `source` raises goes on its way: a stored file that was changed is no file to clean.
    """
    call = [sys.executable, "-I", "-B", "-c", _START, str(_ROOT), command, *arguments]
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
        )
    except OSError:
        raise ParserFailed from None
    clock = threading.Timer(seconds, process.kill)
    clock.daemon = True
    clock.start()
    try:
        if process.stdin is None or process.stdout is None:
            raise ParserFailed
        _give(process.stdin, source)
        yield _answer(process.stdout)
    finally:
        clock.cancel()
        process.kill()
        for pipe in (process.stdin, process.stdout):
            _close(pipe)
        process.wait()


def _give(pipe: IO[bytes], source: Iterable[bytes]) -> None:
    """All of it; a child that died reads no more, and its answer, which is none, says so."""
    try:
        for piece in source:
            pipe.write(piece)
        pipe.close()
    except (BrokenPipeError, ConnectionResetError):
        pass


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except OSError:
        pass


def _answer(pipe: IO[bytes]) -> Parsed:
    """The header, believed as little as the file: a parser that was taken over writes what it likes."""
    length = int.from_bytes(_exactly(pipe, 4), "big")
    if length > _LONGEST_HEADER:
        raise ParserFailed
    try:
        header = json.loads(_exactly(pipe, length))
        outcome, size = header["outcome"], header["size"]
        removed = tuple(each for each in Removed if each in header["removed"])
        made = Parsed(str(header["type"])[:100], removed, _count(header["pages"]), _count(size), _pieces(pipe, size))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ParserFailed from None
    if outcome == "locked":
        raise FileLocked
    if outcome != "made" or made.size > LARGEST_CLEAN_COPY:
        raise ParserFailed
    return made


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value


def _pieces(pipe: IO[bytes], size: int) -> Iterator[bytes]:
    while size:
        piece = _exactly(pipe, min(size, PIECE))
        size -= len(piece)
        yield piece


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    read = pipe.read(size)
    if len(read) != size:
        raise ParserFailed
    return read

"""A parser that was taken over by the file it reads: it tries everything, and tells what came of it."""

import ctypes
import json
import mmap
import os
import resource
import socket
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from speakup.reporting.cleaning.child import Made, Parser

_PTRACE_SEIZE = 0x4206  # it does not stop whom it is attached to
_LIBC = ctypes.CDLL(None, use_errno=True)


def _works(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except (OSError, MemoryError, subprocess.SubprocessError, ValueError):
        return False
    return True


def _fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _call(number: int, *arguments: int) -> None:
    if _LIBC.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _attempts(written_to: Path) -> dict[str, Callable[[], object]]:
    """By what each would be."""
    parent = os.getppid()
    return {
        "reads a file": lambda: Path("/etc/passwd").read_bytes(),
        "reads its parent's memory": lambda: Path(f"/proc/{parent}/mem").open("rb").close(),
        "reads its parent's environment": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
        "attaches to its parent": lambda: _call(101, _PTRACE_SEIZE, parent, 0, 0),
        "signals its parent": lambda: os.kill(parent, 0),
        "writes a file": lambda: written_to.write_bytes(b"clear"),
        "makes an empty file": lambda: os.close(os.open(written_to, os.O_CREAT | os.O_WRONLY)),
        "makes a folder": lambda: written_to.with_name("folder").mkdir(),
        "makes a temporary file": lambda: tempfile.TemporaryFile().close(),
        "opens a socket": lambda: socket.socket().close(),
        "opens a local socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "starts a program": lambda: subprocess.run(["/bin/true"], check=True),
        "becomes a program": _execve,
        "forks": _fork,
        "takes a gigabyte": lambda: mmap.mmap(-1, 1024**3).close(),
        "raises a limit": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
    }


def _execve() -> None:
    """Refused with another error than that there is no such program."""
    try:
        os.execve("/nowhere/at/all", ["x"], {})  # noqa: S606
    except FileNotFoundError:
        return


def parser() -> Parser:
    encoding = "ascii"
    "x".encode(encoding)

    def try_everything(source: bytes, arguments: Sequence[str]) -> Made:
        written_to = Path(arguments[0])
        done = {name: _works(attempt) for name, attempt in _attempts(written_to).items()}
        held = {
            "environment": sorted(os.environ),
            "open": [number for number in range(256) if _works(lambda number=number: os.fstat(number))],  # type: ignore[misc]
            "django": "django" in __import__("sys").modules,
            "folder": os.getcwd() if _works(os.getcwd) else "",
        }
        return Made("told", json.dumps({"done": done, "held": held}).encode())

    return try_everything

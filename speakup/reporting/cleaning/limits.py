"""What a process that parses a foreign file may do: nothing but read its pipe, reckon, and write its other pipe.

`bound` comes before anything is imported, `close_in` before the first foreign byte is read. From then on no file can be
opened, by any name, no address reached, no program started: by the limit on open files everywhere, and on Linux by
seccomp(2) too, which the process cannot take off again.
"""

import ctypes
import errno
import os
import platform
import resource
import struct

MEMORY = 768 * 1024 * 1024  # bytes of address space, the interpreter's and its libraries' own among them
CPU_SECONDS = 15

_NO_NEW_PRIVILEGES, _DUMPABLE, _SECCOMP, _FILTER = 38, 4, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_X32 = 0x40000000  # x86-64's other numbers for the same calls

# What is refused, by the numbers of linux/unistd.h: open*, the making, renaming and removing of names, sockets, other
# processes (fork, exec, signals, their memory), io_uring (which would open for us), keys, bpf.
_CALLS = {
    "x86_64": (
        0xC000003E,
        "2 29 41 42 53 56 57 58 59 62 76 82 83 85 86 87 88 90 101 133 200 250 257 258 259 263 264 265 266 268 304 310 "
        "311 316 319 321 322 323 424 425 434 435 437 438",
    ),
    "aarch64": (
        0xC00000B7,
        "33 34 35 36 37 38 45 53 56 117 129 130 194 198 199 203 219 220 221 265 270 271 276 279 280 281 282 424 425 "
        "434 435 437 438",
    ),
}


def bound() -> None:
    """Memory, time, no file of any size, no core, no other process reading ours."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _lower(what, most)
    _prctl(_DUMPABLE, 0)


def close_in() -> bool:
    """Open nothing, reach nothing, start nothing from here on. Whether seccomp refuses it too (Linux)."""
    _lower(resource.RLIMIT_NPROC, 0)
    _lower(resource.RLIMIT_NOFILE, 3)  # what is open stays open: the two pipes, and /dev/null for complaints
    _prctl(_NO_NEW_PRIVILEGES, 1)
    return _refuse_calls()


def _lower(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(what, (most, most))
    except (OSError, ValueError):
        # macOS knows no limit of address space. On Linux nothing is parsed without.
        if platform.system() == "Linux":
            os._exit(1)


def _prctl(option: int, value: int) -> None:
    call = getattr(ctypes.CDLL(None), "prctl", None)
    if call is not None:
        call(option, value, 0, 0, 0)


def _refuse_calls() -> bool:
    machine = platform.machine()
    if platform.system() != "Linux" or machine not in _CALLS:
        return False
    architecture, calls = _CALLS[machine]
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    steps += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _REFUSE)]
    for number in map(int, calls.split()):
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(code)))
    return bool(ctypes.CDLL(None).prctl(_SECCOMP, _FILTER, program, 0, 0) == 0)

"""What a process does with its memory: what a derivation took is given back, and nobody else reads it.

Memory that a derivation took goes back to the system when it ends.

glibc keeps what is freed: after the first block of 19 MiB it serves such blocks from each thread's own arena, and an
arena gives up to 40 MiB back to nobody. A flood of guesses would leave a web process of 16 threads with 600 MiB,
however few derive at once (gates.py). Source: mallopt(3), M_MMAP_THRESHOLD, 'dynamic mmap threshold'.
"""

import ctypes
import resource

_PR_SET_DUMPABLE = 4
_M_MMAP_THRESHOLD = -3
_LARGE = 1024 * 1024


def give_large_blocks_back() -> bool:
    """Have blocks of 1 MiB and more mapped and unmapped each for itself, in this process, from now on.

    False where the C library knows no such setting (musl, macOS): theirs give memory back unasked.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, _LARGE))


def hide_memory() -> None:
    """Nobody of the same user may read this process's memory or environment from now on, and no crash writes it down.

    A limited child that parses a foreign file runs as the same user: without this it could read our keys. Linux alone
    knows the first half (prctl(2), PR_SET_DUMPABLE).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)

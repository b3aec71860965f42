"""Runs several programs as one: all stop together, whichever way the first one ends.

Each program leads a session and process group of its own, so Ctrl-C reaches the runner alone, which then stops every
group and waits until nothing of it is left. Output goes straight to ours, without a time in front of it.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

STOP_SECONDS = 6.0  # from 'please stop' to SIGKILL; the web process gives open requests 3
_TICK = 0.1
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Ended:
    """Why a run ended: `program` is the one that stopped by itself, None when a signal asked for the end."""

    program: str | None = None
    returncode: int = 0

    @property
    def how(self) -> str:
        """In words: the exit status, or the signal that ended it."""
        if self.returncode < 0:
            return signal.Signals(-self.returncode).name
        return f"exit status {self.returncode}"


def die_with_parent() -> None:
    """Between fork and exec of a child: tell it to stop (SIGTERM) once its parent is killed outright. Linux only."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Runner:
    """Runs `programs` (name to argument list) in `folder` until one ends or SIGINT, SIGTERM or SIGHUP comes."""

    def __init__(
        self, programs: Mapping[str, Sequence[str]], *, folder: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self._programs = programs
        self._folder = folder
        self._environment = dict(os.environ if environment is None else environment)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._stop_asked = 0

    def run(self, on_tick: Callable[[], None] = lambda: None) -> Ended:
        """Start everything, wait for the end, stop everything; `on_tick` is called about ten times a second.

        An exception of `on_tick` stops everything too and is raised again.
        """
        signals = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup asked to survive the terminal
            signals.append(signal.SIGHUP)
        before = {number: signal.signal(number, self._ask_to_stop) for number in signals}
        try:
            for name, arguments in self._programs.items():
                self._running[name] = self._start(arguments)
            return self._wait(on_tick)
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop_asked += 1

    def _start(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - the programs are our own, never typed
            arguments,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads here
        )

    def _wait(self, on_tick: Callable[[], None]) -> Ended:
        while not self._stop_asked:
            for name, process in self._running.items():
                returncode = process.poll()
                if returncode is not None:
                    return Ended(name, returncode)
            on_tick()
            time.sleep(_TICK)
        return Ended()

    def _stop_all(self) -> None:
        groups = [process.pid for process in self._running.values()]
        asked = self._stop_asked
        for group in groups:
            _signal_group(group, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        killed = False
        while self._left():
            # Asking again means now.
            if not killed and (time.monotonic() > deadline or self._stop_asked > max(asked, 1)):
                for group in groups:
                    _signal_group(group, signal.SIGKILL)
                killed = True
                deadline = time.monotonic() + 1
            elif killed and time.monotonic() > deadline:
                return  # dead, and waiting for an init that does not collect them
            time.sleep(_TICK / 2)

    def _left(self) -> list[int]:
        for process in self._running.values():
            process.poll()  # collects those that ended, so that their groups vanish
        return [process.pid for process in self._running.values() if _signal_group(process.pid, 0)]


def _signal_group(group: int, number: int) -> bool:
    """Send a signal to a process group; False when nothing of the group is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False

"""Gates: so many derivations at once, so many waiting, first come first served (vault.md, 'Receipt')."""

import threading
from collections import deque
from types import TracebackType

from .errors import Busy


class Gate:
    """Lets `at_once` threads in; `waiting` more wait in order, each at most `seconds`; everybody else gets Busy.

    A context manager, shared by the threads of a process. A place that falls free goes to who waited longest, so a
    newcomer never overtakes.
    """

    def __init__(self, at_once: int, waiting: int, seconds: float) -> None:
        if at_once < 1 or waiting < 0 or seconds < 0:
            raise ValueError("a gate lets at least one in")
        self._free = at_once
        self._waiting = waiting
        self._seconds = seconds
        self._lock = threading.Lock()
        self._queue: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            if len(self._queue) >= self._waiting:
                raise Busy
            turn = threading.Lock()
            turn.acquire()
            self._queue.append(turn)
        came = False
        try:
            came = turn.acquire(timeout=self._seconds)
        finally:
            if not came:
                self._give_up(turn)
        if not came:
            raise Busy

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._lock:
            self._hand_on()

    def _give_up(self, turn: threading.Lock) -> None:
        with self._lock:
            if turn in self._queue:
                self._queue.remove(turn)
            else:
                # The turn came after the wait had ended: it belongs to the next in line.
                self._hand_on()

    def _hand_on(self) -> None:
        if self._queue:
            self._queue.popleft().release()
        else:
            self._free += 1

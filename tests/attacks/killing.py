"""A process that is killed outright (SIGKILL) before any of its statements, before it commits, or before a file takes
another's place.

The act runs in a child on a copy of the database of its own, with the floor file as it was. Before each of those places
it stands still while its parent looks at the two files: what lies there is all that would be left, as after `kill -9`
or a cut cable. Places that leave the same bytes are judged once. In the middle the child is killed in earnest.
SQLite alone: its file and the log beside it are the database's whole state.
"""

import hashlib
import itertools
import os
import shutil
import signal
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.floors import floor_file

_DONE, _FAILED = 0, 70
_inherited: list[Any] = []  # a child never closes what it shares with its parent


@dataclass(frozen=True)
class Killed:
    """What was found after every killing: the state before, the state after the act, and at how many places it was."""

    before: Hashable
    after: Hashable
    places: int


def kill_everywhere(
    database: Path, act: Callable[[], object], state: Callable[[], Hashable], *, in_steps: bool = False
) -> Killed:
    """Run `act` on a copy of `database` and judge what each place of it would leave, and what a killing left.

    What is left holds the state before or the state after, and acting again leads to the state after. Raises
    AssertionError where it holds anything else. An act `in_steps` may also stand between two of them: that each step is
    all or nothing, `state` itself asserts.
    """
    floor = floor_file().read_bytes()
    try:
        return _kill_everywhere(database, act, state, in_steps=in_steps)
    finally:
        floor_file().write_bytes(floor)


def _kill_everywhere(
    database: Path, act: Callable[[], object], state: Callable[[], Hashable], *, in_steps: bool
) -> Killed:
    floor = floor_file().read_bytes()
    with _on(database):
        before = state()
    whole = _copy(database, "whole", floor)
    places, left = _stand_everywhere(whole, act)
    with _on(whole):
        after = state()
    assert after != before, "the act changes nothing that is looked at"
    middle = places // 2
    killed = _copy(database, "killed", floor)
    assert _run(killed, act, lambda place: _kill(place == middle)) == -signal.SIGKILL, f"place {middle}: not killed"
    left.append(_Left(middle, killed, floor_file().read_bytes()))
    for each in left:
        copy = _copy(each.database, "judged", each.floor)
        with _on(copy):
            found = state()
        assert in_steps or found in (before, after), f"place {each.place}: neither all nor nothing"
        if found != after:
            assert _run(copy, act) == _DONE, f"place {each.place}: it cannot be done again"
            with _on(copy):
                assert state() == after, f"place {each.place}: done again it leads elsewhere"
    return Killed(before, after, places)


@dataclass(frozen=True)
class _Left:
    """The files as they lay when the act came to its `place`."""

    place: int
    database: Path
    floor: bytes


def _stand_everywhere(database: Path, act: Callable[[], object]) -> tuple[int, list[_Left]]:
    """At how many places the act stood still, and what lay there, once for each that differs from the place before."""
    reached, reaches = os.pipe()
    goes_on, go_on = os.pipe()

    def stand_still(place: int) -> None:
        if place == 0:  # these are its parent's
            os.close(reached)
            os.close(go_on)
        os.write(reaches, b".")
        if not os.read(goes_on, 1):
            os._exit(_FAILED)

    child = _start(database, act, stand_still)
    os.close(reaches)
    os.close(goes_on)
    places, left, last = 0, list[_Left](), b""
    try:
        while os.read(reached, 1):
            lies = _digest(database)
            if lies != last:
                floor = floor_file().read_bytes()
                left.append(_Left(places, _copy(database, f"left-{len(left)}", floor), floor))
            places, last = places + 1, lies
            os.write(go_on, b".")
    finally:
        os.close(reached)
        os.close(go_on)
        ended = _ended(child)
    assert ended == _DONE, "the act fails when nobody kills it"
    return places, left


def _digest(database: Path) -> bytes:
    """Of the database, of the log beside it and of the floor: not of the log's index, which whoever comes next makes
    anew."""
    log = database.with_name(f"{database.name}-wal")
    digest = hashlib.blake2b()
    for path in (database, log, floor_file()):
        content = path.read_bytes() if path.exists() else b""
        digest.update(len(content).to_bytes(8) + content)
    return digest.digest()


def _copy(database: Path, name: str, floor: bytes) -> Path:
    """A copy of the database, and the floor file as it stood under it."""
    floor_file().write_bytes(floor)
    copy = database.with_name(f"{name}.sqlite3")
    for path in database.parent.glob(f"{name}.sqlite3*"):
        path.unlink()
    for path in database.parent.glob(f"{database.name}*"):  # the log beside it too
        shutil.copyfile(path, path.with_name(path.name.replace(database.name, copy.name, 1)))
    return copy


def _kill(now: bool) -> None:
    if now:
        os.kill(os.getpid(), signal.SIGKILL)


def _run(database: Path, act: Callable[[], object], at_place: Callable[[int], None] | None = None) -> int:
    """How the child ended: its exit status, or minus the signal."""
    return _ended(_start(database, act, at_place))


def _start(database: Path, act: Callable[[], object], at_place: Callable[[int], None] | None) -> int:
    child = os.fork()
    if child == 0:
        try:
            _become(database, at_place)
            act()
            os._exit(_DONE)
        except BaseException:
            os._exit(_FAILED)
    return child


def _ended(child: int) -> int:
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _become(database: Path, at_place: Callable[[int], None] | None) -> None:
    """Be the process whose own the database is; `at_place` is called with 0, 1, 2 as it comes to its places."""
    _inherited.append(connections["default"])
    connections.settings["default"] = {**connections.settings["default"], "NAME": str(database)}
    del connections["default"]
    if at_place is None:
        return
    places = itertools.count()

    def count() -> None:
        at_place(next(places))

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        count()
        return run(sql, params, many, context)

    commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    def counted_commit(self: BaseDatabaseWrapper) -> Any:
        count()
        return commit(self)

    replace = Path.replace

    def counted_replace(self: Path, target: Any) -> Path:
        count()
        return replace(self, target)

    BaseDatabaseWrapper._commit = counted_commit  # type: ignore[attr-defined]
    Path.replace = counted_replace  # type: ignore[assignment, method-assign]
    connections["default"].execute_wrappers.append(execute)


@contextmanager
def _on(database: Path) -> Iterator[None]:
    """This process's own connection, on that file."""
    kept, shared = connections.settings["default"], connections["default"]
    connections.settings["default"] = {**kept, "NAME": str(database)}
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = kept
        connections["default"] = shared

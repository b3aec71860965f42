"""A process that is killed outright (SIGKILL) before any of its statements, before it commits, or before a file takes
another's place.

Each try runs in a child on a copy of the database of its own, with the floor file as it was: what the child leaves in
the two is all that is left, as after `kill -9` or a cut cable. SQLite alone: its file is the database's whole state.
"""

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
_MOST = 2000
_inherited: list[Any] = []  # a child never closes what it shares with its parent


@dataclass(frozen=True)
class Killed:
    """What was found after every killing: the state before, the state after the act, and at how many places it was."""

    before: Hashable
    after: Hashable
    places: int


def kill_everywhere(
    database: Path, act: Callable[[], object], state: Callable[[], Hashable], *, every: int = 1, in_steps: bool = False
) -> Killed:
    """Run `act` on copies of `database`, killed before its first statement, its second (each `every`th), then whole.

    After each killing the copy holds the state before or the state after, and acting again leads to the state after.
    Raises AssertionError where it holds anything else. An act `in_steps` may also stand between two of them: that each
    step is all or nothing, `state` itself asserts.
    """
    floor = floor_file().read_bytes()
    try:
        return _kill_everywhere(database, act, state, every=every, in_steps=in_steps, floor=floor)
    finally:
        floor_file().write_bytes(floor)


def _kill_everywhere(
    database: Path,
    act: Callable[[], object],
    state: Callable[[], Hashable],
    *,
    every: int,
    in_steps: bool,
    floor: bytes,
) -> Killed:
    with _on(database):
        before = state()
    whole = _copy(database, "whole", floor)
    assert _run(whole, act, None) == _DONE, "the act fails when nobody kills it"
    with _on(whole):
        after = state()
    assert after != before, "the act changes nothing that is looked at"
    at, places = 0, 0
    while at < _MOST:
        copy = _copy(database, "killed", floor)
        ended = _run(copy, act, at)
        if ended == _DONE:
            return Killed(before, after, places)
        assert ended == -signal.SIGKILL, f"place {at}: the act failed"
        with _on(copy):
            found = state()
        assert in_steps or found in (before, after), f"place {at}: neither all nor nothing"
        if found != after:
            assert _run(copy, act, None) == _DONE, f"place {at}: it cannot be done again"
            with _on(copy):
                assert state() == after, f"place {at}: done again it leads elsewhere"
        at, places = at + every, places + 1
    raise AssertionError("the act has no end")


def _copy(database: Path, name: str, floor: bytes) -> Path:
    """A copy of the database, and the floor file as it stood under it."""
    floor_file().write_bytes(floor)
    copy = database.with_name(f"{name}.sqlite3")
    for path in database.parent.glob(f"{name}.sqlite3*"):
        path.unlink()
    for path in database.parent.glob(f"{database.name}*"):  # the journal beside it too
        shutil.copyfile(path, path.with_name(path.name.replace(database.name, copy.name, 1)))
    return copy


def _run(database: Path, act: Callable[[], object], kill_at: int | None) -> int:
    """How the child ended: its exit status, or minus the signal."""
    child = os.fork()
    if child == 0:
        try:
            _become(database, kill_at)
            act()
            os._exit(_DONE)
        except BaseException:
            os._exit(_FAILED)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _become(database: Path, kill_at: int | None) -> None:
    _inherited.append(connections["default"])
    connections.settings["default"] = {**connections.settings["default"], "NAME": str(database)}
    del connections["default"]
    if kill_at is None:
        return
    passed = 0

    def count() -> None:
        nonlocal passed
        if passed == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        passed += 1

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

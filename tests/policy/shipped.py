"""The policy that comes with the project, and places in it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from speakup import policy

FILE = Path(policy.__file__).parent / "demonstration.json"
BYTES = FILE.read_bytes()

Step = str | int
Steps = tuple[Step, ...]


def document() -> Any:
    """A copy of the shipped document, free to be changed."""
    return json.loads(BYTES)


def steps(place: str) -> Steps:
    """`a[3].b` as ('a', 3, 'b')."""
    return tuple(int(part) if part.isdigit() else part for part in place.replace("[", ".").replace("]", "").split("."))


def place(path: Steps) -> str:
    """The other way round: how a complaint names a place."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def value_at(root: Any, path: Steps) -> Any:
    for step in path:
        root = root[step]
    return root


def put(root: Any, path: Steps, value: Any) -> None:
    value_at(root, path[:-1])[path[-1]] = value


def paths(value: Any, path: Steps = ()) -> Iterator[Steps]:
    """Every place in a document, the whole of it first."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield from paths(child, (*path, step))

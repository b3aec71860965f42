"""Nothing is done by anybody without the ledger: each service that takes an actor comes to an entry by its calls."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOMS = ("speakup", "professional_standards", "notifications")
ENTERS = {"append_entry", "note_pending_act"}


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    root = Path(settings.BASE_DIR)
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            if "migrations" not in path.parts and "management" not in path.parts:
                for node in ast.walk(ast.parse(path.read_text())):
                    if isinstance(node, ast.FunctionDef):
                        yield str(path.relative_to(root)), node


def called(node: ast.AST) -> set[str]:
    """The names of what is called in it, whether by a module's name or by its own."""
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return {each.id if isinstance(each, ast.Name) else getattr(each, "attr", "") for each in calls}


def test_every_act_is_entered() -> None:
    every = list(functions())
    reach = {node.name for _, node in every if called(node) & ENTERS} | ENTERS
    while more := {node.name for _, node in every if called(node) & reach} - reach:
        reach |= more
    services = [
        (path, node)
        for path, node in every
        if {"actor", "now"} <= {each.arg for each in node.args.kwonlyargs} and not node.name.startswith("_")
    ]
    assert len(services) > 30
    assert [f"{path}: {node.name}" for path, node in services if not called(node) & reach] == []

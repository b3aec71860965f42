"""Views fetch through what the asking person may see and write through services: never through a bare manager.

`python -m tests.lint.objects_in_views [FOLDER ...]` names every place in a views module that reaches for one, exit 1.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("speakup", "professional_standards", "notifications")
MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})


def view_modules(folder: Path) -> Iterator[Path]:
    """Every views.py, and every module in a folder named views."""
    for path in sorted(folder.rglob("*.py")):
        if path.name == "views.py" or "views" in path.relative_to(folder).parts[:-1]:
            yield path


def managers_used(source: str) -> list[int]:
    """The lines of `source` that reach for a model's manager, through an attribute or getattr with a constant name."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Attribute) and node.attr in MANAGERS)
        or (isinstance(node, ast.Constant) and node.value in MANAGERS)
    ]


def main(folders: list[str]) -> int:
    found = [
        f"{path}:{line}: a view must not use a model's manager: fetch through visible_to, write through a service"
        for folder in (Path(name) for name in folders)
        for path in view_modules(folder)
        for line in managers_used(path.read_text(encoding="utf-8"))
    ]
    sys.stdout.writelines(f"{complaint}\n" for complaint in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [str(PROJECT / room) for room in ROOMS]))

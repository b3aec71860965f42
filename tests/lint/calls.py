"""Which function of the project refers to which, read from its source.

A name is followed by the imports of its module; what is asked of an object leads to every method of that name. A
function that is handed on counts as called.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings

ROOMS = ("speakup", "professional_standards", "notifications")


@dataclass
class Calls:
    """Every function and method by its dotted name."""

    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    # module -> name in it -> what it stands for, dotted
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    methods: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of_project(cls, *, changed: Mapping[str, str] | None = None) -> "Calls":
        """As the source stands; `changed` holds other source for a module, for what would be if."""
        calls, root = cls(), Path(settings.BASE_DIR)
        for room in ROOMS:
            for path in sorted((root / room).rglob("*.py")):
                if "migrations" not in path.parts:
                    module = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
                    calls._add(module, _parsed((changed or {}).get(module) or path.read_text()))
        return calls

    def leading_to(self, ends: Collection[str], *, without: Collection[str] = ()) -> set[str]:
        """The dotted names of all from which one comes to one of `ends`, these among them.

        A call that is given one of `without` (as written: `Action.READ`) leads nowhere.
        """
        led = {name: self.referred(name, without=without) for name in self.functions}
        found = set(ends)
        while more := {name for name, others in led.items() if others & found} - found:
            found |= more
        return found

    def referred(self, name: str, *, without: Collection[str] = ()) -> set[str]:
        """The functions and methods that this one refers to."""
        names = self.names[self.module_of(name)]
        found: set[str] = set()
        for of, called in _mentions(self.functions[name], frozenset(without)):
            found.update(self._meant(of, called, names))
        return found & self.functions.keys()

    def module_of(self, name: str) -> str:
        """The module in which this function stands."""
        while name not in self.names:
            name = name.rpartition(".")[0]
        return name

    def _meant(self, of: str | None, called: str, names: Mapping[str, str]) -> Iterator[str]:
        if of is None:
            yield names.get(called, "")
        elif (module := names.get(of, "")) in self.names:
            yield f"{module}.{called}"
        else:
            yield from self.methods.get(called, ())

    def _add(self, module: str, tree: ast.Module) -> None:
        names = self.names[module] = dict(_imported(tree))
        for top in tree.body:
            if isinstance(top, ast.FunctionDef):
                names[top.name] = f"{module}.{top.name}"
                self.functions[f"{module}.{top.name}"] = top
            elif isinstance(top, ast.ClassDef):
                for method in top.body:
                    if isinstance(method, ast.FunctionDef):
                        self.functions[f"{module}.{top.name}.{method.name}"] = method
                        self.methods.setdefault(method.name, set()).add(f"{module}.{top.name}.{method.name}")


@cache
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


@cache
def _imported(tree: ast.Module) -> Mapping[str, str]:
    """What each name that the module imports stands for, dotted."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names.update({each.asname or each.name: f"{node.module}.{each.name}" for each in node.names})
        elif isinstance(node, ast.Import):
            names.update({each.asname or each.name: each.name for each in node.names})
    return names


@cache
def _mentions(function: ast.FunctionDef, without: frozenset[str]) -> frozenset[tuple[str | None, str]]:
    """Every name in it as (None, name), and every attribute as (the name that it is asked of, or "", attribute);
    nothing of a call that is given one of `without`."""
    passed_over = {
        id(part)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and without & given(call)
        for part in ast.walk(call.func)
    }
    found: set[tuple[str | None, str]] = set()
    for part in ast.walk(function):
        if id(part) in passed_over:
            continue
        if isinstance(part, ast.Name):
            found.add((None, part.id))
        elif isinstance(part, ast.Attribute):
            found.add((part.value.id if isinstance(part.value, ast.Name) else "", part.attr))
    return frozenset(found)


def given(call: ast.Call) -> set[str]:
    """What a call is given that is written as `Name.PART`."""
    every = (*call.args, *(keyword.value for keyword in call.keywords))
    return {
        f"{each.value.id}.{each.attr}"
        for each in every
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name)
    }

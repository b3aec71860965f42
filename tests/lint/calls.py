"""Which function of the project refers to which, read from its source.

A name is followed by the imports of its module; what is asked of an object leads to every method of that name. A
function that is handed on counts as called.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
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
                    calls._add(module, ast.parse((changed or {}).get(module) or path.read_text()))
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
        function, names = self.functions[name], self.names[self.module_of(name)]
        found: set[str] = set()
        passed_over = {
            id(part)
            for call in ast.walk(function)
            if isinstance(call, ast.Call) and set(without) & given(call)
            for part in ast.walk(call.func)
        }
        for part in ast.walk(function):
            if id(part) not in passed_over:
                found.update(self._meant(part, names))
        return found & self.functions.keys()

    def module_of(self, name: str) -> str:
        """The module in which this function stands."""
        while name not in self.names:
            name = name.rpartition(".")[0]
        return name

    def _meant(self, part: ast.AST, names: Mapping[str, str]) -> Iterator[str]:
        if isinstance(part, ast.Name):
            yield names.get(part.id, "")
        elif isinstance(part, ast.Attribute):
            module = names.get(part.value.id, "") if isinstance(part.value, ast.Name) else ""
            if module in self.names:
                yield f"{module}.{part.attr}"
            else:
                yield from self.methods.get(part.attr, ())

    def _add(self, module: str, tree: ast.Module) -> None:
        names = self.names[module] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                names.update({each.asname or each.name: f"{node.module}.{each.name}" for each in node.names})
            elif isinstance(node, ast.Import):
                names.update({each.asname or each.name: each.name for each in node.names})
        for top in tree.body:
            if isinstance(top, ast.FunctionDef):
                names[top.name] = f"{module}.{top.name}"
                self.functions[f"{module}.{top.name}"] = top
            elif isinstance(top, ast.ClassDef):
                for method in top.body:
                    if isinstance(method, ast.FunctionDef):
                        self.functions[f"{module}.{top.name}.{method.name}"] = method
                        self.methods.setdefault(method.name, set()).add(f"{module}.{top.name}.{method.name}")


def given(call: ast.Call) -> set[str]:
    """What a call is given that is written as `Name.PART`."""
    every = (*call.args, *(keyword.value for keyword in call.keywords))
    return {
        f"{each.value.id}.{each.attr}"
        for each in every
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name)
    }

"""vault.md, 'Rules of the room', held by reading the code itself."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from speakup.vault import errors
from speakup.vault.errors import NotAReceipt, VaultError

PROJECT = Path(__file__).resolve().parents[2]
VAULT = PROJECT / "speakup" / "vault"
NOT_OURS = {".venv", "node_modules", "var", "tests", ".git"}


def sources() -> Iterator[Path]:
    for path in PROJECT.rglob("*.py"):
        if not NOT_OURS & set(path.relative_to(PROJECT).parts):
            yield path


def imported(path: Path) -> set[str]:
    """The top-level names of everything a module imports, wherever in it the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if called in {"import_module", "__import__"} and node.args and isinstance(node.args[0], ast.Constant):
                names.add(str(node.args[0].value).partition(".")[0])
    return names


def test_the_walk_sees_the_project() -> None:
    found = {path.relative_to(PROJECT).as_posix() for path in sources()}
    assert {"manage.py", "speakup/settings.py", "speakup/vault/aead.py"} <= found
    assert "cryptography" in imported(VAULT / "aead.py")


def test_only_the_vault_imports_cryptography() -> None:
    assert [str(path) for path in sources() if VAULT not in path.parents and "cryptography" in imported(path)] == []


def test_the_vault_imports_nothing_but_python_cryptography_shares_and_itself() -> None:
    import sys

    allowed = {*sys.stdlib_module_names, "cryptography", "shamir_mnemonic"}
    for path in VAULT.glob("*.py"):
        assert imported(path) <= allowed, path.name


@pytest.mark.parametrize("forbidden", ["random", "pickle", "logging", "os", "subprocess", "uuid1"])
def test_the_vault_draws_only_from_secrets_and_tells_nobody(forbidden: str) -> None:
    assert [path.name for path in VAULT.glob("*.py") if forbidden in imported(path)] == []


def test_errors_of_the_vault_carry_nothing() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, VaultError)]
    assert len(kinds) == 6
    for kind in kinds:
        error = kind(NotAReceipt.TOO_FEW) if kind is NotAReceipt else kind()
        assert str(error) == kind.text
        assert error.args == (kind.text,)


def test_no_vault_error_is_raised_while_another_is_handled() -> None:
    """`raise ... from None` hides the other error from a traceback; its text would still hang on `__context__`."""
    kinds = {name for name, _ in inspect.getmembers(errors, inspect.isclass)}
    for path in VAULT.glob("*.py"):
        for handler in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ExceptHandler)):
            for node in ast.walk(handler):
                if isinstance(node, ast.Raise):
                    raised = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
                    assert not raised & (kinds | {"ValueError"}), f"{path.name}:{node.lineno}"

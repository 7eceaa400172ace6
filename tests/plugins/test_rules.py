from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import tuisync

PACKAGE = Path(tuisync.__file__).parent
HOST = PACKAGE / "core" / "plugins"
HTTP = PACKAGE / "core" / "http"


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, ast.parse(path.read_text())


def imported_at_run_time(tree: ast.Module) -> set[str]:
    """Return the top-level packages a module imports outside `if TYPE_CHECKING`."""
    names: set[str] = set()
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
        pending += ast.iter_child_nodes(node)
    return names


def test_only_the_host_touches_the_hooks() -> None:
    users = {
        path
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "hook" and path.parent != HOST
        if ast.unparse(node.value).endswith(("pm", "manager"))
    }

    assert users == set()


def test_only_the_host_and_the_specification_import_pluggy() -> None:
    users = {path for path, tree in modules() if "pluggy" in imported_at_run_time(tree)}

    assert {path for path in users if path.parent != HOST} == {PACKAGE / "core" / "hookspecs.py"}


def test_in_the_core_only_the_client_imports_httpx() -> None:
    users = {
        path
        for path, tree in modules()
        if "httpx" in imported_at_run_time(tree) and path.is_relative_to(PACKAGE / "core")
    }

    users.discard(PACKAGE / "core" / "consent.py")  # which acts as the demo seller's browser
    assert {path.parent for path in users} == {HTTP}

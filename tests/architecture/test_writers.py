"""Only a room's commands write its tables; the kernel, which gives the commands their wrapper, is exempt."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

from tests.architecture import sources

CREATES = {
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "abulk_create",
    "acreate",
}
CHANGES = {"update", "delete", "aupdate", "adelete"}
SAVES = {"save", "asave"}
ROWS = re.compile(
    r"\bobjects\b|_default_manager|_base_manager|\.(filter|exclude|all|select_for_update|order_by)\("
)
SQL = re.compile(
    r"\b(?:insert\s+into|update|delete\s+from|truncate(?:\s+table)?)\s+\"?([a-z]+_[a-z_0-9]+)", re.I
)
STATEMENT = re.compile(
    r"\b(insert\s+into\s|update\s+\S+(\s+(as\s+)?\w+)?\s+set\s|delete\s+from\s|truncate\s)", re.I
)


def writes(path: Path) -> Iterator[tuple[int, ast.expr | None, str]]:
    """Every write of a module: its line, what is written to when that is an object, and the words of SQL."""
    for node in ast.walk(sources.tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_write(node.func):
            yield node.lineno, node.func.value, ""
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.search(node.value):
            yield node.lineno, None, node.value


def _is_write(call: ast.Attribute) -> bool:
    receiver = ast.unparse(call.value)
    rows = bool(ROWS.search(receiver))
    plain_delete = call.attr in {"delete", "adelete"} and isinstance(call.value, ast.Name)
    return call.attr in SAVES or (call.attr in CREATES | CHANGES and rows) or plain_delete


def may_write(path: Path) -> bool:
    inside = path.relative_to(sources.PACKAGE).parts
    return inside[0] == "kernel" or "commands" in (path.stem, path.parent.name) or inside[:2] in DEMO


DEMO = {("app", "demo"), ("app", "demo.py")}


def test_only_commands_write() -> None:
    elsewhere = [
        f"{sources.name(path)}:{line}"
        for path in sources.modules()
        if not may_write(path)
        for line, *_ in writes(path)
    ]
    assert not elsewhere


def test_a_room_writes_its_own_tables() -> None:
    strangers = [
        f"{sources.name(path)}:{line} writes {owner}"
        for path in sources.modules()
        if path.is_relative_to(sources.PACKAGE) and "commands" in (path.stem, path.parent.name)
        for line, receiver, sql in writes(path)
        for owner in owners(path, receiver, sql)
        if owner not in {sources.room(path).name, "kernel"}
    ]
    assert not strangers


def owners(path: Path, receiver: ast.expr | None, sql: str) -> set[str]:
    """The labels of the rooms whose tables a write names."""
    if receiver is None:
        labels = {config.label for config in apps.get_app_configs()}
        return {label for table in SQL.findall(sql) if (label := table.lower().split("_")[0]) in labels}
    module = _imported(path).get(_root(receiver), "")
    return {_room_of_module(module)} if module.startswith("onmaru.") and ".models" in module else set()


def _imported(path: Path) -> dict[str, str]:
    return {
        alias.asname or alias.name: node.module or ""
        for node in sources.tree(path).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _room_of_module(module: str) -> str:
    return module.split(".models")[0].rsplit(".", 1)[-1]

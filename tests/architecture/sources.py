"""The source of the house, as its architecture tests read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "onmaru"
FLOORS = [
    "kernel",
    "workbench",
    "masters",
    "office",
    "ledgers",
    "knowledge",
    "erp",
    "scm",
    "crm",
    "insight",
    "portal",
    "app",
]
SINGLE = ("kernel", "workbench", "app")


@cache
def modules() -> tuple[Path, ...]:
    """Every module of the product, tests and migrations left out."""
    found = (path for path in sorted(PACKAGE.rglob("*.py")) if not {"tests", "migrations"} & set(path.parts))
    return tuple(found)


@cache
def tests() -> tuple[Path, ...]:
    """Every module of a test, in the rooms and in tests/."""
    inside = (path for path in PACKAGE.rglob("*.py") if "tests" in path.parts)
    return tuple(sorted([*inside, *(ROOT / "tests").rglob("*.py")]))


@cache
def tree(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(), str(path))


def name(path: Path) -> str:
    """The path as a person reads it."""
    return str(path.relative_to(ROOT))


@cache
def rooms() -> tuple[Path, ...]:
    """The folders of the rooms that stand on a floor of their own kind: everything but kernel, workbench, app."""
    floors = [PACKAGE / floor for floor in FLOORS if floor not in SINGLE]
    return tuple(room for floor in floors if floor.is_dir() for room in _packages(floor))


def room(path: Path) -> Path:
    """The room that a file stands in."""
    floor, *rest = path.relative_to(PACKAGE).parts
    return PACKAGE / floor if floor in SINGLE or len(rest) < 2 else PACKAGE / floor / rest[0]


def _packages(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.iterdir()) if (path / "__init__.py").exists())

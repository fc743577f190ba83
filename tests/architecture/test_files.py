"""The same few names everywhere, and nothing grows past what one reads in one go."""

import ast

from tests.architecture import sources

HOLDS = {
    "models",
    "rules",
    "commands",
    "queries",
    "events",
    "reactions",
    "entities",
    "reports",
    "jobs",
    "invariants",
    "ports",
    "views",
    "urls",
    "apps",
}
FOLDERS = {"migrations", "tests", "templates", "data"}
NEVER = {
    "utils",
    "util",
    "helpers",
    "helper",
    "services",
    "service",
    "managers",
    "manager",
    "signals",
    "common",
    "misc",
}
LONGEST = 400


def test_a_room_holds_only_the_files_of_the_plan() -> None:
    strange = [
        sources.name(path)
        for room in sources.rooms()
        for path in room.iterdir()
        if path.name not in {"__init__.py", "README.md", "__pycache__"} and path.stem not in HOLDS | FOLDERS
    ]
    assert not strange


def test_a_room_with_rows_is_told_on_one_page() -> None:
    silent = [
        sources.name(room)
        for room in sources.rooms()
        if ((room / "models.py").exists() or (room / "models").is_dir()) and not (room / "README.md").exists()
    ]
    assert not silent


def test_nothing_has_a_name_that_says_nothing() -> None:
    vague = [
        sources.name(path)
        for path in sources.modules()
        if NEVER & {path.stem, *path.relative_to(sources.ROOT).parts}
    ]
    assert not vague


def test_no_file_is_longer_than_one_reads() -> None:
    long = {
        sources.name(path): lines
        for path in (*sources.modules(), *sources.tests())
        if (lines := path.read_text().count("\n")) > LONGEST
    }
    assert not long


def test_imports_stand_at_the_top() -> None:
    hidden = [
        f"{sources.name(path)}:{inside.lineno}"
        for path in sources.modules()
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inside in ast.walk(node)
        if isinstance(inside, ast.Import | ast.ImportFrom)
    ]
    assert not hidden


def test_nothing_is_left_for_later_in_a_comment() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "X" * 3)
    later = [
        f"{sources.name(path)}:{number}"
        for path in (*sources.modules(), *sources.tests())
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if any(f"{mark}:" in line or f"# {mark}" in line for mark in marks)
    ]
    assert not later

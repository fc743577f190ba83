"""The scoreboard of taste: the numbers of our own code beside the marks we set ourselves."""

import argparse
import ast
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grimp

from onmaru.app import checkout

Figure = tuple[str, float, float | None]
WINDOW = 6  # lines; fewer in a row that look alike are a habit, not a copy
VERBS = ("commands", "queries", "rules")
SCREENS = ("entities", "views", "forms", "urls", "reports")


def run(arguments: list[str]) -> int:
    """Print every figure with its mark; 1 when one is past it."""
    parser = argparse.ArgumentParser("run measure", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options = parser.parse_args(arguments)
    root = checkout.require()
    rows = figures(root / "onmaru")
    if options.json:
        print(json.dumps({name: {"value": value, "mark": mark} for name, value, mark in rows}))
    else:
        for name, value, mark in rows:
            print(
                f"{'ok  ' if fits(name, value, mark) else 'PAST'} {name:<36} {value:>9g}  {_mark(name, mark)}"
            )
    return 0 if all(fits(*row) for row in rows) else 1


def figures(package: Path) -> list[Figure]:
    """Every figure as (name, value, mark); docstrings must reach their mark, all else stays at or below."""
    files = {path: path.read_text() for path in _sources(package)}
    trees = {path: ast.parse(text) for path, text in files.items()}
    lengths = sorted(text.count("\n") for text in files.values() if text.strip())
    functions = sorted(_function_lines(trees.values()))
    return [
        ("file lines, median", _at(lengths, 0.5), 80),
        ("file lines, p90", _at(lengths, 0.9), 250),
        ("file lines, max", _at(lengths, 1.0), 400),
        ("function lines, median", _at(functions, 0.5), 7),
        ("function lines, p90", _at(functions, 0.9), 22),
        ("function lines, p99", _at(functions, 0.99), 50),
        ("largest import cycle, modules", _largest_cycle(_graph()), 0),
        ("largest import cycle, rooms", _largest_cycle(_rooms(_graph())), 0),
        ("duplicated lines, %", duplicated(files), 2),
        ("public docstrings, %", _documented(trees), 100),
        ("screen code per model line", _screen_share(files, package), 0.3),
        ("kernel, lines", _room_lines(package / "kernel"), 5000),
        ("workbench, lines", _room_lines(package / "workbench"), 7000),
        (
            "largest room of the office, lines",
            max(_room_lines(one) for one in _inside(package / "office")),
            1500,
        ),
        ("all, lines", sum(lengths), None),
    ]


def fits(name: str, value: float, mark: float | None) -> bool:
    """Whether a figure is within its mark."""
    return mark is None or (value >= mark if "docstrings" in name else value <= mark)


def _mark(name: str, mark: float | None) -> str:
    return "" if mark is None else f"({'>=' if 'docstrings' in name else '<='} {mark:g})"


def _sources(package: Path) -> Iterator[Path]:
    for path in sorted(package.rglob("*.py")):
        if not {"migrations", "tests"} & set(path.parts):
            yield path


def _at(values: list[int], share: float) -> int:
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0


def _function_lines(trees: Any) -> Iterator[int]:
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (node.end_lineno or node.lineno) - node.lineno + 1


def _graph() -> dict[str, set[str]]:
    graph = grimp.build_graph("onmaru", cache_dir=None)
    return {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


def _rooms(modules: dict[str, set[str]]) -> dict[str, set[str]]:
    rooms: dict[str, set[str]] = {}
    for module, imported in modules.items():
        home = room_of(module)
        rooms.setdefault(home, set()).update(other for other in map(room_of, imported) if other != home)
    return rooms


def room_of(module: str) -> str:
    """`onmaru.erp.sales.rules` → `erp.sales`; the kernel, the workbench and the app are one room each."""
    _, *names = module.split(".")
    single = not names or names[0] in ("kernel", "workbench", "app")
    return ".".join(names[: 1 if single else 2])


def _largest_cycle(graph: dict[str, set[str]]) -> int:
    """Members of the largest strongly connected component that has more than one; 0 when there is none."""
    reached = {node: _reachable(graph, node) for node in graph}
    sizes = (sum(node in reached[other] for other in reached[node]) for node in graph)
    return max((size for size in sizes if size > 1), default=0)


def _reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for following in graph.get(waiting.pop(), ()):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return seen


def duplicated(files: dict[Path, str]) -> float:
    """The share of lines, in percent, that stand in a run of six or more which occurs elsewhere too."""
    lines = {path: _telling_lines(text) for path, text in files.items()}
    runs = {path: [tuple(w[i : i + WINDOW]) for i in range(len(w) - WINDOW + 1)] for path, w in lines.items()}
    often = Counter(run for found in runs.values() for run in found)
    copied = sum(len(_covered(found, often)) for found in runs.values())
    return round(100 * copied / max(1, sum(map(len, lines.values()))), 2)


def _telling_lines(text: str) -> list[str]:
    stripped = (line.strip() for line in text.splitlines())
    return [
        line
        for line in stripped
        if line and not line.startswith(("#", "import ", "from ")) and line not in ")]}"
    ]


def _covered(found: list[tuple[str, ...]], often: Counter[tuple[str, ...]]) -> set[int]:
    return {place + step for place, run in enumerate(found) if often[run] > 1 for step in range(WINDOW)}


def public(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """The functions of a module that others may call."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def is_verb(path: Path) -> bool:
    """Whether the file holds commands, queries or rules, by its name or its folder's."""
    return path.stem in VERBS or path.parent.name in VERBS


def _documented(trees: dict[Path, ast.Module]) -> float:
    found = [
        bool(ast.get_docstring(node))
        for path, tree in trees.items()
        if is_verb(path)
        for node in public(tree)
    ]
    return round(100 * sum(found) / len(found), 1) if found else 100


def _screen_share(files: dict[Path, str], package: Path) -> float:
    models = screens = 0
    for path, text in files.items():
        relative = path.relative_to(package)
        # The rooms of the office draw for every entity, as the workbench does: they are no screens of a model.
        if relative.parts[0] in ("kernel", "workbench", "office", "app"):
            continue
        names = {relative.stem, relative.parent.name}
        models += text.count("\n") if "models" in names else 0
        # Paper is no screen: of reports only those count that are shown as pages.
        shown = names & set(SCREENS) and ("reports" not in names or "Report(" in text)
        screens += text.count("\n") if shown else 0
    own = (path for path in package.glob("*/*/templates/**/*.html") if "office" not in path.parts)
    pages = sum(path.read_text().count("\n") for path in own)
    return round((screens + pages) / max(1, models), 2)


def _inside(floor: Path) -> Iterator[Path]:
    """The rooms of a floor."""
    return (path.parent for path in floor.glob("*/apps.py"))


def _room_lines(room: Path) -> int:
    pages = room.glob("templates/**/*.html")
    return sum(path.read_text().count("\n") for path in (*_sources(room), *pages))

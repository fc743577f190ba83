"""Lay out a room: its package, its page, its place in the settings."""

import argparse
import re
from pathlib import Path

from onmaru.app import checkout

FLOORS = ["masters", "office", "ledgers", "knowledge", "erp", "scm", "crm", "insight", "portal"]
AREAS = ("masters", "knowledge", "crm", "insight")  # floors whose rooms share one heading of the menu
NAME = re.compile(r"[a-z][a-z0-9]*")


def run(arguments: list[str]) -> int:
    """Write the files of an empty room that passes `check`."""
    parser = argparse.ArgumentParser("run new-room", description=__doc__)
    parser.add_argument("floor", metavar="FLOOR", choices=FLOORS, help=f"one of: {', '.join(FLOORS)}")
    parser.add_argument(
        "name", metavar="NAME", help="one lower-case word, which is also the label of its tables"
    )
    options = parser.parse_args(arguments)
    root = checkout.require()
    if not NAME.fullmatch(options.name):
        parser.error("NAME is one lower-case word")
    if any((root / "onmaru").glob(f"*/{options.name}/apps.py")):
        parser.error(f"there is a room named {options.name} already")
    lay(root, options.floor, options.name)
    _open(root / "onmaru" / "app" / "settings.py", options.floor, options.name)
    print(f"onmaru/{options.floor}/{options.name} stands. Next: ./run new-entity {options.name} NAME")
    return 0


def lay(root: Path, floor: str, name: str) -> None:
    """Write the room's own files."""
    room = root / "onmaru" / floor / name
    (room / "tests").mkdir(parents=True)
    for package in (room.parent, room, room / "tests"):
        (package / "__init__.py").touch()
    (room / "apps.py").write_text(
        "from django.apps import AppConfig\n\n\n"
        f"class {name.capitalize()}(AppConfig):\n"
        f'    name = "onmaru.{floor}.{name}"\n    label = "{name}"\n'
        + (f'    area = "{floor}"\n' if floor in AREAS else "")
    )
    (room / "README.md").write_text(
        f"# {name.capitalize()}\n\nWhat this room is for, in one sentence.\n\n"
        "## Nouns\n\n## Verbs\n\n## Invariants\n\n## Events\n"
    )


def _open(settings: Path, floor: str, name: str) -> None:
    """Name the room in the settings, before the first one that stands on a lower floor."""
    lines = settings.read_text().splitlines(keepends=True)
    start = lines.index("ROOMS = [\n") + 1
    height = FLOORS.index(floor)
    place = next(number for number in range(start, len(lines)) if _height(lines[number]) < height)
    lines.insert(place, f'    "onmaru.{floor}.{name}",\n')
    settings.write_text("".join(lines))


def _height(line: str) -> int:
    words = line.strip(' ",\n').split(".")
    if line.startswith("]") or words[1:2] in (["workbench"], ["kernel"]):
        return -1
    return FLOORS.index(words[1]) if words[1] in FLOORS else len(FLOORS)

"""Write docs/map from what the rooms declare: floors, states, verbs, events."""

import argparse
import inspect
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import grimp
from django.db import models
from django.utils import translation

from onmaru.app import checkout
from onmaru.app.cli import measure
from onmaru.kernel import commands, events

FLOORS = (
    "app portal insight crm scm erp knowledge ledgers office masters workbench kernel".split()  # noqa: SIM905
)
GENERATED = "<!-- Written by `./run map`; what is changed here by hand is lost. -->\n"


def run(arguments: list[str]) -> int:
    """Rewrite the pages of docs/map."""
    argparse.ArgumentParser("run map", description=__doc__).parse_args(arguments)
    folder = checkout.require() / "docs" / "map"
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages().items():
        (folder / name).write_text(f"{GENERATED}\n{page.rstrip()}\n")
        print(f"docs/map/{name}")
    return 0


def pages() -> dict[str, str]:
    """Every page of the map by its file name."""
    verbs = sorted(commands.registry.values(), key=lambda command: command.name)
    return {
        "floors.md": _floors(),
        "states.md": _states(verbs),
        "verbs.md": _verbs(verbs),
        "events.md": _events(),
    }


def _floors() -> str:
    rooms = _imports_between_rooms()
    lines = [
        "# Floors and rooms",
        "",
        "An arrow is an import. It goes down or across, never up, never in a circle.",
        "",
    ]
    lines += ["```mermaid", "flowchart TB"]
    for floor in FLOORS:
        here = sorted(
            room for room in rooms if room.split(".")[0] == floor and (room != floor or floor in SINGLE)
        )
        if here:
            lines += [
                f"  subgraph {floor}_floor[{floor}]",
                *(f"    {_node(room)}[{room}]" for room in here),
                "  end",
            ]
    known = {room for room in rooms if "." in room or room in SINGLE}
    lines += [
        f"  {_node(room)} --> {_node(other)}"
        for room in sorted(known - {"app"})
        for other in sorted(rooms[room] & known - {"kernel"})
    ]
    return "\n".join([*lines, "```", "", "Every room stands on the kernel, and the app knows every room."])


SINGLE = ("kernel", "workbench", "app")


def _imports_between_rooms() -> dict[str, set[str]]:
    graph = grimp.build_graph("onmaru", cache_dir=None)
    rooms: dict[str, set[str]] = defaultdict(set)
    for module in sorted(graph.modules - {"onmaru", "onmaru.__main__"}):
        room = measure.room_of(module)
        others = () if ".tests" in module else graph.find_modules_directly_imported_by(module)
        rooms[room] |= {measure.room_of(other) for other in others} - {room}
    return rooms


def _node(room: str) -> str:
    return room.replace(".", "_")


def _states(verbs: Iterable[commands.Command[Any]]) -> str:
    moving: dict[type[models.Model], list[commands.Command[Any]]] = defaultdict(list)
    for command in verbs:
        if command.model is not None and command.moves_from is not None:
            moving[command.model].append(command)
    lines = ["# States", "", "What a document can become, and the verb that makes it so.", ""]
    for model, moves in moving.items():
        lines += [f"## {model._meta.label}", "", "```mermaid", "stateDiagram-v2"]
        lines += [
            f"  {source} --> {move.moves_to}: {_verb(move)}" for move in moves for source in _sources(move)
        ]
        lines += ["```", ""]
    return "\n".join(lines)


def _sources(move: commands.Command[Any]) -> list[str]:
    return sorted(move.moves_from or ())


def _verb(command: commands.Command[Any]) -> str:
    return command.name.rsplit(".", 1)[-1]


def _verbs(verbs: Iterable[commands.Command[Any]]) -> str:
    lines = ["# Verbs", "", "Every intent of a person is one command.", ""]
    lines += ["| command | English | 한국어 | asks for | what it does |", "|---|---|---|---|---|"]
    for command in verbs:
        asked = ", ".join(f"`{name}`" for name in _asked(command))
        first = (
            (inspect.getdoc(command.function) or "").split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
        )
        lines.append(
            f"| `{command.name}` | {_said(command.label, 'en')} | {_said(command.label, 'ko')} | {asked} | {first} |"
        )
    return "\n".join(lines)


def _asked(command: commands.Command[Any]) -> list[str]:
    parameters = inspect.signature(command.function).parameters.values()
    return [
        one.name for one in parameters if one.kind is one.KEYWORD_ONLY and one.name not in ("by", "today")
    ]


def _said(words: Any, language: str) -> str:
    with translation.override(language):
        return str(words)


def _events() -> str:
    lines = ["# Events", "", "Facts in the past tense, and who does something because of them.", ""]
    lines += ["| event | says | reactions |", "|---|---|---|"]
    for kind, fact in sorted(events.registry.items()):
        says = ", ".join(f"`{field.name}`" for field in fields(fact))
        reactions = ", ".join(f"`{name}`" for name in sorted(events.reactions.get(kind, ())))
        lines.append(f"| `{kind}` | {says} | {reactions} |")
    return "\n".join(lines)

"""Lay out an entity: a row, its commands, its declaration, a test, its Korean words."""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from onmaru.app import checkout

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

MODEL_HEAD = '''"""The rows of this room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import Record
'''

MODEL = '''

class {Class}(Record):
    """What a {words} is, in one sentence."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("{words}")
        verbose_name_plural = _("{many_words}")

    def __str__(self) -> str:
        return self.name
'''

COMMANDS = '''"""What is done with {many_words}."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records
from onmaru.kernel.identity import Actor
from {room}.models import {Class}


@commands.command(label=_("New {words}"), model={Class})
def create(*, by: Actor, **values: Any) -> {Class}:
    """Take a {words} in. Refuses what breaks a rule of its fields, every reason at once."""
    {name} = records.fill({Class}(), values)
    {name}.save()
    return {name}


@commands.command(label=_("Edit"), model={Class})
def edit({name}: {Class}, *, by: Actor, **values: Any) -> {Class}:
    """Change a {words}. Refuses what breaks a rule of its fields, every reason at once."""
    return records.fill({name}, values)
'''

ENTITY_HEAD = '''"""What is seen and typed of this room."""

from __future__ import annotations

'''

ENTITY = """
{many} = Entity(
    models.{Class},
    list="code name",
)
"""

TEST = """import pytest

from onmaru.kernel import identity, refusals
from {room}.commands import {many}

pytestmark = pytest.mark.django_db
clerk = identity.system("clerk")


def test_a_{name}_is_taken_in_and_changed() -> None:
    {name} = {many}.create(by=clerk, code="A1", name="First")
    {many}.edit({name}, by=clerk, name="Second")
    {name}.refresh_from_db()
    assert ({name}.code, {name}.name) == ("A1", "Second")


def test_a_code_is_given_once() -> None:
    {many}.create(by=clerk, code="A1", name="First")
    with pytest.raises(refusals.Refused):
        {many}.create(by=clerk, code="A1", name="Again")
"""


def run(arguments: list[str]) -> int:
    """Write the files of an entity that passes `check`, and its migration."""
    parser = argparse.ArgumentParser("run new-entity", description=__doc__)
    parser.add_argument("room", metavar="ROOM", help="the room's name, such as party")
    parser.add_argument("name", metavar="NAME", help="the noun, lower case, words joined by _: cost_center")
    parser.add_argument("--plural", help="its plural (NAME with an s)")
    parser.add_argument("--korean", help="the word that a Korean clerk says (NAME)")
    options = parser.parse_args(arguments)
    root = checkout.require()
    found = [path.parent for path in (root / "onmaru").glob(f"*/{options.room}/apps.py")]
    if not found:
        parser.error(f"there is no room named {options.room}; make one with new-room")
    if not NAME.fullmatch(options.name):
        parser.error("NAME is lower case, words joined by _")
    words = vocabulary(root, found[0], options.name, options.plural or f"{options.name}s")
    taken = found[0] / "commands" / f"{words['many']}.py"
    if taken.exists() or (found[0] / "commands.py").exists():
        parser.error(
            f"{taken} cannot be written: it is there, or the room keeps one commands.py (split it first)"
        )
    written = lay(root, found[0], words, options.korean or words["words"])
    print("\n".join(str(path.relative_to(root)) for path in written))
    return _tidy(root, options.room, [path for path in written if path.suffix == ".py"])


def vocabulary(root: Path, room: Path, name: str, many: str) -> dict[str, str]:
    """The noun in every shape that the files need."""
    return {
        "name": name,
        "many": many,
        "slug": many.replace("_", "-"),
        "Class": "".join(part.capitalize() for part in name.split("_")),
        "words": name.replace("_", " "),
        "many_words": many.replace("_", " "),
        "room": ".".join(room.relative_to(root).parts),
    }


def lay(root: Path, room: Path, words: dict[str, str], korean: str) -> list[Path]:
    """Write or lengthen the room's files; returns which."""
    commands = room / "commands"
    commands.mkdir(exist_ok=True)
    verbs = commands / f"{words['many']}.py"
    verbs.write_text(COMMANDS.format(**words))
    test = room / "tests" / f"test_{words['many']}.py"
    test.write_text(TEST.format(**words))
    return [
        _row(room, words),
        _named(
            commands / "__init__.py", '"""The only writers of this room\'s tables."""\n', words["many"], words
        ),
        verbs,
        _declared(room / "entities.py", words),
        test,
        _said(root / "onmaru" / "locale" / "ko" / "parts" / f"{room.name}.po", words, korean),
    ]


def _row(room: Path, words: dict[str, str]) -> Path:
    folder = room / "models"
    if not folder.is_dir():
        return _lengthen(room / "models.py", MODEL_HEAD, MODEL.format(**words))
    path = folder / f"{words['many']}.py"
    path.write_text(MODEL_HEAD + MODEL.format(**words))
    index = folder / "__init__.py"
    _import(index, f"from {words['room']}.models.{words['many']} import {words['Class']}")
    _export(index, words["Class"])
    return path


def _named(index: Path, head: str, module: str, words: dict[str, str]) -> Path:
    if not index.exists() or not index.read_text().strip():
        index.write_text(head)
    _import(index, f"from {words['room']}.commands import {module}")
    _export(index, module)
    return index


def _declared(path: Path, words: dict[str, str]) -> Path:
    _lengthen(path, ENTITY_HEAD, ENTITY.format(**words))
    _import(path, f"from {words['room']} import models")
    _import(path, "from onmaru.workbench.entity import Entity")
    return path


def _said(path: Path, words: dict[str, str], korean: str) -> Path:
    said = {words["words"]: korean, words["many_words"]: korean, f"New {words['words']}": f"{korean} 등록"}
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    return _lengthen(path, head, "".join(f'\nmsgid "{id}"\nmsgstr "{text}"\n' for id, text in said.items()))


def _lengthen(path: Path, head: str, more: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((path.read_text() if path.exists() else head) + more)
    return path


def _import(path: Path, line: str) -> None:
    """Put an import after the module's last one, or after its docstring; the formatter sorts them."""
    lines = path.read_text().splitlines(keepends=True)
    if f"{line}\n" not in lines:
        imports = [number for number, text in enumerate(lines, 1) if text.startswith(("from ", "import "))]
        many = imports and lines[imports[-1] - 1].rstrip().endswith("(")
        place = imports[0] - 1 if many else imports[-1] if imports else 1
        lines.insert(place, f"{line}\n" if imports else f"\n{line}\n")
        path.write_text("".join(lines))


def _export(path: Path, name: str) -> None:
    text = path.read_text()
    if "__all__ = [" in text:
        path.write_text(text.replace("__all__ = [", f'__all__ = ["{name}", ', 1))
    else:
        path.write_text(f'{text}\n__all__ = ["{name}"]\n')


def _tidy(root: Path, room: str, paths: list[Path]) -> int:
    """Sort and format what was written, then write the migration, in a process that sees the new files."""
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check", "--quiet", "--fix", "--select", "I,RUF022"], ["format", "--quiet"]):
        subprocess.run([*ruff, *command, *map(str, paths)], cwd=root, check=True)
    environment = os.environ | {"PYTHONPATH": str(root)}
    command = [sys.executable, "-m", "onmaru", "manage", "makemigrations", room]
    return subprocess.run(command, cwd=root, env=environment, check=False).returncode

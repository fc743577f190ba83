"""A form as a model: what it asks, what was typed, what was refused; it never loses what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.workbench.entity import Entity, Lines
from onmaru.workbench.fields import Field, Text


@dataclass
class Input:
    """A field with what stands in it. ``text`` is the raw value ("12" for a reference), ``shown`` its words.

    ``widget``: text, textarea, number, date, datetime, select, reference, checkbox, json. A reference's choices come from
    ``search.choices`` through ``lookup`` (the entity's name); without one, ``choices`` holds them all.
    """

    field: Field
    name: str
    text: str = ""
    shown: str = ""
    widget: str = "text"
    choices: list[tuple[str, str]] = field(default_factory=list)
    lookup: str = ""
    problems: list[Refusal] = field(default_factory=list)


@dataclass
class GridRow:
    id: str
    inputs: list[Input]


@dataclass
class Grid:
    """Lines as a spreadsheet. Posted as ``lines.0.product``, ``lines.0.id``; ``blank`` is the empty row to copy."""

    name: str
    label: Text
    rows: list[GridRow]
    blank: GridRow
    problems: list[Refusal] = field(default_factory=list)


@dataclass
class Group:
    label: Text
    inputs: list[Input]


@dataclass
class Form:
    """``take`` reads a POST; ``command`` is what it feeds; ``subject`` the record changed, None for a new one."""

    entity: Entity
    command: Command[Any]
    by: Actor
    subject: Any = None
    groups: list[Group | Grid] = field(default_factory=list)
    version: int | None = None
    problems: list[Refusal] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def take(self, posted: Any) -> bool:
        """Read a POST (QueryDict or dict) into ``values`` for the command; False when something is refused."""
        raise NotImplementedError

    def refuse(self, refused: Refused) -> None:
        """Put the command's reasons beside the fields they concern; the rest goes to ``problems``."""
        raise NotImplementedError

    def submit(self, *, key: str | None = None, dry_run: bool = False) -> Any:
        """Run the command with ``values``; returns its result, or None with the reasons placed."""
        raise NotImplementedError


def new(entity: Entity, by: Actor, initial: Mapping[str, Any] | None = None) -> Form:
    """The form that creates a record. Raises Refused(not_permitted)."""
    raise NotImplementedError


def edit(entity: Entity, by: Actor, record: Any) -> Form:
    """The form that changes ``record``. Raises Refused(not_permitted)."""
    raise NotImplementedError


def ask(entity: Entity, by: Actor, command: Command[Any], record: Any) -> Form:
    """The dialog of an action: what the command asks beyond the record itself."""
    raise NotImplementedError

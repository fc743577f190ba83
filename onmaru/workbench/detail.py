"""One record as people read it: its values, what may be done with it, what belongs to it, what happened to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import StoredFile
from onmaru.workbench.entity import Document, Entity, Lines, Related, Section
from onmaru.workbench.fields import Field, Text
from onmaru.workbench.listing import Cell, Row


@dataclass(frozen=True)
class Part:
    """A section of values (``cells``) or a grid of lines (``rows`` under ``declared.columns``)."""

    declared: Section | Lines
    cells: list[Cell] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def is_grid(self) -> bool:
        """Whether it is a grid of lines."""
        return isinstance(self.declared, Lines)


@dataclass(frozen=True)
class Action:
    """A command the record's state and the person's role allow now; ``asks`` what a dialog must ask first."""

    command: Command[Any]
    name: str
    label: Text
    asks: tuple[Field, ...]
    danger: bool
    primary: bool


@dataclass(frozen=True)
class Change:
    label: Text
    old: str
    new: str


@dataclass(frozen=True)
class Happening:
    """One entry of the timeline: ``sentence`` in the active language, then what changed."""

    at: datetime
    who: str
    label: Text
    sentence: str
    changes: list[Change]
    source: str


@dataclass(frozen=True)
class RelatedRows:
    entity: Entity
    declared: Related
    rows: list[Row]
    more: bool


@dataclass
class Detail:
    entity: Entity
    record: Any
    title: str
    version: int | None
    state: Cell | None
    parts: list[Part]
    actions: list[Action]
    may_edit: bool
    related: list[RelatedRows]
    timeline: list[Happening]
    files: list[StoredFile]
    documents: tuple[Document, ...]


def find(entity: Entity, by: Actor, record_id: int) -> Any:
    """The record with derived columns, if ``by`` may see it. Raises Refused(not_found)."""
    raise NotImplementedError


def show(entity: Entity, by: Actor, record_id: int) -> Detail:
    """Everything of the detail page. Raises Refused(not_found) when it is not there or not theirs to see."""
    raise NotImplementedError

"""One record as people read it: its values, what may be done with it, what belongs to it, what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from onmaru.kernel import permissions, refusals, work
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench import calls, columns, filters, listing, registry, sight
from onmaru.workbench.entity import Document, Entity, Lines, Related, Section
from onmaru.workbench.fields import Field, Text
from onmaru.workbench.listing import Cell, Row

MOST_RELATED = 10


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
class RelatedRows:
    """Records of another entity that point here; ``more`` when there are more than are shown."""

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
    documents: tuple[Document, ...]


def find(entity: Entity, by: Actor, record_id: int) -> Any:
    """The record with derived columns, if ``by`` may see it. Raises Refused(not_found)."""
    found = filters.visible(entity, by).filter(pk=record_id).first() if 0 < record_id < 2**63 else None
    if found is None:
        raise Refused(refusals.NOT_FOUND())
    return found


def show(entity: Entity, by: Actor, record_id: int) -> Detail:
    """Everything of the detail page. Raises Refused(not_found) when it is not there or not theirs to see."""
    entity, record = sight.of(entity, by), find(entity, by, record_id)
    state = next((column for column in entity.list_columns if column.kind == "state"), None)
    return Detail(
        entity,
        record,
        str(record),
        getattr(record, "version", None),
        listing.show_rows([state], [record])[0].cells[0] if state else None,
        [_part(part, record) for part in entity.detail_parts],
        actions(entity, by, record),
        may_edit(entity, by, record),
        [found for one in entity.related_parts if (found := _related(one, by, record)) is not None],
        entity.printed,
    )


def actions(entity: Entity, by: Actor, record: Any) -> list[Action]:
    """What ``by`` may do with ``record`` in its present state, the primary action first."""
    # What is in use already is not taken into use, by the convention of archive and restore.
    idle = {{True: "restore", False: "archive", None: ""}[getattr(record, "is_active", None)]}
    # A document is cancelled: its number stays in the books.
    idle |= {"delete"} if getattr(record, "number", "") else set()
    fitting = [one for one in entity.verbs if one.fits(record) and one.__name__ not in idle]
    may = permissions.may_do(record, by)
    allowed = [one for one in fitting if may(one.permission)]
    allowed = [one for one in allowed if entity.offered.get(one.__name__, _always)(record, by)]
    allowed.sort(key=lambda command: (not command.primary, command.danger))
    return [
        Action(
            command,
            command.__name__,
            command.label,
            calls.asks(entity, command, by),
            command.danger,
            command.primary,
        )
        for command in allowed
    ]


def _always(record: Any, by: Actor) -> bool:
    return True


def may_edit(entity: Entity, by: Actor, record: Any) -> bool:
    """Whether ``by`` may change ``record`` in its present state."""
    edit = entity.edit
    return edit is not None and edit.fits(record) and permissions.may_do(record, by)(edit.permission)


def line_rows(part: Lines, *records: Any) -> Any:
    """The lines of records with what their columns show, in their order."""
    assert part.model is not None
    rows = part.model._default_manager.filter(**{f"{part.link}__in": records}, **part.only).order_by(
        part.order
    )
    rows = part.annotate(rows) if part.annotate else rows
    joined = columns.joins(part.columns)
    return rows.select_related(*joined) if joined else rows


def _part(part: Section | Lines, record: Any) -> Part:
    if isinstance(part, Lines):
        return Part(part, rows=listing.show_rows(part.columns, line_rows(part, record)))
    return Part(part, cells=listing.show_rows(part.columns, [record])[0].cells)


def _related(declared: Related, by: Actor, record: Any) -> RelatedRows | None:
    entity = registry.get(declared.entity)
    if entity is None or not by.may(permissions.code(entity.model, "view")):
        return None
    entity = sight.of(entity, by)
    rows = filters.visible(entity, by).filter(**_by_path(pointing(declared, record))).order_by("-pk")
    found = listing.show_rows(entity.list_columns, rows[: MOST_RELATED + 1])
    return RelatedRows(entity, declared, found[:MOST_RELATED], len(found) > MOST_RELATED)


def pointing(declared: Related, record: Any) -> dict[str, Any]:
    """What the rows of a related list have in common, by the names of their columns."""
    if declared.paired:
        return {f"{declared.field}_kind": work.kind_of(record), f"{declared.field}_id": record.pk}
    return {declared.field: record.pk}


def _by_path(named: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace(".", "__"): value for name, value in named.items()}

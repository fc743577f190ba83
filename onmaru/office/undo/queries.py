"""Reads of what can be taken back: the way there is from a line of the history, and what was kept beside it."""

from __future__ import annotations

from typing import Any

import orjson
from django.apps import apps
from django.core.cache import cache
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, personal, refusals, work
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.kernel.sealed import Sealed
from onmaru.workbench import calls, registry, values
from onmaru.workbench.entity import Entity, Lines

MOVED = refusals.reason(
    "undo_moved",
    _(
        "The change also took it from “{old}” to “{new}”, and nothing you may do leads back from there by itself."
    ),
)
TOUCHED = refusals.reason("touched_since", _("It was worked on since ({action}, {who})."))
OPPOSITE = {"archive": "restore", "restore": "archive"}


def stuck(row: AuditRow, by: Actor) -> Refusal | None:
    """Why an edit that moved its record to another state cannot be taken back: undo_moved."""
    entity = registry.of_model(apps.get_model(row.subject_kind))
    try:
        if entity is not None:
            leading_back(entity, row, by)
    except Refused as refused:
        return refused.reasons[0]
    return None


def can_undo(row: AuditRow, by: Actor) -> bool:
    """Whether there is a way back from what a line of the history says, as far as one sees without trying."""
    model = apps.get_model(row.subject_kind)
    entity, verb = registry.of_model(model), row.command.rpartition(".")[2]
    if entity is None or row.command not in commands.registry:
        return False
    edited = entity.edit is not None and row.command == entity.edit.name
    return (
        verb in OPPOSITE or verb == "delete" or (edited and kept(row) is not None and stuck(row, by) is None)
    )


def touched(row: AuditRow) -> Refusal:
    """That somebody came after."""
    command = commands.registry.get(row.command)
    return TOUCHED(action=command.label if command else row.command, who=row.by_name)


def leading_back(entity: Entity, row: AuditRow, by: Actor) -> Command[Any] | None:
    """The command that gives a record again the state which it had before an edit moved it in passing; None for other
    lines of the history, and where the edit itself says the state. Raises Refused(undo_moved) when none does.
    """
    told = row.changes.get("state")
    is_edit = entity.edit is not None and row.command == entity.edit.name
    if not is_edit or not isinstance(told, list) or any(one.name == "state" for one in entity.input_fields):
        return None
    old, new = told
    ways = [one for one in entity.verbs if one.moves_to == old and new in (one.moves_from or ())]
    free = [one for one in ways if not (one.danger or any(f.required for f in calls.asks(entity, one)))]
    if len(free) != 1 or not by.may(free[0].permission):
        words = dict(entity.model._meta.get_field("state").flatchoices)  # type: ignore[union-attr]
        raise Refused(MOVED(old=words.get(old, old), new=words.get(new, new)))
    return free[0]


def history(record: Model) -> QuerySet[AuditRow]:
    """All that was done to a record, the first thing first."""
    of = {"subject_kind": work.kind_of(record), "subject_id": record.pk}
    return AuditRow.objects.filter(**of).order_by("pk")


def grids(entity: Entity) -> list[Lines]:
    """The grids of lines that a form of an entity edits."""
    return [part for part in entity.form_parts if isinstance(part, Lines)]


def line(part: Lines, row: Any) -> dict[str, Any]:
    """A line as a program would send it. Its own way to a personal field leads to the mask."""
    masked = personal.names(part.model)
    held = {
        one.name: bare(part, row, one.name) if one.name in masked else part.value(row, one.name)
        for one in part.fields
    }
    return {"id": row.pk} | {one.name: whole(one.typed(held[one.name])) for one in part.fields}


def bare(shown: Entity | Lines, row: Any, name: str) -> Any:
    """What stands behind the mask of a personal field."""
    own = shown.own.get(name)
    return own.bare(row) if own is not None and own.bare is not None else getattr(row, name)


def whole(value: Any) -> Any:
    """A value as a program would send it, with nothing masked."""
    if isinstance(value, Sealed):
        return value.open()
    return getattr(value, "typed", values.plain(value))


def is_silent(row: AuditRow) -> bool:
    """Whether a line of the history keeps to itself what was before: of lines, and of personal fields."""
    return bool(
        row.changes.get("lines") or personal.names(apps.get_model(row.subject_kind)) & row.changes.keys()
    )


def kept(row: AuditRow, longer: str | None = None) -> dict[str, Any] | None:
    """What was kept beside a line of the history: nothing where it tells all, None when nobody knows any more."""
    if not is_silent(row):
        return {}
    stored = longer or cache.get(place(row))
    found: dict[str, Any] | None = orjson.loads(Sealed(stored).open()) if stored else None
    return found


def place(row: AuditRow) -> str:
    """Where what was kept beside a line of the history lies."""
    return f"undo:{row.pk}"

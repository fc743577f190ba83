"""What happened to a record, in sentences: audit rows with the words of their fields, choices and references."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from onmaru.kernel import commands, custom, personal, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow
from onmaru.workbench import columns, ports, registry, shown
from onmaru.workbench.entity import Column, Lines
from onmaru.workbench.fields import Text

Names = Mapping[tuple[type[models.Model], Any], str]
MOST = 100


@dataclass(frozen=True)
class Change:
    """A field and what it held before and after, as people read it."""

    label: Text
    old: str
    new: str


@dataclass(frozen=True)
class Happening:
    """One entry of the timeline: ``sentence`` in the active language, then what changed."""

    key: int
    at: datetime
    who: str
    label: Text
    sentence: str
    changes: list[Change]
    source: str


def of(record: models.Model, by: Actor, most: int = MOST) -> list[Happening]:
    """The latest ``most`` happenings of a record, newest first; one query and one for each kind referred to."""
    audited = AuditRow.objects.filter(subject_kind=work.kind_of(record), subject_id=record.pk)
    return told(type(record), audited.order_by("-id")[:most], by)


def told(model: type[models.Model], audited: Iterable[AuditRow], by: Actor) -> list[Happening]:
    """Rows of the history of one kind of record as ``by`` may read them."""
    rows = list(audited)
    names = _names(model, rows, by)
    return [_happening(model, row, names, by) for row in rows]


def _is_told(model: type[models.Model], name: str, by: Actor) -> bool:
    """Whether a change is for this person's eyes: what has no words of its own is a program's (a diagram's XML)."""
    field = _field(model, name)
    if isinstance(field, models.TextField) and not field.editable and not getattr(field, "_verbose_name", ""):
        return False
    own, _line = _own(model, name)
    kind = work.kind_of(model)
    return not (own.tells if own else {(kind, name), (kind, name.removesuffix("_id"))}) & by.hidden


def _happening(model: type[models.Model], row: AuditRow, names: Names, by: Actor) -> Happening:
    command = commands.registry.get(row.command)
    label = command.label if command else row.command
    pairs = {
        name: pair
        for name, pair in personal.veiled(model, row.changes).items()
        if isinstance(pair, list) and len(pair) == 2 and _is_told(model, name, by)
    }
    order = {field.attname: place for place, field in enumerate(model._meta.concrete_fields)}
    changes = [
        one
        for name in sorted(pairs, key=lambda name: order.get(name, len(order)))
        for one in _changes(model, name, pairs[name][0], pairs[name][1], names)
    ]
    reason = (row.changes.get("asked") or {}).get("reason")
    words = [_("{who}: {action}").format(who=row.by_name, action=label)]
    words += [_("{field} “{old}” → “{new}”").format(field=c.label, old=c.old, new=c.new) for c in changes[:3]]
    words += [_("Reason: {reason}").format(reason=reason)] if reason else []
    return Happening(row.pk, row.at, row.by_name, label, ", ".join(words), changes, row.source)


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any] | None:
    try:
        found = model._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None


def _own(model: type[models.Model], name: str) -> tuple[Column | None, str]:
    """The column of a field that the company added, and the line it stands in (``lines.2.x_colour``), "" for none."""
    entity = registry.of_model(model)
    if entity is None or name in entity.own:
        return (entity.own[name], "") if entity else (None, "")
    grid, _dot, rest = name.partition(".")
    line, _dot, cell = rest.partition(".")
    parts = (one for one in entity.form_parts if isinstance(one, Lines) and one.name == grid)
    return next((one.own.get(cell) for one in parts), None), line


def _changes(model: type[models.Model], name: str, old: Any, new: Any, names: Names) -> list[Change]:
    differ = ports.differences.get((work.kind_of(model), name))
    return [Change(*one) for one in differ(old, new)] if differ else [_change(model, name, old, new, names)]


def _change(model: type[models.Model], name: str, old: Any, new: Any, names: Names) -> Change:
    field = _field(model, name)
    own, line = _own(model, name)
    if own is not None:
        label = _("Line {line}: {field}").format(line=line, field=own.label) if line else own.label
        return Change(label, _word(own, old, names), _word(own, new, names))
    if field is None:
        return Change(capfirst(name.replace("_", " ")), str(old or ""), str(new or ""))
    column = columns.column_of(field)
    return Change(column.label, _word(column, old, names), _word(column, new, names))


def _word(column: Column, value: Any, names: Names) -> str:
    """A value as the audit row's JSON has it, as people read it."""
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        return str(custom.plain(value) or "")
    if column.many:
        return shown.show(column, value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if column.model is not None:
        return names.get((column.model, value), f"#{value}")
    if column.kind in {"money", "quantity"}:
        try:
            return shown.amount(Decimal(str(value)))
        except InvalidOperation:
            return str(value)
    if column.kind == "datetime":
        return shown.show(column, datetime.fromisoformat(value)) if isinstance(value, str) else str(value)
    if column.kind == "boolean" or column.choices:
        return shown.show(column, value)
    return str(value)


def _names(model: type[models.Model], rows: Iterable[AuditRow], by: Actor) -> Names:
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for row in rows:
        for name, pair in row.changes.items():
            field = _field(model, name)
            own, _line = _own(model, name)
            other = own.model if own is not None else field.related_model if field is not None else None
            if isinstance(other, type) and isinstance(pair, list):
                wanted[other].update(key for key in pair if key is not None)
    found: dict[tuple[type[models.Model], Any], str] = {}
    for kind, ids in wanted.items():
        for record in registry.rows_for(kind, by).filter(pk__in=ids):
            found[kind, record.pk] = str(record)
    return found

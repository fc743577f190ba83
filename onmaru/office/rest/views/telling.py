"""Records as JSON: what they hold, their lines, and whole records in place of references where a request says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.office.rest.views import schemas
from onmaru.workbench import detail, filters, registry, sight, values
from onmaru.workbench.entity import Column, Entity, Lines

INCLUDE_UNKNOWN = refusals.reason("include_unknown", _("“{name}” cannot be included here."))
DEEPEST, MOST = 3, 10

Json = dict[str, Any]
Tree = dict[str, "Tree"]


@dataclass(frozen=True)
class Branch:
    """Something to tell whole: the lines of ``part``, or the records of ``entity`` to which ``column`` refers."""

    word: str
    part: Lines | None
    column: Column | None
    entity: Entity | None
    more: Sequence[Branch] = ()


def branches(entity: Entity, by: Actor, raw: str) -> list[Branch]:
    """What ``include=customer,lines.product`` asks for. Raises Refused with every word that leads nowhere."""
    tree: Tree = {}
    paths = [one.strip().split(".") for one in raw.split(",") if one.strip()]
    wrong = [".".join(path) for place, path in enumerate(paths) if len(path) > DEEPEST or place >= MOST]
    for path in paths if not wrong else ():
        reduce(lambda at, word: at.setdefault(word, {}), path, tree)
    found = _grown(schemas.api_columns(entity), schemas.grids(entity), tree, by, wrong)
    refusals.check([INCLUDE_UNKNOWN("include", name=name[:60]) for name in wrong])
    return found


def _grown(
    columns: Sequence[Column], parts: Sequence[Lines], tree: Tree, by: Actor, wrong: list[str]
) -> list[Branch]:
    found = []
    for word, more in tree.items():
        part = next((one for one in parts if one.name == word), None)
        column = next((one for one in columns if one.name == word and one.model), None)
        other = registry.of_model(column.model) if column is not None and column.model else None
        seen = sight.of(other, by) if other is not None else None
        if part is not None:
            found.append(Branch(word, part, None, None, _grown(part.columns, (), more, by, wrong)))
        elif seen is not None:
            inner = _grown(schemas.api_columns(seen), schemas.grids(seen), more, by, wrong)
            found.append(Branch(word, None, column, seen, inner))
        else:
            wrong.append(word)
    return found


def includable(entity: Entity) -> list[str]:
    """The words that ``include=`` may begin with."""
    plain = (one for one in schemas.api_columns(entity) if one.model and "." not in one.name)
    named = [one.name for one in plain if one.model and registry.of_model(one.model)]
    return [*named, *(part.name for part in schemas.grids(entity))]


def embed(found: Sequence[Branch], by: Actor, records: Sequence[Any], told: Sequence[Json]) -> None:
    """Put what the branches name into ``told``, the JSON of ``records``: one query a branch, however many records.

    A record that the actor may not see stays the reference it was.
    """
    for one in found:
        (_lines if one.part is not None else _referred)(one, by, records, told)


def _lines(one: Branch, by: Actor, records: Sequence[Any], told: Sequence[Json]) -> None:
    part = one.part
    assert part is not None and part.model is not None
    rows = list(detail.line_rows(part, *records))
    ways = _ways(part.columns)
    lines = [{"id": row.pk} | {name: way(get(row)) for name, get, way in ways} for row in rows]
    embed(one.more, by, rows, lines)
    link = part.model._meta.get_field(part.link).attname  # type: ignore[union-attr]
    of_record = defaultdict(list)
    for row, line in zip(rows, lines, strict=True):
        of_record[getattr(row, link)].append(line)
    for record, said in zip(records, told, strict=True):
        said[one.word] = of_record[record.pk]


def _referred(one: Branch, by: Actor, records: Sequence[Any], told: Sequence[Json]) -> None:
    assert one.column is not None and one.entity is not None
    named = [getattr(one.column.getter(record), "pk", None) for record in records]
    seen = filters.visible(one.entity, by).filter(pk__in={key for key in named if key is not None})
    found, tell = list(seen.defer(*filters.unread(one.entity))), teller(one.entity)
    whole = {record.pk: tell(record) for record in found}
    embed(one.more, by, found, [*whole.values()])
    for key, said in zip(named, told, strict=True):
        if key in whole:
            said[one.word] = whole[key]


def teller(entity: Entity, wanted: set[str] | None = None) -> Callable[[Any], Json]:
    """A function from a record to its JSON, made once for a page."""
    ways = _ways([c for c in schemas.api_columns(entity) if wanted is None or c.name in wanted])
    versioned = any(one.name == "version" for one in entity.model._meta.concrete_fields)

    def tell(row: Any) -> Json:
        told = {"id": row.pk}
        if wanted is None or "label" in wanted:
            told["label"] = str(row)
        for name, get, way in ways:
            told[name] = way(get(row))
        if versioned and (wanted is None or "version" in wanted):
            told["version"] = row.version
        return told

    return tell


def whole(entity: Entity, by: Actor, record: Any, found: Sequence[Branch] = ()) -> Json:
    """A record's JSON with its lines, and with what the branches include."""
    told = teller(entity)(record)
    bare = {part.name: Branch(part.name, part, None, None) for part in schemas.grids(entity)}
    embed([*(bare | {one.word: one for one in found}).values()], by, [record], [told])
    return told


def _ways(found: Sequence[Column]) -> list[tuple[str, Callable[[Any], Any], Callable[[Any], Any]]]:
    return [(one.name, one.getter, _way(one)) for one in found]


def _way(column: Column) -> Callable[[Any], Any]:
    if column.kind == "reference":
        return reference
    return _decimal if column.kind in {"money", "quantity"} else lambda value: value


def _decimal(value: Any) -> Any:
    return values.plain(value) if isinstance(value, Decimal) else None if value is None else str(value)


def reference(value: Any) -> Json | None:
    """A record as others name it."""
    return {"id": value.pk, "label": str(value)} if isinstance(value, models.Model) else None


def answered(value: Any) -> Any:
    """What a command answered as JSON: records as others name them, text as it is, nothing of anything else."""
    if isinstance(value, list | tuple):
        return [reference(one) for one in value]
    return str(value) if isinstance(value, str) else reference(value)

"""Hand-written statements and plain rows, as fast as the driver goes.

The object-relational mapper compiles each query anew and sends its values inside of the text, so the server
parses and plans it every time. What runs on every click of every clerk is sent here instead: parameters bound by
the server, the statement prepared once it has been seen twice. The mapper stays the rule for all else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import count
from typing import Any, NamedTuple, TypeVar, cast

import orjson
import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.utils import CursorWrapper
from django.db.models.expressions import DatabaseDefault
from psycopg.types.numeric import Int8Dumper

M = TypeVar("M", bound=models.Model)
Parameters = Any
PREPARED = (
    1000  # statements kept by a connection: all there are, so that none is thrown out and prepared again
)


def cursor(name: str = "prepared_cursor", made: Callable[[Any], Any] = psycopg.Cursor) -> CursorWrapper:
    """A cursor that binds on the server; it counts, logs and wraps statements like any cursor of Django's.

    One driver's cursor of a kind serves a connection for good: it is read to its end before it is used again.
    """
    opened: Any = connections[DEFAULT_DB_ALIAS]
    opened.ensure_connection()
    opened.validate_no_broken_transaction()
    native = opened.__dict__.get(name)
    if native is None or native.connection is not opened.connection:
        opened.connection.prepared_max = PREPARED
        native = opened.__dict__[name] = made(opened.connection)
        # One type for every whole number: the driver's narrowest would prepare a statement several times over.
        native.adapters.register_dumper(int, Int8Dumper)
    wrapped: CursorWrapper = opened._prepare_cursor(native)
    return wrapped


def kept(statement: str) -> Callable[[Sequence[Any]], list[tuple[Any, ...]]]:
    """All rows of a long statement, which the driver would read anew each time to number its places: done here once.

    Its parameters are ``%s``; a sign of per cent stands twice in it.
    """
    places = count(1)
    numbered = re.sub("%([s%])", lambda found: f"${next(places)}" if found[1] == "s" else "%", statement)

    def ask(parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        opened = cursor("numbered_cursor", psycopg.RawCursor)
        opened.execute(numbered, parameters)
        return list(opened.fetchall())

    return ask


def rows(statement: str, parameters: Parameters = None) -> list[tuple[Any, ...]]:
    """All rows of a statement. Untyped parameters (text, NULL) need a cast where no column tells their type."""
    opened = cursor()
    opened.execute(statement, parameters)
    return list(opened.fetchall())


def one(statement: str, parameters: Parameters = None) -> tuple[Any, ...] | None:
    """The first row of a statement, or None."""
    opened = cursor()
    opened.execute(statement, parameters)
    return cast("tuple[Any, ...] | None", opened.fetchone())


def run(statement: str, parameters: Parameters = None) -> int:
    """Run a statement that returns no rows; returns how many it touched."""
    opened = cursor()
    opened.execute(statement, parameters)
    return int(opened.rowcount)


def among(path: str, ids: list[Any], kind: str = "bigint") -> models.Func:
    """The condition that a column of a ``kind`` is one of ``ids``: one array, however many there are."""
    return models.Func(
        models.F(path),
        models.Value(_keys(ids) if kind == "bigint" else ids),
        template=f"%(expressions)s::{kind}[])",
        arg_joiner=" = ANY(",
        output_field=models.BooleanField(),
    )


def pointing(model: type[models.Model], column: str, ids: list[int], *, most: int) -> list[int]:
    """At most ``most`` records of ``model`` whose ``column`` is one of ``ids``, each looked up in the column's index:
    how many records there are of each is nothing that statistics tell."""
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"""
        SELECT found.id FROM unnest(%s::bigint[]) AS one(id),
        LATERAL (SELECT id FROM {table} WHERE {connection.ops.quote_name(column)} = one.id LIMIT %s) AS found LIMIT %s
    """
    return [found for (found,) in rows(statement, [_keys(ids), most, most])]


def _keys(ids: list[int]) -> str:
    """Whole numbers as the text of an array, which the driver would write one by one in many times the time."""
    return f"{{{','.join(map(str, ids))}}}"


class Pointing(NamedTuple):
    """Records of ``model`` whose ``column`` is one of ``ids``; ``place`` is what the asker knows them by."""

    place: int
    model: type[models.Model]
    column: str
    ids: list[int]


def newest_pointing(asked: Sequence[Pointing], *, most: int) -> list[tuple[int, int]]:
    """At most ``most`` of each of ``asked``, the newest first, as (place, id), by one statement."""
    if not asked:
        return []
    quoted = connection.ops.quote_name
    branches = [
        f"(SELECT {one.place}, found.id FROM unnest(%s::bigint[]) AS one(id), LATERAL (SELECT id"
        f" FROM {quoted(one.model._meta.db_table)} WHERE {quoted(one.column)} = one.id ORDER BY id DESC LIMIT %s)"
        " AS found ORDER BY found.id DESC LIMIT %s)"
        for one in asked
    ]
    return rows(
        " UNION ALL ".join(branches), [value for one in asked for value in (_keys(one.ids), most, most)]
    )


def records(items: Sequence[Any]) -> str:
    """Dicts or dataclasses as rows for ``jsonb_to_recordset(…::jsonb)``: decimals as text, not a digit is lost."""
    return orjson.dumps(items, default=str).decode()


@cache
def _insertion(model: type[models.Model], names: tuple[str, ...], pointing: str = "") -> str:
    """The statement that inserts rows of these fields, ``pointing`` by one more to a row of ``head``."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    # Text and numeric without their limits: a cast to varchar(60) would cut in silence where the column refuses.
    loose = [re.sub(r"\(.*?\)", "", field.db_type(connection) or "") for field in fields]
    types = ", ".join(f'"{field.column}" {kind}' for field, kind in zip(fields, loose, strict=True))
    given = f"jsonb_to_recordset(%s::jsonb) AS given({types})"
    if pointing:
        target: Any = model._meta.get_field(pointing)
        into, taken, given = f'"{target.column}", {columns}', f"head.id, {columns}", f"head, {given}"
    else:
        into = taken = columns
    return f'INSERT INTO "{model._meta.db_table}" ({into}) SELECT {taken} FROM {given} RETURNING id'


def insert(made: Sequence[M]) -> list[M]:
    """Insert unsaved rows of one model by one statement and give them their keys; no validation, no signals."""
    if made:
        given = values(made)
        keys = rows(_insertion(type(made[0]), _names(type(made[0]), given)), [records(given)])
        adopt(made, [key for (key,) in keys])
    return list(made)


def insert_document(
    head: models.Model, below: type[models.Model], given: Sequence[dict[str, Any]], pointing: str
) -> list[int]:
    """Insert an unsaved row and, by the same statement, those below it; returns the keys of these.

    They are given by column name, all of the same columns, and name ``head`` by their field ``pointing``.
    """
    if not given:
        insert([head])
        return []
    top = values([head])
    (key,), *keys = rows(
        f"WITH head AS ({_insertion(type(head), _names(type(head), top))}), line AS"
        f" ({_insertion(below, _names(below, given), pointing)}) SELECT id FROM head UNION ALL SELECT id FROM line",
        [records(top), records(given)],
    )
    adopt([head], [key])
    return [one for (one,) in keys]


def _names(model: type[models.Model], given: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(model._meta.get_field(column).name for column in given[0])


def values(made: Sequence[models.Model], but: str = "") -> list[dict[str, Any]]:
    """What unsaved rows of one model hold, by column; ``but`` is a field left out."""
    fields: list[Any] = [
        field for field in made[0]._meta.concrete_fields if not field.primary_key and field.name != but
    ]
    given = [f for f in fields if not isinstance(getattr(made[0], f.attname), DatabaseDefault)]
    # The key of a reference may have come after the reference was set: bulk rows point to a head just saved.
    pointing = [(field.column, field) for field in given if field.is_relation]
    held = [(field.column, field.attname) for field in given if not field.is_relation]
    return [
        {column: row.__dict__[name] for column, name in held}
        | {column: _key(row, field) for column, field in pointing}
        for row in made
    ]


def adopt(made: Sequence[models.Model], keys: Sequence[int]) -> None:
    """Give rows that were inserted their keys."""
    for row, key in zip(made, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias


def _key(row: models.Model, field: Any) -> Any:
    value = getattr(row, field.attname)
    if value is None and field.is_cached(row):
        value = getattr(field.get_cached_value(row), "pk", None)
        setattr(row, field.attname, value)
    return value


def update(row: models.Model, names: Sequence[str], *extra: str) -> None:
    """Write some fields of a row; ``extra`` are assignments in SQL (``changed_at = now()``)."""
    fields: list[Any] = [row._meta.get_field(name) for name in names]
    assignments = ", ".join([*(f'"{field.column}" = %s' for field in fields), *extra])
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    run(f'UPDATE "{row._meta.db_table}" SET {assignments} WHERE id = %s', [*values, row.pk])


@cache
def _selection(model: type[models.Model], related: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    parts, joins, shapes = [], [], []
    for place, name in enumerate(("", *related)):
        field: Any = model._meta.get_field(name) if name else None
        part = field.related_model if field else model
        fields = part._meta.concrete_fields
        parts += [f't{place}."{one.column}"' for one in fields]
        shapes.append((field, part, [one.attname for one in fields], _converters(fields)))
        if field:
            table = part._meta.db_table
            joins.append(f'LEFT JOIN "{table}" t{place} ON t{place}.id = t0."{field.column}"')
    head = f'SELECT {", ".join(parts)} FROM "{model._meta.db_table}" t0 {" ".join(joins)}'
    return head, tuple(shapes)


def _converters(fields: Sequence[Any]) -> list[tuple[int, Any]]:
    return [
        (place, field.from_db_value) for place, field in enumerate(fields) if hasattr(field, "from_db_value")
    ]


def lock(model: type[M], key: Any, related: Sequence[str] = ()) -> M | None:
    """The row with this key, locked until the commit, with some of its references; None when there is none."""
    return first(model, "t0.id = %s", [key], related, locked=True)


def lock_asking(
    model: type[M], key: Any, related: Sequence[str], questions: Sequence[str], asked: Sequence[Any]
) -> tuple[M | None, tuple[Any, ...]]:
    """The row as ``lock`` gives it, and what functions of the database answer to ``asked`` (text, bigint, text).

    They are asked once the lock is had, and being volatile they see all that was committed until then: also by
    whoever held the lock before. A question beside the row in a plain SELECT would see what was before the wait.
    """
    head, shapes = _selection(model, tuple(related))
    answers = "".join(f", {question}(%s, %s, %s)" for question in questions)
    statement = f"SELECT found.*{answers} FROM ({head} WHERE t0.id = %s FOR NO KEY UPDATE OF t0) AS found"
    row = one(statement, [*(value for _question in questions for value in asked), key])
    if row is None:
        return None, ()
    return cast("M", _built(row, shapes)), row[len(row) - len(questions) :]


def first(
    model: type[M], where: str, parameters: Parameters, related: Sequence[str] = (), *, locked: bool = False
) -> M | None:
    """The first row of a model (``t0`` in ``where``, which may go on with ORDER BY), with some of its references."""
    head, shapes = _selection(model, tuple(related))
    row = one(f"{head} WHERE {where}{' FOR NO KEY UPDATE OF t0' if locked else ''}", parameters)
    return cast("M", _built(row, shapes)) if row is not None else None


def _built(row: Sequence[Any], shapes: Sequence[Any]) -> models.Model | None:
    start, found = 0, None
    for field, part, names, converters in shapes:
        values = list(row[start : start + len(names)])
        start += len(names)
        for place, convert in converters:
            values[place] = convert(values[place], None, connection)
        made = part.from_db(connection.alias, names, values) if values[0] is not None else None
        if field is None:
            found = made
        else:
            field.set_cached_value(found, made)
    return found

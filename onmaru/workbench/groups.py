"""Groups of a list: counts and figures by any of its columns, subtotals among them, as the database adds them up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import DateField, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Trunc

from onmaru.kernel.identity import Actor
from onmaru.workbench import filters, registry
from onmaru.workbench.entity import Column, Entity

GROUPED = {"state", "choice", "boolean", "reference", "date", "datetime"}
MOST_GROUPS = 5000
Ask = Callable[[str, Sequence[Any]], list[Any]]
SHORT = 20  # a text of few letters is a code, such as a currency


@dataclass(frozen=True)
class Dimension:
    """What records are put together by: a column, of a date its ``part`` (year, quarter, month, week, day)."""

    column: Column
    part: str = ""

    @property
    def name(self) -> str:
        """Its word in an address: ``customer``, ``ordered_on.month``."""
        return f"{self.column.name}.{self.part}" if self.part else self.column.name


@dataclass(frozen=True)
class Measure:
    """A figure of a group: a function of SQL over a column, or the count of records when there is no column."""

    function: str = "count"
    column: Column | None = None


class Group(NamedTuple):
    """``held`` are the places of the dimensions that this group keeps apart, ``keys`` their values."""

    held: tuple[int, ...]
    keys: tuple[Any, ...]
    figures: tuple[Any, ...]


def is_grouped(entity: Entity, column: Column) -> bool:
    """Whether a column's values come again and again, so that putting records together by them tells something."""
    if not column.path:
        return False
    short = getattr(column.source, "max_length", None) or SHORT + 1
    return column.kind in GROUPED or (
        column.kind == "text" and short <= SHORT and column.name in entity.filters.split()
    )


def currency_of(column: Column) -> str:
    """The path of an amount's currency, "" for what is no amount."""
    return column.currency.replace(".", "__")


def of(
    found: QuerySet[Any],
    dimensions: Sequence[Dimension | str],
    measures: Sequence[Measure],
    sets: Sequence[Sequence[int]],
    most: int = MOST_GROUPS,
    newest: int | None = None,
    largest: int | None = None,
    ask: Ask | None = None,
) -> list[Group]:
    """The groups of ``found`` for each of ``sets`` (places of ``dimensions``), the widest and largest first; of the
    ``newest`` so many rows alone, or of the first dimension its ``largest`` so many values, by the first measure; not
    both.

    At most ``most`` groups, by one statement; by three where the first dimension has more values than are wanted:
    a million customers are not put apart to show two hundred. A dimension may be a bare path. ``ask`` is who asks the
    database, where an answer that is known already will do.
    """
    read = partial(_read, measures=measures, most=most, ask=ask or answered)
    try:
        if not largest or not _has_many(dimensions[0]):
            return read(found, dimensions, sets=sets, newest=newest)
        keys = _largest(found, dimensions[0], measures[0], largest, ask or answered)
        if len(keys) < largest:
            return read(found, dimensions, sets=sets)
        return _cut(found, keys, dimensions, sets, read)[:most]
    except EmptyResultSet:
        return []


def _cut(
    found: QuerySet[Any],
    keys: list[Any],
    dimensions: Sequence[Dimension | str],
    sets: Sequence[Sequence[int]],
    read: Callable[..., list[Group]],
) -> list[Group]:
    """The totals of all, then the groups of these values of the first dimension alone."""
    totals = [[place - 1 for place in one] for one in sets if 0 not in one]
    groups = [
        one._replace(held=tuple(place + 1 for place in one.held))
        for one in read(found, dimensions[1:], sets=totals)
    ]
    kept = found.annotate(group_0=_expression(dimensions[0])).filter(_among("group_0", keys))
    return groups + read(kept, dimensions, sets=[one for one in sets if 0 in one])


def _has_many(dimension: Dimension | str) -> bool:
    """Whether there may be more values than a page has lines; of states, quarters and the like there are not."""
    if isinstance(dimension, str):
        return False
    return dimension.part in {"week", "day"} if dimension.part else not dimension.column.choices


def _largest(
    found: QuerySet[Any], dimension: Dimension | str, measure: Measure, most: int, ask: Ask
) -> list[Any]:
    """The values of a dimension that have most of a measure, the first of them first."""
    inner, names, parameters = _rows(found, [dimension], [measure])
    figure = f"{measure.function}(figure_0)" if measure.column else "count(*)"
    return [
        key
        for (key,) in ask(
            f"SELECT group_0 FROM ({inner}) AS found({', '.join(names)}) GROUP BY group_0"
            f" ORDER BY {figure} DESC NULLS LAST, group_0 LIMIT {most}",
            parameters,
        )
    ]


def _among(name: str, keys: Sequence[Any]) -> Q:
    """No value is a value too, which IN knows nothing of."""
    known = Q(**{f"{name}__in": [one for one in keys if one is not None]})
    return known | Q(**{f"{name}__isnull": True}) if None in keys else known


def _read(
    found: QuerySet[Any],
    dimensions: Sequence[Dimension | str],
    measures: Sequence[Measure],
    sets: Sequence[Sequence[int]],
    most: int,
    ask: Ask,
    newest: int | None = None,
) -> list[Group]:
    cuts = _cuts(dimensions)
    days = [one.column.path if cut else one for one, cut in zip(dimensions, cuts, strict=True)]  # type: ignore[union-attr]
    inner, names, parameters = _rows(found, days, measures, newest)
    statement = _statement(inner, names, cuts, measures, sets, most)
    return [_group(row, len(dimensions)) for row in ask(statement, parameters)]


def _cuts(dimensions: Sequence[Dimension | str]) -> list[str]:
    """The dates whose part is taken of the smallest groups, by day, and not of each row: to cut a million dates takes
    longer than to add up what they have. With other dimensions of many values there would be too many such groups."""
    few = not any(map(_has_many, dimensions))
    dates = [isinstance(one, Dimension) and one.column.kind == "date" for one in dimensions]
    return [one.part if few and a_date else "" for one, a_date in zip(dimensions, dates, strict=True)]  # type: ignore[union-attr]


def _rows(
    found: QuerySet[Any],
    dimensions: Sequence[Dimension | str],
    measures: Sequence[Measure],
    newest: int | None = None,
) -> tuple[str, list[str], Sequence[Any]]:
    """The rows as a table of their own, so that whatever joins and derived columns they need count once; its columns
    ``group_0`` …, ``figure_0`` …."""
    given = {f"group_{place}": _expression(one) for place, one in enumerate(dimensions)}
    given |= {f"figure_{place}": F(one.column.path) for place, one in enumerate(measures) if one.column}
    ordered = found.order_by("-pk") if newest else found.order_by()
    rows = (ordered.annotate(**given).values_list(*given) if given else ordered.values_list("pk"))[:newest]
    inner, parameters = rows.query.sql_with_params()
    return inner, list(given or ["pk"]), parameters


def answered(statement: str, parameters: Sequence[Any]) -> list[Any]:
    """All rows of a statement of groups."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _expression(dimension: Dimension | str) -> Any:
    if isinstance(dimension, str):
        return F(dimension)
    column = dimension.column
    if dimension.part:
        return Cast(Trunc(column.path, dimension.part), DateField())
    if not filters.holds_text(column):
        return F(column.path)
    return Coalesce(F(column.path), Value(""), output_field=TextField())


def sums(found: QuerySet[Any], money: str, paths: Sequence[str], most: int | None) -> list[tuple[Any, ...]]:
    """What ``paths`` come to in each currency, the one at the path ``money`` ("" if it is), and how many rows that
    are: (currency, count, sum, …). No more than ``most`` rows are read, and no others count; none where nothing
    narrows a table of which the database reckons that it has twice as many."""
    names = list(dict.fromkeys(["pk", *paths, *([money] if money else [])]))
    places = {name: f"column_{place}" for place, name in enumerate(names)}
    try:
        inner, parameters = found.order_by().values_list(*names).query.sql_with_params()
    except EmptyResultSet:
        return []
    asked = [places.get(money, "''"), "count(*)", *(f"sum({places[one]})" for one in paths)]
    limit = "" if most is None else f" LIMIT {most if found.query.where else _at_most(found.model, most)}"
    return answered(
        f"SELECT {', '.join(asked)} FROM ({inner}{limit}) AS found({', '.join(places.values())})"
        " GROUP BY 1 ORDER BY 1",
        parameters,
    )


def _at_most(model: Any, most: int) -> str:
    """So many rows, or none of a table that is much larger; its size is reckoned anew when a twentieth has changed."""
    return (
        f"(SELECT CASE WHEN reltuples > {2 * most} THEN 0 ELSE {most} END FROM pg_class"
        f" WHERE oid = '{connection.ops.quote_name(model._meta.db_table)}'::regclass)"
    )


class Part(NamedTuple):
    """What the smallest groups keep of a measure: its name, how rows come to it, and how several come to one."""

    name: str
    made: str
    several: str


def _parts(place: int, measure: Measure) -> list[Part]:
    kept, figure = f"part_{place}", f"figure_{place}"
    if measure.column is None:
        return [Part(kept, "count(*)", "sum")]
    if measure.function == "avg":
        return [Part(kept, f"sum({figure})", "sum"), Part(f"{kept}_of", f"count({figure})", "sum")]
    return [Part(kept, f"{measure.function}({figure})", measure.function)]


def _whole(place: int, measure: Measure) -> str:
    """A measure of some of the smallest groups together."""
    kept = f"part_{place}"
    if measure.column is None:
        return f"coalesce(sum({kept}), 0)::bigint"
    if measure.function == "avg":
        return f"sum({kept}) / nullif(sum({kept}_of), 0)"
    return f"{measure.function}({kept})"


def _statement(
    inner: str,
    names: list[str],
    cuts: Sequence[str],
    measures: Sequence[Measure],
    sets: Sequence[Sequence[int]],
    most: int,
) -> str:
    """Every row is read and put into its smallest group once; subtotals are made of those groups, which are fewer."""
    keys = names[: len(cuts)]
    mask = f"GROUPING({', '.join(keys)})" if keys else "0"
    parts = [part for place, one in enumerate(measures) for part in _parts(place, one)]
    made = ", ".join([*keys, *(f"{one.made} AS {one.name}" for one in parts)])
    by = f" GROUP BY {', '.join(keys)}" if keys else ""
    fine = f"SELECT {made} FROM ({inner}) AS found({', '.join(names)}){by}"
    grouping = ", ".join(f"({', '.join(keys[place] for place in one)})" for one in sets)
    wholes = [_whole(place, one) for place, one in enumerate(measures)]
    taken = [
        f"date_trunc('{cut}', {key}::timestamp)::date AS {key}" if cut else key
        for key, cut in zip(keys, cuts, strict=True)
    ]
    source = (
        f"(SELECT {', '.join([*taken, *(one.name for one in parts)])} FROM fine) AS cut"
        if any(cuts)
        else "fine"
    )
    order = f"{len(keys) + 2} DESC NULLS LAST" if measures else "1"
    return (
        f"WITH fine AS MATERIALIZED ({fine}) SELECT {', '.join([mask, *keys, *wholes])} FROM {source}"
        f" GROUP BY GROUPING SETS ({grouping}) ORDER BY 1 DESC, {order} LIMIT {most}"
    )


def _group(row: Sequence[Any], count: int) -> Group:
    held = tuple(place for place in range(count) if not row[0] >> (count - 1 - place) & 1)
    return Group(held, tuple(row[1 + place] for place in held), tuple(row[1 + count :]))


def names_of(model: Any, ids: set[Any], by: Actor) -> dict[Any, str]:
    """What the records of these ids are called; those that the actor may not see are left out."""
    return {record.pk: str(record) for record in registry.rows_for(model, by).filter(pk__in=ids - {None})}

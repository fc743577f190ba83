"""Groups of a list: counts and figures by any of its columns, subtotals among them, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import DateField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Trunc

from onmaru.kernel.identity import Actor
from onmaru.workbench import filters, registry
from onmaru.workbench.entity import Column, Entity

GROUPED = {"state", "choice", "boolean", "reference", "date", "datetime"}
MOST_GROUPS = 5000
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
) -> list[Group]:
    """The groups of ``found`` for each of ``sets`` (places of ``dimensions``), the widest and largest first; of the
    ``newest`` so many rows alone, if that is said.

    One statement, at most ``most`` groups. A dimension may be a bare path. The rows come as a table of their own,
    so that whatever joins and derived columns they need are not counted twice.
    """
    given = {f"group_{place}": _expression(one) for place, one in enumerate(dimensions)}
    given |= {f"figure_{place}": F(one.column.path) for place, one in enumerate(measures) if one.column}
    ordered = found.order_by("-pk") if newest else found.order_by()
    rows = (ordered.annotate(**given).values_list(*given) if given else ordered.values_list("pk"))[:newest]
    try:
        inner, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(inner, list(given) or ["pk"], len(dimensions), measures, sets, most), parameters
        )
        return [_group(row, len(dimensions)) for row in cursor.fetchall()]


def _expression(dimension: Dimension | str) -> Any:
    if isinstance(dimension, str):
        return F(dimension)
    column = dimension.column
    if dimension.part:
        return Cast(Trunc(column.path, dimension.part), DateField())
    if not filters.holds_text(column):
        return F(column.path)
    return Coalesce(F(column.path), Value(""), output_field=TextField())


def _statement(
    inner: str,
    names: list[str],
    count: int,
    measures: Sequence[Measure],
    sets: Sequence[Sequence[int]],
    most: int,
) -> str:
    keys = names[:count]
    mask = f"GROUPING({', '.join(keys)})" if keys else "0"
    parts = [_partial(place, one) for place, one in enumerate(measures)]
    partial = ", ".join([*keys, *(part for made, _whole in parts for part in made)])
    # Every row is read and put into its smallest group once; subtotals are made of those groups, which are few.
    fine = f"SELECT {partial} FROM ({inner}) AS found({', '.join(names)})"
    fine += f" GROUP BY {', '.join(keys)}" if keys else ""
    grouping = ", ".join(f"({', '.join(keys[place] for place in one)})" for one in sets)
    order = f"{len(keys) + 2} DESC NULLS LAST" if measures else "1"
    return (
        f"WITH fine AS MATERIALIZED ({fine})"
        f" SELECT {', '.join([mask, *keys, *(whole for _made, whole in parts)])} FROM fine"
        f" GROUP BY GROUPING SETS ({grouping}) ORDER BY 1 DESC, {order} LIMIT {most}"
    )


def _partial(place: int, measure: Measure) -> tuple[list[str], str]:
    """What the smallest groups keep of a measure, and how it comes of several of them."""
    kept = f"part_{place}"
    if measure.column is None:
        return [f"count(*) AS {kept}"], f"coalesce(sum({kept}), 0)::bigint"
    figure = f"figure_{place}"
    if measure.function == "avg":
        parts = [f"sum({figure}) AS {kept}", f"count({figure}) AS {kept}_of"]
        return parts, f"sum({kept}) / nullif(sum({kept}_of), 0)"
    return [f"{measure.function}({figure}) AS {kept}"], f"{measure.function}({kept})"


def _group(row: Sequence[Any], count: int) -> Group:
    held = tuple(place for place in range(count) if not row[0] >> (count - 1 - place) & 1)
    return Group(held, tuple(row[1 + place] for place in held), tuple(row[1 + count :]))


def names_of(model: Any, ids: set[Any], by: Actor) -> dict[Any, str]:
    """What the records of these ids are called; those that the actor may not see are left out."""
    return {record.pk: str(record) for record in registry.rows_for(model, by).filter(pk__in=ids - {None})}

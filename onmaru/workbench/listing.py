"""One page of a list: filters, search, sort, totals; paged by key, so the last page costs what the first does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum

from onmaru.kernel import permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.workbench import filters, groups, keys, shown, sight
from onmaru.workbench.columns import joins
from onmaru.workbench.entity import Column, Entity, Section
from onmaru.workbench.filters import Filter, Query

CHEAP = 10_000
GROUPING = {"reference", "boolean", "date", "state", "choice"}


class Cell(NamedTuple):
    """A value and its text as people read it."""

    column: Column
    value: Any
    text: str


class Row(NamedTuple):
    id: int
    record: Any
    cells: list[Cell]


@dataclass(frozen=True)
class Total:
    """Sums of the whole filtered set in one currency ("" for quantities and amounts without one)."""

    currency: str
    sums: Mapping[str, Decimal]
    texts: Mapping[str, str]


class Group(NamedTuple):
    """The heading over rows that have one value in common; ``count`` is None where counting all would be dear."""

    text: str
    count: int | None = None  # type: ignore[assignment]
    totals: Sequence[Total] = ()


@dataclass
class Page:
    """``next`` and ``previous`` are cursors for ``after=`` and ``before=``, None at the ends.

    ``count`` is None when there are more than ``listing.CHEAP`` records and nobody asked with ``count=1``; totals
    are then empty too. ``problems`` are the parameters that a lenient reading left out.
    """

    entity: Entity
    columns: tuple[Column, ...]
    rows: list[Row]
    next: str | None = None
    previous: str | None = None
    sort: str = ""
    search: str = ""
    filters: list[Filter] = field(default_factory=list)
    count: int | None = None
    totals: list[Total] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)
    groups: Mapping[int, Group] = field(default_factory=dict)
    """By the id of the row over which it stands."""


def page(entity: Entity, by: Actor, params: Any, *, strict: bool = True) -> Page:
    """The records of ``entity`` that ``by`` may see, as the query string ``params`` (a QueryDict or a dict) asks.

    Parameters: ``q`` search, ``sort`` (``-ordered_on``), ``after``/``before`` cursors, ``limit``, ``count=1``,
    ``fields=number,total``, ``group=state``, and filters ``state=draft`` (repeat for several), ``customer=12`` or a
    code or number, ``ordered_on=last month``, ``ordered_on__gte/__lte``, ``state__in=a,b``,
    ``customer.name__contains``, ``promised_on__empty=true``.
    Raises Refused with every unreadable parameter; with ``strict=False`` leaves those out and reports them.
    """
    entity = sight.of(entity, by)
    query = filters.read(entity, by, params)
    shown_columns = chosen(entity, query)
    heading = grouped(entity, query)
    if strict:
        refusals.check(query.problems)
    found = select(entity, by, query)
    cut = _cut(joined(found, entity, shown_columns), entity, query, strict=strict)
    count, totals = _measured(entity, by, query, found, cut, shown_columns)
    return Page(
        entity,
        shown_columns,
        show_rows(shown_columns, cut.records),
        cut.next,
        cut.previous,
        query.sort,
        query.search,
        query.filters,
        count,
        totals,
        query.problems,
        heads(found, heading, shown_columns, cut.records, counted=count is not None) if heading else {},
    )


def select(entity: Entity, by: Actor, query: Query) -> QuerySet[Any]:
    """All rows that a query asks for and the actor may see, unordered."""
    rows: QuerySet[Any] = filters.visible(entity, by).filter(query.condition)
    return rows.defer(*filters.unread(entity))


def joined(found: QuerySet[Any], entity: Entity, shown_columns: tuple[Column, ...]) -> QuerySet[Any]:
    """Only what these columns show of other records; the record's own page shows more."""
    wanted = [one for one in joins(shown_columns) if one in entity.joins]
    # To join nothing is said by None: without a name Django joins all there are.
    return found.select_related(None).select_related(*wanted) if wanted else found.select_related(None)


def _measured(
    entity: Entity,
    by: Actor,
    query: Query,
    found: QuerySet[Any],
    cut: keys.Slice,
    columns: Sequence[Column],
) -> tuple[int | None, list[Total]]:
    """As ``measure``; of a broad search among more than ``CHEAP`` records only what one page holds."""
    if query.broad and not query.count:
        if not (cut.next or cut.previous):
            found = found.filter(pk__in=[one.pk for one in cut.records])
        elif permissions.visible(entity.model._default_manager.all(), by)[: CHEAP + 1].count() > CHEAP:
            return None, []
    count, totals = measure(found, columns, exact=query.count)
    # Where rows are shown and none were found to be counted, there are too many.
    return (None, []) if count == 0 and cut.records else (count, totals)


def order_of(entity: Entity, query: Query) -> keys.Order:
    """The order that a query asks for."""
    return keys.Order(query.sort, entity.sort_columns[query.sort.lstrip("-")])


def _cut(found: QuerySet[Any], entity: Entity, query: Query, *, strict: bool) -> keys.Slice:
    order = order_of(entity, query)
    try:
        return keys.cut(found, order, query.limit, query.after, query.before)
    except Refused as refused:
        if strict:
            raise
        query.problems += refused.reasons
        return keys.cut(found, order, query.limit)


def offered(entity: Entity) -> dict[str, Column]:
    """The columns a list may show: its own, and what the record's page and files show of the same rows."""
    sections = (part.columns for part in entity.detail_parts if isinstance(part, Section))
    more = (column for columns in (*sections, entity.exchange_columns) for column in columns)
    found = {column.name: column for column in entity.list_columns}
    return found | {c.name: c for c in more if c.path and c.filterable and c.name not in found}


def chosen(entity: Entity, query: Query) -> tuple[Column, ...]:
    """The columns that a query names, or the list's; unknown names become problems of the query."""
    known = offered(entity)
    unknown = [name for name in query.fields if name not in known]
    query.problems += [filters.COLUMN_UNKNOWN("fields", name=name[:60]) for name in unknown]
    named = dict.fromkeys(query.fields)
    return tuple(known[name] for name in named if name in known) or entity.list_columns


def groupable(entity: Entity) -> list[Column]:
    """The columns by which a list may be grouped: those that many records have in common."""
    return [one for one in entity.sort_columns.values() if one.choices or one.kind in GROUPING]


def grouped(entity: Entity, query: Query) -> Column | None:
    """The column a query groups by, which then sorts it too."""
    column = next((one for one in groupable(entity) if one.name == query.group), None)
    if column is not None and query.sort.lstrip("-") != column.name:
        query.sort = column.name
    if column is None and query.group:
        query.problems.append(filters.COLUMN_UNKNOWN("group", name=query.group[:60]))
    return column


def heads(
    found: QuerySet[Any], column: Column, columns: Sequence[Column], records: Iterable[Any], *, counted: bool
) -> dict[int, Group]:
    """Headings for the first row of each value; count and sums of the whole group come by one query for all."""
    values: dict[Any, tuple[int, str]] = {}
    show = shown.shower(column)
    for record in records:
        value = column.getter(record)
        values.setdefault(getattr(value, "pk", value), (record.pk, show(value, record) or "–"))
    sums = _sums_by(found, column, columns, values) if counted else {}
    return {row: Group(text, *sums.get(value, ())) for value, (row, text) in values.items()}


def _sums_by(
    found: QuerySet[Any], column: Column, columns: Sequence[Column], values: Iterable[Any]
) -> dict[Any, tuple[int, list[Total]]]:
    summed, money = summed_of(columns)
    asked = {f"sum_{place}": Sum(one.path) for place, one in enumerate(summed)}
    of_page = Q(**{f"{column.path}__in": [one for one in values if one is not None]})
    rows = found.filter(of_page | Q(**{f"{column.path}__isnull": True})).order_by(*filter(None, [money]))
    answer: dict[Any, tuple[int, list[Total]]] = {}
    for one in rows.values(column.path, *([money] if money else [])).annotate(size=Count("pk"), **asked):
        count, totals = answer.get(one[column.path], (0, []))
        sums = [one[word] for word in asked]
        more = [_total(summed, sums, one[money] if money else "")] if summed else []
        answer[one[column.path]] = count + one["size"], [*totals, *more]
    return answer


def summed_of(columns: Sequence[Column]) -> tuple[list[Column], str]:
    """The columns that have a total, and the path of the currency that keeps their totals apart."""
    summed = [column for column in columns if column.summed and column.path]
    return summed, next((column.currency.replace(".", "__") for column in summed if column.currency), "")


def show_rows(columns: Sequence[Column], records: Iterable[Any]) -> list[Row]:
    """Records with the cells of ``columns``."""
    ways = [(column, column.getter, shown.shower(column)) for column in columns]
    rows = []
    for record in records:
        cells = []
        for column, get, show in ways:
            value = get(record)
            cells.append(Cell(column, value, show(value, record)))
        rows.append(Row(record.pk, record, cells))
    return rows


def measure(
    found: QuerySet[Any], columns: Sequence[Column], *, exact: bool = False
) -> tuple[int | None, list[Total]]:
    """How many there are and what the summed columns come to; nothing when that is dear and ``exact`` not asked.

    One query, which stops reading at ``CHEAP`` rows, and finds none where ``groups.sums`` does not begin.
    """
    summed, money = summed_of(columns)
    answers = groups.sums(found, money, [one.path for one in summed], None if exact else CHEAP + 1)
    count = sum(one[1] for one in answers)
    if not exact and count > CHEAP:
        return None, []
    if not summed or not count:
        return count, []
    # Records of no amount have no currency either: a total of theirs would be a zero of nothing.
    told = [one for one in answers if len(answers) == 1 or any(sum is not None for sum in one[2:])]
    return count, [_total(summed, one[2:], one[0]) for one in told]


def _total(summed: Sequence[Column], told: Sequence[Any], currency: str) -> Total:
    sums = {column.name: sum or Decimal(0) for column, sum in zip(summed, told, strict=True)}
    texts = {one.name: shown.told(sums[one.name], currency if one.kind == "money" else "") for one in summed}
    return Total(currency or "", sums, texts)

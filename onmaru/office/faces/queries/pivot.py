"""A pivot: records put together down and across, with subtotals and totals that the database adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onmaru.kernel import money
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal
from onmaru.office.faces.queries import groups
from onmaru.office.faces.queries.groups import Dimension, Measure
from onmaru.workbench import filters, registry, shown
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.fields import Text

FUNCTIONS: Mapping[str, tuple[str, Text]] = {
    "sum": ("sum", gettext_lazy("Sum")),
    "average": ("avg", gettext_lazy("Average")),
    "least": ("min", gettext_lazy("Least")),
    "most": ("max", gettext_lazy("Most")),
}
MOST = {"down": 3, "across": 2, "measure": 4}
MOST_COLUMNS = 60

Path = tuple[Any, ...]
Cells = Mapping[tuple[Path, Path, Any], Sequence[Any]]


@dataclass
class Layout:
    """What stands down, across and in the figures; ``problems`` are words of the address that mean nothing here."""

    down: list[Dimension] = field(default_factory=list)
    across: list[Dimension] = field(default_factory=list)
    measure: list[Figured] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)

    @property
    def currency(self) -> str:
        """The path of the currency that amounts are kept apart by, "" where there is none."""
        found = (groups.currency_of(one.column) for one in self.measure if one.column)
        return next((path for path in found if path), "")


@dataclass(frozen=True)
class Figured:
    """A measure by its words: ``total`` sums, ``total.average`` does not, ``count`` counts records."""

    name: str
    function: str = "count"
    column: Column | None = None

    @property
    def label(self) -> str:
        """What stands above its figures."""
        if self.column is None:
            return _("Count")
        words = FUNCTIONS[self.function][1]
        return f"{self.column.label}" if self.function == "sum" else f"{self.column.label} ({words})"

    def show(self, value: Any, currency: str) -> str:
        """A figure as people read it."""
        if value is None:
            return ""
        if self.column is None or (self.column.kind == "integer" and self.function != "average"):
            return f"{value:,}"
        return shown.amount(rounded(value, currency), currency)


def rounded(value: Any, currency: str = "") -> Decimal:
    """An average to the decimals of its currency, else to two; sums have no more of their own."""
    exact = value if isinstance(value, Decimal) else Decimal(value)
    digits = max(money.minor_digits(currency) if currency else 0, 2)
    few = Decimal(1).scaleb(-digits)
    exponent = exact.as_tuple().exponent
    return exact.quantize(few, ROUND_HALF_UP) if isinstance(exponent, int) and exponent < -6 else exact


class Head(NamedTuple):
    """A column of the table: where it stands across, its measure, and the currency of its amounts."""

    path: Path
    place: int
    currency: str | None


class Line(NamedTuple):
    """A row: the values down to it, its words, its figures (None where there are no records)."""

    path: Path
    label: str
    figures: list[Any]
    opens: bool


@dataclass
class Table:
    """All that is shown; ``currency`` is the one that most records have, ``cut`` says that not all groups are here."""

    layout: Layout
    heads: list[Head]
    bands: list[list[tuple[str, int]]]
    lines: list[Line]
    totals: list[Any]
    count: int
    currencies: list[str]
    currency: str
    cut: bool

    def text(self, head: Head, value: Any) -> str:
        """A figure of a column as people read it."""
        return self.layout.measure[head.place].show(value, head.currency or "")

    def head_text(self, head: Head) -> str:
        """What stands directly above a column: measure, and currency where there are several."""
        label = self.layout.measure[head.place].label
        return f"{label} {head.currency}" if head.currency and len(self.currencies) > 1 else label


def dimensions(entity: Entity) -> list[Dimension]:
    """All that records of the entity can be put together by."""
    columns = [one for one in entity.filter_columns.values() if groups.is_grouped(entity, one)]
    return [
        Dimension(one, part)
        for one in columns
        for part in (registry.DATE_PARTS if one.kind in {"date", "datetime"} else [""])
    ]


def measures(entity: Entity) -> list[Figured]:
    """All figures: the count, sums of what is summed, and averages and extremes of every amount and number."""
    known = {one.name: one for one in (*entity.list_columns, *entity.filter_columns.values())}
    numbers = [one for one in known.values() if one.path and one.kind in {"money", "quantity", "integer"}]
    paths = {path for one in numbers if (path := groups.currency_of(one))}
    main = next((path for one in numbers if (path := groups.currency_of(one))), "")
    fitting = [one for one in numbers if groups.currency_of(one) in {"", main}] if paths else numbers
    return [Figured("count")] + [
        Figured(one.name if function == "sum" else f"{one.name}.{function}", function, one)
        for one in fitting
        for function in FUNCTIONS
        if one.summed or function != "sum"
    ]


def layout(entity: Entity, given: Mapping[str, list[str]]) -> Layout:
    """The layout that an address names; where it names none, the declared one, else a plain one."""
    known: Mapping[str, Mapping[str, Any]] = {
        "down": {one.name: one for one in dimensions(entity)},
        "measure": {one.name: one for one in measures(entity)},
    }
    wanted = {name: given.get(name, []) for name in MOST}
    if not any(wanted.values()):
        wanted = _unsaid(entity, known)
    found = Layout()
    for name, words in wanted.items():
        pool = known.get(name, known["down"])
        getattr(found, name).extend(pool[word] for word in dict.fromkeys(words) if word in pool)
        del getattr(found, name)[MOST[name] :]
        found.problems += [filters.COLUMN_UNKNOWN(name, name=one[:60]) for one in words if one not in pool]
    found.across = [one for one in found.across if one not in found.down]
    found.measure = found.measure or [known["measure"]["count"]]
    return found


def _unsaid(entity: Entity, known: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """What the declaration says: figures, and what records are put together by: the first down, the rest across."""
    dated = {one.name for one in entity.filter_columns.values() if one.kind in {"date", "datetime"}}
    words = [f"{word}.month" if word in dated else word for word in entity.pivot]
    by = [word for word in words if word in known["down"]]
    if not by:
        by = [one.name for one in known["down"].values() if one.column.kind in {"state", "choice"}][:1]
    figures = [word for word in words if word in known["measure"]]
    summed = [one.name for one in known["measure"].values() if one.function == "sum"][:1]
    return {"down": by[:1], "across": by[1:], "measure": figures or ["count", *summed]}


def read(found: QuerySet[Any], by: Actor, asked: Layout) -> Table:
    """The table of a layout: one statement, and one for the names of each kind of record in its heads."""
    dimensions = [*asked.down, *asked.across]
    currency = asked.currency
    depth, width = len(asked.down), len(dimensions)
    sets = [
        [*range(down), *range(depth, across), *money]
        for down in range(depth + 1)
        for across in range(depth, width + 1)
        for money in ([(), (width,)] if currency else [()])
    ]
    figures = [
        Measure(FUNCTIONS[one.function][0] if one.column else "count", one.column) for one in asked.measure
    ]
    answer = groups.of(found, [*dimensions, *([currency] if currency else [])], [Measure(), *figures], sets)
    return _table(asked, answer, _wording(dimensions, answer, by), cut=len(answer) >= groups.MOST_GROUPS)


def _wording(
    dimensions: Sequence[Dimension], answer: Iterable[groups.Group], by: Actor
) -> list[Callable[[Any], tuple[Any, str]]]:
    """For each dimension a function from a value to what it is sorted by and called."""
    met: list[dict[Any, None]] = [{} for _one in dimensions]
    for group in answer:
        for place, key in zip(group.held, group.keys, strict=True):
            if place < len(dimensions):
                met[place][key] = None
    return [_words(one, set(values), by) for one, values in zip(dimensions, met, strict=True)]


def _words(dimension: Dimension, values: set[Any], by: Actor) -> Callable[[Any], tuple[Any, str]]:
    column = dimension.column
    if column.model is not None:
        names = groups.names_of(column.model, values, by)
        return lambda value: (names.get(value, "~"), names.get(value, f"#{value}"))
    if dimension.part:
        return lambda value: (value, day_text(value, dimension.part))
    if column.choices:
        places = {value: (place, str(label)) for place, (value, label) in enumerate(column.choices)}
        return lambda value: places.get(value, (len(places), str(value)))
    text = shown.shower(column)
    return lambda value: (text(value, None), text(value, None))


def day_text(day: date, part: str) -> str:
    """A part of a date in few letters: 2026, 2026 Q4, 2026-11, the week from its Monday on, the day."""
    if part == "quarter":
        return _("{year} Q{quarter}").format(year=day.year, quarter=(day.month + 2) // 3)
    if part == "week":
        return _("from {day}").format(day=day)
    return f"{day}"[: {"year": 4, "month": 7}.get(part, 10)]


def _table(
    asked: Layout, answer: list[groups.Group], words: list[Callable[[Any], Any]], *, cut: bool
) -> Table:
    depth, width = len(asked.down), len(asked.down) + len(asked.across)
    cells = {_place(one, depth, width): one.figures for one in answer}
    currencies = sorted({one for _down, _across, one in cells if one is not None})
    downs = _tree({down for down, _across, _currency in cells}, words[:depth])
    acrosses = _tree({across for _down, across, _currency in cells}, words[depth:], last=True)
    wide = len(acrosses) > MOST_COLUMNS
    heads = _heads(asked, [*acrosses[:MOST_COLUMNS], *([()] if wide else [])], currencies)
    lines = [
        Line(path, _called(words[len(path) - 1], path[-1]), _figures(cells, path, heads), len(path) < depth)
        for path in downs
        if path
    ]
    total = cells.get(((), (), None), [0])
    bands = _bands(heads, words[depth:])
    main = max(currencies, key=lambda one: cells.get(((), (), one), [0])[0], default="")
    totals = _figures(cells, (), heads)
    return Table(asked, heads, bands, lines, totals, total[0], currencies, main, cut or wide)


def _place(group: groups.Group, depth: int, width: int) -> tuple[Path, Path, Any]:
    keys = dict(zip(group.held, group.keys, strict=True))
    down = tuple(keys[place] for place in range(depth) if place in keys)
    across = tuple(keys[place] for place in range(depth, width) if place in keys)
    return down, across, keys.get(width)


def _tree(paths: set[Path], words: Sequence[Callable[[Any], Any]], *, last: bool = False) -> list[Path]:
    """The paths in the order they stand: a parent before its children, or ``last``, as columns have their totals."""
    end = (2,) if last else (0,)

    def order(path: Path) -> tuple[Any, ...]:
        steps = [(1, one in (None, ""), *_sortable(words[at](one)[0], one)) for at, one in enumerate(path)]
        return (*steps, end)

    return sorted(paths, key=order)


def _sortable(rank: Any, value: Any) -> tuple[Any, ...]:
    return ("",) if value in (None, "") else (rank, str(value))


def _called(words: Callable[[Any], Any], value: Any) -> str:
    return _("None") if value is None or value == "" else str(words(value)[1])


def _heads(asked: Layout, acrosses: list[Path], currencies: list[str]) -> list[Head]:
    found = []
    for path in acrosses:
        for place, one in enumerate(asked.measure):
            apart = currencies if one.column and groups.currency_of(one.column) else [None]
            found += [Head(path, place, currency) for currency in apart]
    return found


def _figures(cells: Cells, path: Path, heads: Sequence[Head]) -> list[Any]:
    """The figures of a row; None where there are no records."""
    found = (cells.get((path, head.path, head.currency)) for head in heads)
    return [None if one is None else one[head.place + 1] for one, head in zip(found, heads, strict=True)]


def _bands(heads: Sequence[Head], words: Sequence[Callable[[Any], Any]]) -> list[list[tuple[str, int]]]:
    """The rows above the measures: what each level across is called and how many columns it spans."""
    bands = []
    for level, word in enumerate(words):
        band: list[tuple[Path, str, int]] = []
        for head in heads:
            label = (
                ""
                if len(head.path) < level
                else _("Total")
                if len(head.path) == level
                else _called(word, head.path[level])
            )
            upto = head.path[: level + 1] if len(head.path) > level else (*head.path, "total")
            if band and band[-1][0] == upto:
                band[-1] = (upto, label, band[-1][2] + 1)
            else:
                band.append((upto, label, 1))
        bands.append([(label, span) for _path, label, span in band])
    return bands

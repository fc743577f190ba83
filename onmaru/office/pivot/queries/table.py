"""A pivot: records put together down and across, with subtotals and totals that the database adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from onmaru.kernel.identity import Actor
from onmaru.office.pivot.queries import kept
from onmaru.office.pivot.queries.layout import FUNCTIONS, Layout
from onmaru.workbench import groups, shown
from onmaru.workbench.groups import Dimension, Measure

MOST_COLUMNS = 60
MOST_LINES = 200  # of the first level: more than anybody reads, and a page that opens at once

Path = tuple[Any, ...]
Cells = Mapping[tuple[Path, Path, Any], Sequence[Any]]


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

    def told(self, figures: Sequence[Any]) -> list[str]:
        """The figures of a row where no head stands above them: each says its currency as in a list."""
        pairs = zip(self.heads, figures, strict=True)
        return [
            f"{self.text(head, value)} {shown.foreign(head.currency or '')}".rstrip()
            for head, value in pairs
            if value is not None
        ]

    def head_text(self, head: Head) -> str:
        """What stands directly above a column: measure, and currency where it is no matter of course."""
        currency = head.currency if len(self.currencies) > 1 else shown.foreign(head.currency or "")
        return f"{self.layout.measure[head.place].label} {currency or ''}".rstrip()


def read(found: QuerySet[Any], by: Actor, asked: Layout) -> Table:
    """The table of a layout: one statement, one before it where there may be very many lines, and one for the names of
    each kind of record in its heads."""
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
    by_all: list[Dimension | str] = [*dimensions, *([currency] if currency else [])]
    largest = MOST_LINES + 1 if depth else None
    answer = groups.of(found, by_all, [Measure(), *figures], sets, largest=largest, ask=kept.answered)
    first = [one.keys[0] for one in answer if one.held == (0,)] if depth else []
    told = set(first[:MOST_LINES])
    read = [one for one in answer if not depth or 0 not in one.held or one.keys[0] in told]
    cut = len(answer) >= groups.MOST_GROUPS or len(first) > MOST_LINES
    return _table(asked, read, _wording(dimensions, read, by), cut=cut)


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
    amounts = [at for at, one in enumerate(asked.measure, 1) if one.column and groups.currency_of(one.column)]
    # Records of no amount have no currency either: a column of theirs would be empty.
    told = {key[1:] for key, said in cells.items() if any(said[at] is not None for at in amounts)}
    currencies = sorted({one for _across, one in told if one is not None})
    downs = _tree({down for down, _across, _currency in cells if down}, words[:depth])
    acrosses = _tree({across for _down, across, _currency in cells}, words[depth:], last=True)
    wide = len(acrosses) > MOST_COLUMNS
    paths = [*acrosses[:MOST_COLUMNS], *([()] if wide else [])]
    heads = _heads(asked, {path: [one for one in currencies if (path, one) in told] for path in paths})
    lines = [
        Line(path, _called(words[len(path) - 1], path[-1]), _figures(cells, path, heads), len(path) < depth)
        for path in downs
    ]
    total = cells.get(((), (), None), [0])
    bands = _bands(heads, words[depth:])
    main = max(currencies, key=lambda one: cells.get(((), (), one), [0])[0], default="")
    totals = _figures(cells, (), heads)
    return Table(
        asked,
        heads,
        bands,
        lines,
        totals,
        total[0],
        currencies,
        main,
        cut or wide,
    )


def _place(group: groups.Group, depth: int, width: int) -> tuple[Path, Path, Any]:
    keys = dict(zip(group.held, group.keys, strict=True))
    down = tuple(keys[place] for place in range(depth) if place in keys)
    across = tuple(keys[place] for place in range(depth, width) if place in keys)
    return down, across, keys.get(width)


def _tree(paths: set[Path], words: Sequence[Callable[[Any], Any]], *, last: bool = False) -> list[Path]:
    """The paths in the order they stand: a parent before its children, or ``last``, as columns have their totals."""
    end = (2,) if last else (0,)

    def order(path: Path) -> tuple[Any, ...]:
        steps = [(1, one in (None, ""), *_sortable(words[at], one)) for at, one in enumerate(path)]
        return (*steps, end)

    return sorted(paths, key=order)


def _sortable(words: Callable[[Any], Any], value: Any) -> tuple[Any, ...]:
    return () if value in (None, "") else (words(value)[0], str(value))


def _called(words: Callable[[Any], Any], value: Any) -> str:
    return _("None") if value is None or value == "" else str(words(value)[1])


def _heads(asked: Layout, apart: Mapping[Path, list[str]]) -> list[Head]:
    """The columns of each path across: of amounts one for each of its currencies."""
    found = []
    for path, currencies in apart.items():
        for place, one in enumerate(asked.measure):
            of_money = one.column and groups.currency_of(one.column)
            found += [Head(path, place, currency) for currency in (currencies if of_money else [None])]
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

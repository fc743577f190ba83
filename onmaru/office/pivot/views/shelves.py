"""The shelves of a pivot and the chips that stand on them: every way to lay the table out is an address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onmaru.office.faces.views.frame import Asked, Choice
from onmaru.office.pivot.queries import layout as layouts
from onmaru.office.pivot.queries.layout import Figured, Layout
from onmaru.workbench.entity import Entity
from onmaru.workbench.groups import Dimension
from onmaru.workbench.views import chips

PARTS = {
    "year": gettext_lazy("Year"),
    "quarter": gettext_lazy("Quarter"),
    "month": gettext_lazy("Month"),
    "week": gettext_lazy("Week"),
    "day": gettext_lazy("Day"),
}
SHELVES = {
    "down": gettext_lazy("Rows"),
    "across": gettext_lazy("Columns"),
    "measure": gettext_lazy("Figures"),
}


class Chip(NamedTuple):
    """Something that can stand on a shelf: its word, its label and what may be done with it."""

    word: str
    label: str
    menu: list[Choice]


class Shelf(NamedTuple):
    """A place for chips: down, across or the figures."""

    name: str
    label: Any
    chips: list[Chip]


def label_of(one: Dimension) -> str:
    """What a dimension is called, its part of a date beside it."""
    return f"{one.column.label} ({PARTS[one.part]})" if one.part else f"{one.column.label}"


def _laid(asked: Asked, layout: Layout, **changed: list[str]) -> str:
    """The address with shelves filled anew."""
    fresh = QueryDict(mutable=True)
    for key, value in chips.kept(asked.request.GET, *SHELVES):
        fresh.appendlist(key, value)
    for name in SHELVES:
        fresh.setlist(name, changed.get(name, [one.name for one in getattr(layout, name)]))
    return f"?{fresh.urlencode()}"


def of(asked: Asked, layout: Layout) -> list[Shelf]:
    """The three shelves as they stand."""
    return [
        Shelf(name, label, [_chip(asked, layout, name, place) for place in range(len(getattr(layout, name)))])
        for name, label in SHELVES.items()
    ]


def _chip(asked: Asked, layout: Layout, shelf: str, place: int) -> Chip:
    """A chip on a shelf: taken away, put before its neighbour, put on the other shelf, read another way."""
    words = [one.name for one in getattr(layout, shelf)]
    item = getattr(layout, shelf)[place]
    rest = [word for word in words if word != item.name]
    menu = [Choice(_("Take away"), _laid(asked, layout, **{shelf: rest}), on=False)]
    if place:
        moved = [*rest[: place - 1], item.name, *rest[place - 1 :]]
        menu.append(Choice(_("Move forward"), _laid(asked, layout, **{shelf: moved}), on=False))
    if other := {"down": "across", "across": "down"}.get(shelf):
        full = [one.name for one in getattr(layout, other)] + [item.name]
        menu.append(
            Choice(
                _("To {shelf}").format(shelf=SHELVES[other]),
                _laid(asked, layout, **{shelf: rest, other: full}),
                on=False,
            )
        )
    for word, label in _others(asked.entity, item):
        menu.append(
            Choice(
                label,
                _laid(asked, layout, **{shelf: [word if one == item.name else one for one in words]}),
                word == item.name,
            )
        )
    return Chip(item.name, item.label if isinstance(item, Figured) else label_of(item), menu)


def _others(entity: Entity, item: Dimension | Figured) -> Iterator[tuple[str, Any]]:
    """The same column read another way: by month or by year, as sum or average."""
    if isinstance(item, Figured):
        same = (one for one in layouts.measures(entity) if item.column and one.column is item.column)
        yield from ((one.name, layouts.FUNCTIONS[one.function][1]) for one in same)
    elif item.part:
        yield from ((f"{item.column.name}.{part}", label) for part, label in PARTS.items())


def palette(asked: Asked, layout: Layout) -> list[Chip]:
    """What stands on no shelf yet: a chip for each column, a date by its month, a number by its sum."""
    used = {one.column.name for one in (*layout.down, *layout.across)}
    fields = [
        one
        for one in layouts.dimensions(asked.entity)
        if one.part in {"", "month"} and one.column.name not in used
    ]
    found = [
        Chip(
            one.name,
            f"{one.column.label}",
            [_added(asked, layout, one.name, shelf) for shelf in ("down", "across")],
        )
        for one in fields
    ]
    figures: dict[str, Figured] = {}
    for figure in layouts.measures(asked.entity):
        figures.setdefault(figure.column.name if figure.column else "", figure)
    taken = {one.column.name if one.column else "" for one in layout.measure}
    return found + [
        Chip(one.name, one.label, [_added(asked, layout, one.name, "measure")])
        for name, one in figures.items()
        if name not in taken
    ]


def _added(asked: Asked, layout: Layout, word: str, shelf: str) -> Choice:
    words = [one.name for one in getattr(layout, shelf)]
    words = [*words[: layouts.MOST[shelf] - 1], word]
    return Choice(
        _("To {shelf}").format(shelf=SHELVES[shelf]), _laid(asked, layout, **{shelf: words}), on=False
    )

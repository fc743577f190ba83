"""The pivot: what stands down, across and in the figures is chosen by hand; every figure leads to its records."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import IO, Any, NamedTuple

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from onmaru.kernel import permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.faces import rules
from onmaru.office.faces.queries import pivot
from onmaru.office.faces.queries.groups import Dimension
from onmaru.office.faces.queries.pivot import Figured, Head, Layout, Line, Table
from onmaru.office.faces.views import frame
from onmaru.office.faces.views.frame import Asked, Choice
from onmaru.workbench import calls, exchange
from onmaru.workbench.entity import Entity
from onmaru.workbench.views import chips, faces
from onmaru.workbench.views.page import entity as entity_at
from onmaru.workbench.views.page import page

OWN = ("face", "by", "span", "on", "down", "across", "measure", "view")
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
CHARTS = {"": gettext_lazy("No chart"), "bar": gettext_lazy("Bars"), "line": pgettext_lazy("chart", "Lines")}


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


class Drawn(NamedTuple):
    """A row as the page shows it: figures with the address of their records."""

    line: Line
    depth: int
    key: str
    parent: str
    href: str
    figures: list[tuple[str, str]]


def _answer(request: HttpRequest, by: Actor, entity: Entity) -> HttpResponse:
    asked = frame.read(request, by, entity)
    layout = pivot.layout(entity, dict(request.GET.lists()))
    asked.query.problems += layout.problems
    table = pivot.read(asked.found, by, layout)
    chart = asked.word("view") if asked.word("view") in CHARTS else ""
    context = {
        "table": table,
        "heads": [(table.head_text(one), bool(one.path)) for one in table.heads],
        "rows": [_drawn(asked, table, line) for line in table.lines],
        "totals": _figures(asked, table, Line((), "", table.totals, opens=False)),
        "shelves": _shelves(asked, layout),
        "palette": _palette(asked, layout),
        "corner": " / ".join(str(_label(one)) for one in layout.down),
        "charts": [
            Choice(label, asked.href(view=one or None), one == chart) for one, label in CHARTS.items()
        ],
        "chart": chart,
        "chart_data": _chart(table) if chart else None,
        "file": asked.request.GET.urlencode(),
    }
    return frame.draw(asked, "pivot", context)


def _label(one: Dimension) -> str:
    return f"{one.column.label} ({PARTS[one.part]})" if one.part else f"{one.column.label}"


def _drawn(asked: Asked, table: Table, line: Line) -> Drawn:
    figures = _figures(asked, table, line)
    pairs = list(zip(table.layout.down, line.path, strict=False))
    keys = [_key(line.path[:level]) for level in (len(line.path), len(line.path) - 1)]
    return Drawn(line, len(line.path), *keys, narrowed(asked.request.GET, pairs), figures)


def _key(path: Sequence[Any]) -> str:
    return "/".join(str(one) for one in path)


def _figures(asked: Asked, table: Table, line: Line) -> list[tuple[str, str]]:
    """The figures of a row, each with the address of exactly the records that it is of."""
    found = []
    for head, value in zip(table.heads, line.figures, strict=True):
        pairs = [
            *zip(table.layout.down, line.path, strict=False),
            *zip(table.layout.across, head.path, strict=False),
        ]
        href = narrowed(asked.request.GET, pairs, _currency(asked.entity, table, head.currency))
        found.append((table.text(head, value), href if value is not None else ""))
    return found


def _currency(entity: Entity, table: Table, currency: str | None) -> tuple[str, str] | None:
    path = table.layout.currency
    column = next((one for one in entity.filter_columns.values() if one.path == path), None)
    return (column.name, currency) if column and currency and len(table.currencies) > 1 else None


def narrowed(
    params: QueryDict, pairs: Sequence[tuple[Dimension, Any]], also: tuple[str, str] | None = None
) -> str:
    """The address of the list of those records: all filters of the pivot and, of each dimension, the one value."""
    fresh = QueryDict(mutable=True)
    for key, value in chips.kept(params, *OWN):
        fresh.appendlist(key, value)
    spans: dict[str, tuple[Any, Any]] = {}
    for one, value in [*pairs]:
        name = one.column.name
        if value is None or value == "":
            fresh[f"{name}__empty"] = "1"
        elif one.part:
            first, last = rules.part_of(value, one.part)
            known = spans.get(name, (first, last))
            spans[name] = max(first, known[0]), min(last, known[1])
        else:
            fresh[name] = str(value).lower() if isinstance(value, bool) else str(value)
    for name, (first, last) in spans.items():
        _bound(fresh, f"{name}__gte", f"{first}", f"{name}__gt", f"{first - rules.ONE_DAY}")
        _bound(fresh, f"{name}__lte", f"{last}", f"{name}__lt", f"{last + rules.ONE_DAY}")
    if also:
        fresh[also[0]] = also[1]
    return f"?{fresh.urlencode()}" if fresh else "?"


def _bound(fresh: QueryDict, name: str, value: str, other: str, beyond: str) -> None:
    """A bound beside the one that the address may have already: of two that say the same, the free one."""
    fresh[other if name in fresh else name] = beyond if name in fresh else value


def _laid(asked: Asked, layout: Layout, **changed: list[str]) -> str:
    """The address with shelves filled anew."""
    fresh = QueryDict(mutable=True)
    for key, value in chips.kept(asked.request.GET, *SHELVES):
        fresh.appendlist(key, value)
    for name in SHELVES:
        fresh.setlist(name, changed.get(name, [one.name for one in getattr(layout, name)]))
    return f"?{fresh.urlencode()}"


def _shelves(asked: Asked, layout: Layout) -> list[Shelf]:
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
    return Chip(item.name, item.label if isinstance(item, Figured) else _label(item), menu)


def _others(entity: Entity, item: Dimension | Figured) -> Iterator[tuple[str, Any]]:
    """The same column read another way: by month or by year, as sum or average."""
    if isinstance(item, Figured):
        same = (one for one in pivot.measures(entity) if item.column and one.column is item.column)
        yield from ((one.name, pivot.FUNCTIONS[one.function][1]) for one in same)
    elif item.part:
        yield from ((f"{item.column.name}.{part}", label) for part, label in PARTS.items())


def _palette(asked: Asked, layout: Layout) -> list[Chip]:
    """What stands on no shelf yet: a chip for each column, a date by its month, a number by its sum."""
    used = {one.column.name for one in (*layout.down, *layout.across)}
    fields = [
        one
        for one in pivot.dimensions(asked.entity)
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
    for figure in pivot.measures(asked.entity):
        figures.setdefault(figure.column.name if figure.column else "", figure)
    taken = {one.column.name if one.column else "" for one in layout.measure}
    return found + [
        Chip(one.name, one.label, [_added(asked, layout, one.name, "measure")])
        for name, one in figures.items()
        if name not in taken
    ]


def _added(asked: Asked, layout: Layout, word: str, shelf: str) -> Choice:
    words = [one.name for one in getattr(layout, shelf)]
    words = [*words[: pivot.MOST[shelf] - 1], word]
    return Choice(
        _("To {shelf}").format(shelf=SHELVES[shelf]), _laid(asked, layout, **{shelf: words}), on=False
    )


def _chart(table: Table) -> dict[str, Any]:
    """The outermost rows as the chart draws them: a series for each column of the first figure."""
    first = [at for at, one in enumerate(table.heads) if one.place == 0 and _is_drawn(table, one)]
    outer = [line for line in table.lines if len(line.path) == 1]
    names = [_series(table, at) for at in first]
    return {
        "unit": table.head_text(table.heads[first[0]]) if first else "",
        "rows": [line.label for line in outer],
        "series": [
            {"name": name, "data": [float(line.figures[at] or 0) for line in outer]}
            for name, at in zip(names, first, strict=True)
        ],
    }


def _is_drawn(table: Table, head: Head) -> bool:
    """Whether the chart has a series for a column: not for totals, of amounts for the most used currency only."""
    return len(head.path) == len(table.layout.across) and head.currency in {None, table.currency}


def _series(table: Table, at: int) -> str:
    """What a column is called by all that stands above it."""
    words = []
    for band in table.bands:
        reach = 0
        for label, span in band:
            reach += span
            if at < reach:
                words.append(label)
                break
    return " · ".join(words) or table.head_text(table.heads[at])


@page
def export(request: HttpRequest, by: Actor, name: str) -> HttpResponseBase:
    """The pivot as it is shown, as a workbook. Raises Refused(not_permitted)."""
    entity = entity_at(name, by)
    if not by.may(permissions.code(entity.model, "export")):
        raise Refused(refusals.NOT_PERMITTED(permission=permissions.code(entity.model, "export")))
    asked = frame.read(request, by, entity)
    table = pivot.read(asked.found, by, pivot.layout(entity, dict(request.GET.lists())))
    return FileResponse(
        workbook(table), filename=f"{entity.label} {calls.today():%Y-%m-%d}.xlsx", as_attachment=True
    )


def workbook(table: Table) -> IO[bytes]:
    """A table as a workbook of one sheet, its rows folded by level as on the page."""
    file = tempfile.TemporaryFile()  # the answer closes it
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1})
        number = book.add_format({"num_format": "#,##0.######"})
        for row, band in enumerate(table.bands):
            at = 1
            for label, span in band:
                sheet.write_string(row, at, label, bold)
                at += span
        top = len(table.bands)
        for at, head in enumerate(table.heads, 1):
            sheet.write_string(top, at, table.head_text(head), bold)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, len(table.heads), 16)
        sheet.freeze_panes(top + 1, 1)
        total = Line((), _("Total"), table.totals, opens=False)
        for row, line in enumerate([*table.lines, total], top + 1):
            level = max(len(line.path) - 1, 0)
            sheet.write_string(row, 0, line.label, book.add_format({"indent": level, "bold": not line.path}))
            sheet.set_row(row, None, None, {"level": level})
            for at, value in enumerate(line.figures, 1):
                _write(sheet, row, at, value, number)
    file.seek(0)
    return file


def _write(sheet: Any, row: int, at: int, value: Any, form: Any) -> None:
    if isinstance(value, Decimal) and len(value.as_tuple().digits) > exchange.SURE_DIGITS:
        value = pivot.rounded(value)
    if isinstance(value, Decimal) and len(value.as_tuple().digits) > exchange.SURE_DIGITS:
        sheet.write_string(row, at, str(value))
    elif value is not None:
        sheet.write_number(row, at, float(value), form)


faces.register(
    faces.Face(
        "pivot", gettext_lazy("Pivot"), "table-column", lambda one: bool(pivot.dimensions(one)), _answer
    )
)

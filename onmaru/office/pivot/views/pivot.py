"""The pivot: what stands down, across and in the figures is chosen by hand; every figure leads to its records."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import IO, Any, NamedTuple
from urllib.parse import urlencode

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from onmaru.kernel import calendars, permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.faces import rules
from onmaru.office.faces.views import frame
from onmaru.office.faces.views.frame import Asked, Choice
from onmaru.office.pivot.queries import charts
from onmaru.office.pivot.queries import layout as layouts
from onmaru.office.pivot.queries import table as tables
from onmaru.office.pivot.queries.table import Line, Table
from onmaru.office.pivot.views import shelves
from onmaru.workbench import exchange
from onmaru.workbench.entity import Entity
from onmaru.workbench.groups import Dimension
from onmaru.workbench.views import chips, faces
from onmaru.workbench.views.page import entity as entity_at
from onmaru.workbench.views.page import page

OWN = ("face", "by", "span", "on", "down", "across", "measure", "view")
NOTHING: Mapping[str, str] = MappingProxyType({})
CHARTS = {"": gettext_lazy("No chart"), "bar": gettext_lazy("Bars"), "line": pgettext_lazy("chart", "Lines")}


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
    layout = layouts.layout(entity, dict(request.GET.lists()))
    asked.query.problems += layout.problems
    table = tables.read(asked.found, by, layout)
    chart = asked.word("by") if asked.word("by") in CHARTS else ""
    context = {
        "table": table,
        "heads": [(table.head_text(one), bool(one.path)) for one in table.heads],
        "rows": [_drawn(asked, table, line) for line in table.lines],
        "totals": _figures(asked, table, Line((), "", table.totals, opens=False)),
        "shelves": shelves.of(asked, layout),
        "palette": shelves.palette(asked, layout),
        "corner": " / ".join(shelves.label_of(one) for one in layout.down),
        "charts": [Choice(label, asked.href(by=one or None), one == chart) for one, label in CHARTS.items()],
        "chart": chart,
        "chart_data": charts.drawn(table) if chart else None,
        "file": asked.request.GET.urlencode(),
    }
    return frame.draw(asked, "pivot/pivot.html", context)


def _drawn(asked: Asked, table: Table, line: Line) -> Drawn:
    pairs = list(zip(table.layout.down, line.path, strict=False))
    return Drawn(
        line,
        len(line.path),
        _key(line.path),
        _key(line.path[:-1]),
        narrowed(_kept(asked.request.GET), pairs),
        _figures(asked, table, line),
    )


def _key(path: Sequence[Any]) -> str:
    return "/".join(str(one) for one in path)


def _figures(asked: Asked, table: Table, line: Line) -> list[tuple[str, str]]:
    """The figures of a row, each with the address of exactly the records that it is of."""
    found, kept = [], _kept(asked.request.GET)
    down = list(zip(table.layout.down, line.path, strict=False))
    column = _currency(asked.entity, table)
    for head, value in zip(table.heads, line.figures, strict=True):
        href = ""
        if value is not None:
            across = zip(table.layout.across, head.path, strict=False)
            also = {column: head.currency} if column and head.currency else {}
            href = narrowed(kept, [*down, *across], also)
        found.append((table.text(head, value), href))
    return found


def _currency(entity: Entity, table: Table) -> str:
    """The column that amounts are kept apart by, "" where they are all of one currency."""
    if len(table.currencies) < 2:
        return ""
    path = table.layout.currency
    return next((one.name for one in entity.filter_columns.values() if one.path == path), "")


def _kept(params: QueryDict) -> dict[str, list[str]]:
    """All filters of the pivot."""
    found: dict[str, list[str]] = {}
    for key, value in chips.kept(params, *OWN):
        found.setdefault(key, []).append(value)
    return found


def narrowed(
    kept: Mapping[str, list[str]], pairs: Sequence[tuple[Dimension, Any]], also: Mapping[str, str] = NOTHING
) -> str:
    """The address of the list of those records: all filters of the pivot and, of each dimension, the one value.

    There is one for each of thousands of figures.
    """
    fresh: dict[str, Any] = dict(kept)
    spans: dict[str, tuple[Any, Any]] = {}
    for one, value in pairs:
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
    return f"?{urlencode(fresh | dict(also), doseq=True)}"


def _bound(fresh: dict[str, Any], name: str, value: str, other: str, beyond: str) -> None:
    """A bound beside the one that the address may have already: of two that say the same, the free one."""
    fresh[other if name in fresh else name] = beyond if name in fresh else value


@page
def export(request: HttpRequest, by: Actor, name: str) -> HttpResponseBase:
    """The pivot as it is shown, as a workbook. Raises Refused(not_permitted)."""
    entity = entity_at(name, by)
    if not by.may(permissions.code(entity.model, "export")):
        raise Refused(refusals.NOT_PERMITTED(permission=permissions.code(entity.model, "export")))
    asked = frame.read(request, by, entity)
    table = tables.read(asked.found, by, layouts.layout(entity, dict(request.GET.lists())))
    return FileResponse(
        workbook(table), filename=f"{entity.label} {calendars.today():%Y-%m-%d}.xlsx", as_attachment=True
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
        value = layouts.rounded(value)
    if isinstance(value, Decimal) and len(value.as_tuple().digits) > exchange.SURE_DIGITS:
        sheet.write_string(row, at, str(value))
    elif value is not None:
        sheet.write_number(row, at, float(value), form)


faces.register(
    faces.Face(
        "pivot", gettext_lazy("Pivot"), "table-column", lambda one: bool(layouts.dimensions(one)), _answer
    )
)

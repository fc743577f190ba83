"""Cells of lists and records as HTML. In Python: a page of fifty rows has five hundred of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from onmaru.kernel import permissions
from onmaru.kernel.identity import Actor
from onmaru.kernel.personal import Masked
from onmaru.workbench import registry
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.listing import Cell, Group, Row

TONES = {
    "ok": "done paid delivered posted active completed complete approved settled received invoiced closed full",
    "info": "open confirmed sent quoted issued accepted reserved ready released",
    "warn": "partial partly waiting pending due closing backordered unpaid hold unknown",
    "gone": "cancelled canceled void expired archived locked",
    "bad": "rejected refused failed lost late overdue blocked bounced",
}
TONE_OF = {word: tone for tone, words in TONES.items() for word in words.split()}
NOTHING = mark_safe('<span class="nil">–</span>')
_MASKED = '<span class="masked">{} <button type="button" hx-post="{}" hx-target="closest .masked">{}</button></span>'
PHONE_CELLS = 3  # an amount at the end of the line takes the place of one
TITLES = {"name", "name_ko", "title", "subject"}


class Head(NamedTuple):
    """A column as a page shows it: its classes, and where a click on its head leads."""

    column: Column
    css: str
    href: str = ""
    direction: str = ""


def tone(value: object) -> str:
    """The class that colours a state; its word always stands beside the colour."""
    words = str(value).lower().replace("-", "_").split("_")
    if words[0] in {"not", "no", "none"}:
        return "hollow"
    found = next((TONE_OF[word] for word in words if word in TONE_OF), "")
    return f"tone-{found}" if found else "hollow"


def shown(cell: Cell) -> SafeString:
    """A value as HTML."""
    kind = cell.column.kind
    if isinstance(cell.value, Masked):
        address = f"/reveal/{cell.value.kind}/{cell.value.pk}/{cell.value.field}"
        return format_html(_MASKED, cell.text, address, _("Show"))
    if href := getattr(cell.value, "file_address", ""):
        return format_html('<a class="link" href="{}">{}</a>', href, cell.text)
    text = escaped(cell.text)
    if kind == "state" and text:
        return SafeString(f'<span class="state {tone(cell.value)}">{text}</span>')
    if (kind == "boolean" and cell.value is False) or (kind == "money" and cell.value == 0):
        return SafeString(f'<span class="nil">{text}</span>')
    return SafeString(text) if text else NOTHING


def escaped(text: object) -> str:
    """Text for HTML, as ``conditional_escape`` makes it, at a tenth of its time."""
    return text if isinstance(text, SafeString) else escape(str(text))


def classes(columns: Sequence[Column]) -> list[str]:
    """The classes of a list's columns. On a phone a name (else the first) and one aside make
    the first line, few more the second.
    """
    state = next((c.name for c in columns[1:] if c.kind == "state"), "")
    amounts = [c.name for c in columns[1:] if c.kind == "money" and "tax" not in c.name]
    counts = [c.name for c in columns[1:] if c.kind == "quantity"]
    amount = (
        "amount" if "amount" in amounts else amounts[-1] if amounts else counts[0] if len(counts) == 1 else ""
    )
    named = [c.name for c in columns[:3] if c.name in TITLES] + [
        c.name for c in columns if c.name != "ordinal"
    ]
    headline = named[0] if named else ""
    places = {headline: "headline", state or amount: "aside"}
    places.setdefault(amount, "figure")
    room = PHONE_CELLS - ("figure" in places.values() and amount != "")
    found, seconds = [], 0
    for column in columns:
        words = ["num"] if column.align == "end" else []
        if column.name in places:
            words.append(places[column.name])
        else:
            seconds += column.name != "ordinal"
            words += ["minor"] if seconds > room or column.name == "ordinal" else []
        found.append(" ".join(words))
    return found


def table_rows(
    entity: Entity | None,
    rows: Sequence[Row],
    css: Sequence[str],
    hrefs: Sequence[str] | None = None,
    groups: Mapping[int, Group] | None = None,
) -> SafeString:
    """The body of a list; a row leads to its record when there is an entity to show it, or where ``hrefs`` say.
    ``groups`` are the headings that stand over some rows, by their ids.
    """
    ways = hrefs or [f"/{entity.name}/{row.id}/" if entity else "" for row in rows]
    labels = [_label(cell.column, css[place]) for place, cell in enumerate(rows[0].cells)] if rows else []
    drawn: list[str] = []
    for row, href in zip(rows, ways, strict=True):
        if groups and row.id in groups:
            drawn.append(_heading(groups[row.id], row.cells, css))
        drawn.append(_row(row, css, labels, href))
    return mark_safe("".join(drawn))  # noqa: S308 - every part is escaped below


def _heading(group: Group, cells: Sequence[Cell], css: Sequence[str]) -> SafeString:
    """The common value with the number of its rows, its subtotals below their columns."""
    told = ([one.texts.get(cell.column.name) for one in group.totals] for cell in cells[1:])
    sums = [" · ".join(filter(None, texts)) for texts in told]
    count = (
        format_html(' <span class="count">{}</span>', f"{group.count:,}") if group.count is not None else ""
    )
    rest = format_html_join("", '<td class="{}">{}</td>', zip(css[1:], sums, strict=True))
    return format_html('<tr class="group"><th scope="rowgroup">{}{}</th>{}</tr>', group.text, count, rest)


def _row(row: Row, css: Sequence[str], labels: Sequence[str], href: str) -> str:
    inner: list[str] = [shown(cell) for cell in row.cells]
    if href and inner:
        inner[0] = f'<a class="lead" href="{escaped(href)}">{escaped(row.cells[0].text or "–")}</a>'
    drawn = "".join(
        f'<td class="{css[place]}"{labels[place] if cell.text else ""}>{inner[place]}</td>'
        for place, cell in enumerate(row.cells)
    )
    return f'<tr data-href="{escaped(href)}">{drawn}</tr>' if href else f"<tr>{drawn}</tr>"


def _label(column: Column, css: str) -> str:
    """A figure on the second line of a phone's card says what it is; a name or a date says it itself."""
    return f' data-label="{escaped(column.label)}"' if css == "num" else ""


def address(record: object, by: Actor | None = None) -> str:
    """The page of a record, or "" when it has none that this person may open."""
    entity = registry.of_model(record) if isinstance(record, models.Model) else None
    if entity is None or not isinstance(record, models.Model):
        return ""
    if by is not None and not by.may(permissions.code(entity.model, "view")):
        return ""
    return f"/{entity.name}/{record.pk}/"

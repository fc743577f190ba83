"""The flow of related documents on a record's page: fetched after the page, so that the page waits for nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onmaru.kernel.identity import Actor
from onmaru.office.faces.queries import flow
from onmaru.office.faces.queries.flow import Graph, Key
from onmaru.office.faces.views import frame
from onmaru.workbench import detail, ports, shown
from onmaru.workbench.entity import Entity
from onmaru.workbench.views.page import entity as entity_at
from onmaru.workbench.views.page import page, show

WIDE, HIGH, ACROSS, DOWN, EDGE = 168, 58, 44, 12, 2  # pixels of a box and between boxes


class Box(NamedTuple):
    """A document as it is drawn: where it stands, what it says, where it leads."""

    x: int
    y: int
    entity: Entity
    record: Any
    state: str
    tone: str
    amount: str
    here: bool


class Drawing(NamedTuple):
    """Boxes and the curves between them, with the size of it all."""

    boxes: list[Box]
    curves: list[str]
    width: int
    height: int


@page
def graph(request: HttpRequest, by: Actor, name: str, pk: int) -> HttpResponse:
    """The graph as a part of the record's page; empty for a document that stands alone."""
    entity = entity_at(name, by)
    found = flow.of(entity, by, detail.find(entity, by, pk))
    if not found.edges:
        return HttpResponse()
    context = {"drawing": draw(found, (name, pk)), "cut": found.cut, "wide": WIDE, "high": HIGH}
    return show(request, by, "faces/flow.html", context)


def draw(graph: Graph, here: Key) -> Drawing:
    """Lay the documents out from left to right, what came of what; one above the other by kind and number."""
    columns: dict[int, list[Key]] = defaultdict(list)
    for key in sorted(graph.records, key=lambda one: (graph.records[one][0].place, one)):
        columns[graph.ranks[key]].append(key)
    at = {
        key: (EDGE + place * (WIDE + ACROSS), EDGE + row * (HIGH + DOWN))
        for place, rank in enumerate(sorted(columns))
        for row, key in enumerate(columns[rank])
    }
    boxes = [_box(*at[key], *graph.records[key], here=key == here) for key in at]
    width = max(x for x, _y in at.values()) + WIDE + EDGE
    height = max(y for _x, y in at.values()) + HIGH + EDGE
    return Drawing(boxes, [_curve(at[start], at[end]) for start, end in graph.edges], width, height)


def _curve(start: tuple[int, int], end: tuple[int, int]) -> str:
    """From the right side of one box to the left side of another."""
    x, y, to_x, to_y = start[0] + WIDE, start[1] + HIGH // 2, end[0], end[1] + HIGH // 2
    bend = max(abs(to_x - x) // 2, ACROSS // 2)
    return f"M{x} {y}C{x + bend} {y} {to_x - bend} {to_y} {to_x} {to_y}"


def _box(x: int, y: int, entity: Entity, record: Any, *, here: bool) -> Box:
    tone, state = frame.tone(entity)(record)
    money = frame.amount_of(entity)
    amount = shown.show(money, money.getter(record), record) if money else ""
    return Box(x, y, entity, record, state, tone, amount, here)


def place(context: Mapping[str, Any]) -> SafeString:
    """Where the graph will stand on a record's page."""
    entity, found = context["entity"], context["detail"]
    if not flow.is_document(entity):
        return SafeString("")
    address = f"/faces/{entity.name}/{found.record.pk}/flow"
    return format_html(
        '<section hx-get="{}" hx-trigger="load" hx-swap="outerHTML" hidden></section>', address
    )


ports.slots["record.below"].append(place)

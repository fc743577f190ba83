"""The list as a spreadsheet: cells are changed where they stand, each row by its own commands through the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.identity import Actor
from onmaru.masters.site.models import Company
from onmaru.office.rest.views import schemas
from onmaru.workbench import calls, filters, listing, registry
from onmaru.workbench import shown as texts
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.fields import Field
from onmaru.workbench.views import chips, faces, lists
from onmaru.workbench.views.faces import Face
from onmaru.workbench.views.page import entity, is_part, page, show


def _as_sheet(request: HttpRequest, by: Actor, shown: Entity) -> HttpResponse:
    heading = lists.heading(shown, by, request.GET)
    query = filters.read(shown, by, request.GET)
    changes = _asked(shown, by, "edit")
    makes = _asked(shown, by, "create") if heading["may_create"] else {}
    group = listing.grouped(shown, query)
    columns, rest = _columns(shown, query)
    context = {
        **heading,
        "page": query,
        "chips": chips.chips(shown, query, request.GET),
        "arranged": [*((one, True) for one in columns), *((one, False) for one in rest)],
        "sheet": {
            "entity": shown.name,
            "query": [*map(list, chips.kept(request.GET, "face", "sort")), ["sort", query.sort]],
            "group": group.name if group else "",
            "narrowed": bool(query.condition),
            "home": texts.HOME.get(),
            "currencies": _currencies(columns),
            "states": {value: str(label) for value, label in _states(shown)},
            "columns": [_told(one, changes.get(one.name), makes.get(one.name)) for one in columns],
            "makes": bool(makes) and _needed(makes) <= {one.name for one in columns},
        },
    }
    template = "faces/sheet_part.html" if is_part(request) else "faces/sheet.html"
    return show(request, by, template, context, here=shown.name)


def _columns(shown: Entity, query: filters.Query) -> tuple[list[Column], list[Column]]:
    """The columns that the address names, or all there are, and what is left of these."""
    told = _told_of(shown)
    columns = [told[name] for name in query.fields if name in told] or list(told.values())
    return columns, [one for one in told.values() if one not in columns]


def _currencies(columns: Sequence[Column]) -> dict[int, str]:
    """By company the currency of amounts that are in its own."""
    own = any(one.currency == "company.currency" for one in columns)
    return dict(Company.objects.values_list("pk", "currency")) if own else {}


def _states(shown: Entity) -> Iterable[tuple[Any, Any]]:
    return next((one.choices for one in schemas.api_columns(shown) if one.name == "state"), ())


@page
def groups(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """Which group each of the rows ``of`` stands in, as the address groups them, and what the whole groups come to.

    Of rows that its filter leaves out nothing is said; without groups, only which it takes.
    """
    asked = request.GET.copy()
    ids = [int(one) for one in asked.pop("of", [])[: filters.LARGEST] if one.isdecimal()]
    shown = entity(name, by)
    query = filters.read(shown, by, asked)
    column = listing.grouped(shown, query)
    found, order = listing.select(shown, by, query), listing.order_of(shown, query)
    if column is None:
        taken = found.filter(pk__in=ids).order_by().values_list("pk", flat=True)
        return JsonResponse({"rows": dict.fromkeys(taken, ""), "heads": {}})
    columns = _columns(shown, query)[0]
    dear = query.broad and not query.count
    counted = not dear and listing.measure(found, columns, exact=query.count)[0] is not None
    records = list(order.sort(listing.joined(found, shown, (column,)).filter(pk__in=ids)))
    heads = listing.heads(found, column, columns, records, counted=counted)
    keys = {one.pk: str(getattr(value := column.getter(one), "pk", value)) for one in records}
    last = {one.pk: order.cursor(one, last=True) for one in records if one.pk in heads}
    told = {keys[pk]: _head(head, columns) | {"past": last[pk]} for pk, head in heads.items()}
    return JsonResponse({"rows": keys, "heads": told})


def _head(head: listing.Group, columns: Sequence[Column]) -> dict[str, Any]:
    """A group for the script: its words, how many records, and its subtotals with the words of their columns."""
    sums = [
        [str(one.label), " · ".join(total.texts[one.name] for total in head.totals)]
        for one in columns
        if any(one.name in total.texts for total in head.totals)
    ]
    return {"text": head.text, "count": head.count, "sums": sums}


def _asked(shown: Entity, by: Actor, verb: str) -> dict[str, Field]:
    """What can be typed of what the command that makes or changes records takes; nothing for whom it is not."""
    command = getattr(shown, verb)
    if command is None or not by.may(command.permission):
        return {}
    return {one.name: one for one in calls.asks(shown, command) if one.kind != "file"}


def _needed(makes: dict[str, Field]) -> set[str]:
    """What must be typed of a new record: where it cannot be typed here, no record can be made here."""
    return {one.name for one in makes.values() if one.required}


def _told_of(shown: Entity) -> dict[str, Column]:
    """The list's columns, then what else can be typed of a record and is told by the API."""
    typed = {one.name for one in shown.input_fields}
    rest = (one for one in schemas.api_columns(shown) if one.name in typed)
    return {one.name: one for one in (*shown.list_columns, *rest)}


def _told(column: Column, changes: Field | None, makes: Field | None) -> dict[str, Any]:
    """A column for the script: how it is shown, whether it can be typed in an old row and in a new one."""
    field = changes or makes
    other = registry.of_model(field.model) if field and field.model else None
    return {
        "name": column.name,
        "label": str(column.label),
        "kind": field.kind if field else column.kind,
        "align": column.align,
        "currency": column.currency,
        "choices": [[str(value), str(label)] for value, label in column.choices],
        "many": column.many,
        "multiline": field is not None and field.multiline,
        "lookup": other.name if other else "",
        "changes": changes is not None,
        "makes": makes is not None,
        "required": makes is not None and makes.required,
    }


faces.register(Face("sheet", _("Spreadsheet"), "table", lambda entity: entity.edit is not None, _as_sheet))

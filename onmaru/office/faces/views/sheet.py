"""The list as a spreadsheet: cells are changed where they stand, each row by its own commands through the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.identity import Actor
from onmaru.office.rest.views import schemas
from onmaru.workbench import calls, filters, registry
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.fields import Field
from onmaru.workbench.views import chips, faces, lists
from onmaru.workbench.views.faces import Face
from onmaru.workbench.views.page import is_part, show


def _as_sheet(request: HttpRequest, by: Actor, shown: Entity) -> HttpResponse:
    heading = lists.heading(shown, by, request.GET)
    query = filters.read(shown, by, request.GET)
    changes = _asked(shown, by, "edit")
    makes = _asked(shown, by, "create") if heading["may_create"] else {}
    told = _told_of(shown)
    columns = [told[name] for name in query.fields if name in told] or list(told.values())
    rest = [one for one in told.values() if one not in columns]
    context = {
        **heading,
        "page": query,
        "chips": chips.chips(shown, query, request.GET),
        "arranged": [*((one, True) for one in columns), *((one, False) for one in rest)],
        "sheet": {
            "entity": shown.name,
            "query": [[key, value] for key, value in chips.kept(request.GET, "face")],
            "columns": [_told(one, changes.get(one.name), makes.get(one.name)) for one in columns],
            "makes": bool(makes) and _needed(makes) <= {one.name for one in columns},
        },
    }
    template = "faces/sheet_part.html" if is_part(request) else "faces/sheet.html"
    return show(request, by, template, context, here=shown.name)


def _asked(shown: Entity, by: Actor, verb: str) -> dict[str, Field]:
    """What the command that makes or changes records takes, by name; nothing for whom it is not."""
    command = getattr(shown, verb)
    if command is None or not by.may(command.permission):
        return {}
    return {one.name: one for one in calls.asks(shown, command)}


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
        "choices": [[str(value), str(label)] for value, label in column.choices],
        "lookup": other.name if other else "",
        "changes": changes is not None,
        "makes": makes is not None,
        "required": makes is not None and makes.required,
    }


faces.register(Face("sheet", _("Spreadsheet"), "table", lambda entity: entity.edit is not None, _as_sheet))

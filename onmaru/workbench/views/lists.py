"""The list of an entity: a page of rows, the filters above it, its files out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, permissions
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench import exchange, listing, ports, search
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.fields import Text
from onmaru.workbench.views import chips, faces
from onmaru.workbench.views.cells import Head, classes, table_rows
from onmaru.workbench.views.faces import Face
from onmaru.workbench.views.page import entity, is_part, page, show


@page
def rows(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """The records of an entity under the face that the address names."""
    shown = entity(name, by)
    usual = "" if request.GET else next(filter(None, (of(request, shown, by) for of in ports.usual)), "")
    if usual:
        return HttpResponseRedirect(f"/{shown.name}/?{usual}")
    return faces.find(shown, request.GET.get("face", "")).answer(request, by, shown)


def heading(shown: Entity, by: Actor, params: QueryDict) -> dict[str, Any]:
    """What every face has above it: search, filters, the other faces, and what this person may do here."""
    offered = [(one, chips.query(params, face=one.name, by=None, on=None)) for one in faces.of(shown)]
    return {
        "entity": shown,
        "faces": offered if len(offered) > 1 else [],
        "face": params.get("face", ""),
        "kept": chips.kept(params, "q"),
        **_rights(shown, by),
    }


def _as_list(request: HttpRequest, by: Actor, shown: Entity) -> HttpResponse:
    found = listing.page(shown, by, request.GET, strict=False)
    css = classes(found.columns)
    context = {
        **heading(shown, by, request.GET),
        "page": found,
        "heads": [
            _head(shown, found, one, css[place], request.GET) for place, one in enumerate(found.columns)
        ],
        "body": table_rows(shown, found.rows, css, groups=found.groups),
        "totals": _totals(found, css),
        "chips": chips.chips(shown, found, request.GET),
        "next": chips.query(request.GET, after=found.next) if found.next else "",
        "previous": chips.query(request.GET, before=found.previous) if found.previous else "",
        "counted": chips.query(request.GET, count="1"),
        "narrowed": bool(found.search or found.filters),
    }
    template = "workbench/part/listing.html" if is_part(request) else "workbench/list.html"
    return show(request, by, template, context, here=shown.name)


faces.register(Face("", _("List"), "list-details", lambda entity: True, _as_list))


def _rights(shown: Entity, by: Actor) -> dict[str, Any]:
    has_files = bool(shown.exchange)
    return {
        "with_lines": exchange.grids(shown),
        "may_create": shown.create is not None and by.may(shown.create.permission),
        "may_export": by.may(permissions.code(shown.model, "export")),
        "may_import": has_files
        and shown.create is not None
        and by.may(permissions.code(shown.model, "import")),
    }


def _head(shown: Entity, found: listing.Page, column: Any, css: str, params: QueryDict) -> Head:
    if column.name not in shown.sort_columns:
        return Head(column, css)
    direction = {column.name: "ascending", f"-{column.name}": "descending"}.get(found.sort, "")
    wanted = f"-{column.name}" if direction == "ascending" else column.name
    return Head(column, css, chips.query(params, sort=wanted), direction)


def _totals(found: listing.Page, css: list[str]) -> list[list[tuple[str, str, Any]]]:
    """A row for each currency: classes, figure and label of every cell."""
    return [
        [
            (style, total.texts.get(one.name, ""), one.label)
            for style, one in zip(css, found.columns, strict=True)
        ]
        for total in found.totals
    ]


@page
def choices(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """What a reference field offers for the letters typed, as JSON."""
    try:
        hits = search.choices(entity(name, by), by, request.GET.get("q", "").strip()[:100])
    except Refused:
        return JsonResponse({"results": []}, status=403)
    return JsonResponse({"results": [{"id": hit.id, "label": hit.text, "detail": hit.note} for hit in hits]})


@page
def export(request: HttpRequest, by: Actor, name: str, kind: str) -> HttpResponseBase:
    """The list as it is filtered now, as a file; with ``whole=1`` the columns that an import reads back."""
    shown = entity(name, by)
    whole = request.GET.get("whole") == "1"
    return sent(shown.label, kind, *exchange.asked(shown, by, request.GET, whole=whole))


def sent(label: Text, kind: str, columns: Sequence[Column], records: Iterator[Any]) -> HttpResponseBase:
    """Records as a file of a kind (xlsx or csv), named after what they are and the day."""
    name = f"{label} {calendars.today():%Y-%m-%d}.{kind}"
    if kind == "xlsx":
        return FileResponse(exchange.workbook(label, columns, records), filename=name, as_attachment=True)
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or ""}
    pieces = exchange.written(columns, records)
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)

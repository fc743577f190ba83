"""The page of one record, its files and its papers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from onmaru.kernel import files, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench import detail, ports
from onmaru.workbench.detail import Detail
from onmaru.workbench.entity import Document, Entity
from onmaru.workbench.listing import Cell
from onmaru.workbench.views import cells
from onmaru.workbench.views.page import entity, page, show

MOST_VERBS = 2
DOWNLOADED = "application/octet-stream"


@page
def record(request: HttpRequest, by: Actor, name: str, pk: int) -> HttpResponse:
    """Head, fields, lines, what belongs to it, files and history."""
    shown = entity(name, by)
    found = detail.show(shown, by, pk)
    first = [one for one in found.actions if one.primary]
    rest = [one for one in found.actions if not one.primary]
    many = len(rest) > MOST_VERBS
    context = {
        "shown_verbs": first if many else first + rest,
        "more_verbs": rest if many else [],
        "entity": shown,
        "detail": found,
        "sections": _sections(found),
        "grids": _grids(found),
        "related": _related(found),
    }
    return show(request, by, "workbench/record.html", context, here=name)


def _sections(found: Detail) -> list[dict[str, Any]]:
    """The values by section; what comes twice (raw in the form, formatted in the list) stands where it stood first."""
    last = {str(cell.column.label): cell for part in found.parts for cell in part.cells}
    sections: list[dict[str, Any]] = []
    for part in found.parts:
        labels = dict.fromkeys(str(cell.column.label) for cell in part.cells)
        shown = [last.pop(label) for label in labels if label in last]
        sections.append(
            {"label": part.declared.label, "cells": [one for one in shown if _says_more(one, found)]}
        )
    return sections


def _says_more(cell: Cell, found: Detail) -> bool:
    """Whether the head of the page does not say it already."""
    said = found.state.column.name if found.state else ""
    return cell.column.name != said and cell.text != found.title


def _grids(found: Detail) -> list[dict[str, object]]:
    return [
        {
            "label": part.declared.label,
            "columns": list(zip(part.declared.columns, cells.classes(part.declared.columns), strict=True)),
            "body": cells.table_rows(None, part.rows, cells.classes(part.declared.columns)),
            "count": len(part.rows),
        }
        for part in found.parts
        if part.is_grid
    ]


def _related(found: Detail) -> list[dict[str, object]]:
    return [_related_one(found, one.entity, one) for one in found.related]


def _related_one(found: Detail, other: Entity, one: detail.RelatedRows) -> dict[str, object]:
    columns = [cell.column for cell in one.rows[0].cells] if one.rows else []
    css = cells.classes(columns)
    return {
        "entity": other,
        "columns": list(zip(columns, css, strict=True)),
        "body": cells.table_rows(other, one.rows, css),
        "count": len(one.rows),
        "all": f"/{other.name}/?{urlencode(detail.pointing(one.declared, found.record))}" if one.more else "",
    }


@page
def paper(request: HttpRequest, by: Actor, name: str, pk: int, document: str) -> HttpResponse:
    """A document of the record as PDF, in the reader's language unless ``?language=`` says another."""
    shown = entity(name, by)
    found = detail.find(shown, by, pk)
    printed = next((one for one in shown.printed if one.name == document), None)
    if printed is None:
        raise Refused(refusals.NOT_FOUND())
    language = request.GET.get("language", "")
    if language not in {"", "ko", "en"}:
        raise Refused(refusals.NOT_FOUND())
    draw = ports.printed[0] if ports.printed else _plainly
    headers = {
        "Content-Disposition": content_disposition_header(
            as_attachment=False, filename=f"{printed.label} {found}.pdf"
        )
        or "inline"
    }
    content = draw(shown, printed, found, language)
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _plainly(_entity: Entity, printed: Document, found: Any, language: str) -> bytes:
    return printed.render(found, language or get_language() or "ko")


@page
def attach(request: HttpRequest, by: Actor, name: str, pk: int) -> HttpResponse:
    """Take files in; each is one command, so one that is refused does not undo the others."""
    shown = entity(name, by)
    found = detail.find(shown, by, pk)
    for one in request.FILES.getlist("file"):
        _attach(request, by, found, one)
    return redirect(f"/{shown.name}/{pk}/#files")


def _attach(request: HttpRequest, by: Actor, record: object, one: UploadedFile) -> None:
    try:
        # Too large is refused before its bytes are read into memory.
        size = one.size or 0
        content = one.read() if size <= files.LARGEST else bytes(files.LARGEST + 1)
        files.attach(record=record, name=one.name or "file", content=content, by=by)
        messages.success(request, _("Attached: {name}").format(name=one.name))
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason.message)


@page
def download(request: HttpRequest, by: Actor, name: str, pk: int, file_pk: int) -> HttpResponse:
    """The bytes of a file, always as a download: what a stranger attached never runs on this address."""
    found = detail.find(entity(name, by), by, pk)
    stored = files.of(found).defer(None).filter(pk=file_pk).first()
    if stored is None:
        raise Refused(refusals.NOT_FOUND())
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=stored.name)
        or "attachment"
    }
    return HttpResponse(bytes(stored.content), content_type=DOWNLOADED, headers=headers)

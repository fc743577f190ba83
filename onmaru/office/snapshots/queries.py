"""A record as people read it, kept as it stands now; and a digest of what exactly it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import models

from onmaru.kernel import custom, personal, work
from onmaru.kernel.commands import Command
from onmaru.kernel.sealed import Sealed
from onmaru.office.snapshots import ports
from onmaru.workbench import detail, listing, registry
from onmaru.workbench.entity import Column, Lines, Section


def of(record: models.Model) -> dict[str, Any]:
    """Sections of labelled cells and grids of lines, in the language active now; what is personal stays masked."""
    entity = registry.of_model(record)
    told = ports.told.get(work.kind_of(record))
    if told is not None:
        return dict(told.content(record))
    if entity is None:
        return {"sections": [], "grids": []}
    row = entity.rows().get(pk=record.pk)
    return {
        "sections": [_section(one, row) for one in entity.detail_parts if isinstance(one, Section)],
        "grids": [_grid(one, row) for one in entity.detail_parts if isinstance(one, Lines)],
    }


def _section(part: Section, row: Any) -> dict[str, Any]:
    cells = listing.show_rows(part.columns, [row])[0].cells
    shown = [cell(one.column, one.text) for one in cells if one.text]
    return {"label": str(part.label), "cells": shown}


def cell(column: Column, text: str) -> dict[str, str]:
    """A cell as a content keeps it."""
    return {"name": column.name, "label": str(column.label), "text": text, "align": column.align or ""}


def _grid(part: Lines, row: Any) -> dict[str, Any]:
    rows = listing.show_rows(part.columns, detail.line_rows(part, row))
    return {
        "label": str(part.label),
        "heads": [str(one.label) for one in part.columns],
        "aligns": [one.align or "" for one in part.columns],
        "rows": [[one.text for one in line.cells] for line in rows],
    }


def digest(record: models.Model, command: str = "", asked: Mapping[str, Any] | None = None) -> str:
    """SHA-256 of what the record holds, its lines among it, and of what a command is to do with it."""
    held = {"record": _held(record), "lines": _lines(record), "command": command, "asked": dict(asked or {})}
    return hashlib.sha256(work.to_json(_sorted(held)).encode()).hexdigest()


def _held(record: models.Model) -> dict[str, Any]:
    fields = (one for one in record._meta.concrete_fields if one.editable)
    # By what an encrypted field says: when it is encrypted, nobody changed the record.
    own = {name: (kept, custom.plain(kept)) for name, kept in custom.of(record).items()}
    told = {name: one.open() if isinstance(one, Sealed) else kept for name, (kept, one) in own.items()}
    return {one.attname: one.value_to_string(record) for one in fields} | {"custom": told}


def _lines(record: models.Model) -> list[list[dict[str, Any]]]:
    entity = registry.of_model(record)
    grids = [one for one in entity.detail_parts if isinstance(one, Lines)] if entity else []
    return [[_held(line) for line in detail.line_rows(one, record)] for one in grids]


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def asked(command: Command[Any] | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a command is told, without what it would take anyway: the same however it came."""
    taken = command.parameters if command is not None else {}
    return {
        name: value
        for name, value in given.items()
        if name in taken and value not in (None, "", taken[name].default)
    }


def veiled(content: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """A content kept earlier, without what of this kind of record was declared personal since."""
    model = apps.get_model(kind)

    def masked(one: Mapping[str, Any]) -> dict[str, Any]:
        return {**one, "text": personal.veiled(model, {one["name"]: one["text"]})[one["name"]]}

    sections = [{**part, "cells": [masked(one) for one in part["cells"]]} for part in content["sections"]]
    return {**content, "sections": sections}


def laid(content: Mapping[str, Any]) -> dict[str, Any]:
    """A content as a page draws it: each cell of a grid beside the class of its column."""
    return {**content, "grids": [{**one, "laid": _laid(one)} for one in content["grids"]]}


def _laid(grid: Mapping[str, Any]) -> tuple[list[tuple[str, str]], list[list[tuple[str, str]]]]:
    css = ["num" if one == "end" else "" for one in grid["aligns"]]
    rows = [list(zip(row, css, strict=True)) for row in grid["rows"]]
    return list(zip(grid["heads"], css, strict=True)), rows

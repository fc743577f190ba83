"""A record as people read it, kept as it stands now; and a digest of what exactly it is."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from django.apps import apps
from django.db import models

from onmaru.kernel import custom, personal, work
from onmaru.kernel.commands import Command
from onmaru.kernel.sealed import Sealed
from onmaru.office.snapshots import ports
from onmaru.workbench import detail, listing, registry, shown
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
    # Where no page knows its reader, as behind the API, an amount is told as the record's company reads it.
    home = shown.HOME.get() or getattr(getattr(row, "company", None), "currency", "")
    with shown.at_home(home):
        return {
            "sections": [_section(one, row) for one in entity.detail_parts if isinstance(one, Section)],
            "grids": [_grid(one, row) for one in entity.detail_parts if isinstance(one, Lines)],
        }


def _section(part: Section, row: Any) -> dict[str, Any]:
    cells = listing.show_rows(part.columns, [row])[0].cells
    masked = own_personal(type(row))
    told = [
        cell(one.column, one.text) | ({"veiled": True} if one.column.name in masked else {})
        for one in cells
        if one.text
    ]
    return {"label": str(part.label), "cells": told}


def cell(column: Column, text: str) -> dict[str, str]:
    """A cell as a content keeps it."""
    return {"name": column.name, "label": str(column.label), "text": text, "align": column.align or ""}


def _grid(part: Lines, row: Any) -> dict[str, Any]:
    rows = listing.show_rows(part.columns, detail.line_rows(part, row))
    names = [f"{part.name}.{one.name}" for one in part.columns]
    masked = own_personal(type(row))
    return {
        "label": str(part.label),
        "heads": [str(one.label) for one in part.columns],
        "aligns": [one.align or "" for one in part.columns],
        "rows": [[one.text for one in line.cells] for line in rows],
        "names": names,
        "told": [one for one in names if one not in masked],
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


def own_personal(model: type[models.Model]) -> set[str]:
    """The fields that a company added and declared personal: of records, and of their lines as ``lines.x_call``."""
    lines = [(one.name, one.related_model) for one in model._meta.related_objects if one.name]
    every = [("", model), *((f"{name}.", one) for name, one in lines if one is not model)]
    return {
        before + name
        for before, one in every
        for name in personal.names(one)
        if name.startswith(custom.PREFIX)
    }


def told(content: Mapping[str, Any], kind: str) -> list[str]:
    """What a content was kept with in clear, of what is personal now: a paper of it tells that for good."""
    cells = (one for part in content["sections"] for one in part["cells"] if not one.get("veiled"))
    clear = {one["name"] for one in cells} | {
        name for one in content["grids"] for name in one.get("told", ())
    }
    return sorted(clear & own_personal(apps.get_model(kind)))


def tells(names: Collection[str]) -> models.Q:
    """The condition that a row's ``content`` was kept with one of these in clear: what ``told`` says of one."""
    return models.Q(_exists(_CELLS, names)) | models.Q(_exists(_GRIDS, names))


_CELLS = "$.sections[*].cells[*] ? (@.name == $names[*] && !exists(@.veiled))"
_GRIDS = "$.grids[*] ? (@.told[*] == $names[*])"


def _exists(path: str, names: Collection[str]) -> models.Func:
    way = models.Func(models.Value(path), template="%(expressions)s::jsonpath")
    said = models.Value({"names": sorted(names)}, models.JSONField())
    found = models.BooleanField()
    return models.Func(models.F("content"), way, said, function="jsonb_path_exists", output_field=found)


def veiled(content: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """A content kept earlier, without what of this kind of record was declared personal since."""
    model = apps.get_model(kind)

    def masked(named: Mapping[str, Any]) -> dict[str, Any]:
        return {name: custom.plain(text) for name, text in personal.veiled(model, named).items()}

    sections = [
        {
            **part,
            "cells": [
                {**one, "text": masked({one["name"]: one["text"]})[one["name"]]} for one in part["cells"]
            ],
        }
        for part in content["sections"]
    ]
    grids = [
        {
            **one,
            "rows": [[*masked(dict(zip(one["names"], row, strict=True))).values()] for row in one["rows"]],
        }
        if "names" in one
        else one
        for one in content["grids"]
    ]
    return {**content, "sections": sections, "grids": grids}


def laid(content: Mapping[str, Any]) -> dict[str, Any]:
    """A content as a page draws it: each cell of a grid beside the class of its column."""
    return {**content, "grids": [{**one, "laid": _laid(one)} for one in content["grids"]]}


def _laid(grid: Mapping[str, Any]) -> tuple[list[tuple[str, str]], list[list[tuple[str, str]]]]:
    css = ["num" if one == "end" else "" for one in grid["aligns"]]
    rows = [list(zip(row, css, strict=True)) for row in grid["rows"]]
    return list(zip(grid["heads"], css, strict=True)), rows

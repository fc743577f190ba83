"""How two snapshots differ, and what of one a reader sees: values in, values out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Difference:
    """What stood before and what stands now under one name."""

    label: str
    old: str
    new: str


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """What changed between two contents, cell by cell, lines by their place."""
    before, after = _flat(old), _flat(new)
    labels = {key: label for key, (label, _text) in {**before, **after}.items()}
    pairs = ((key, before.get(key, ("", ""))[1], after.get(key, ("", ""))[1]) for key in labels)
    return [Difference(labels[key], was, now) for key, was, now in pairs if was != now]


def _flat(content: Mapping[str, Any]) -> dict[tuple[str, ...], tuple[str, str]]:
    cells = [one for part in content["sections"] for one in part["cells"]]
    found: dict[tuple[str, ...], tuple[str, str]] = {
        ("", one["name"]): (one["label"], one["text"]) for one in cells
    }
    for grid in content["grids"]:
        for place, row in enumerate(grid["rows"], start=1):
            for label, text in zip(grid["heads"], row, strict=True):
                found[grid["label"], str(place), label] = (f"{grid['label']} {place} · {label}", text)
    return found


def unseen(content: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    """A content without the cells whose fields are hidden from its reader."""
    sections = [
        {**part, "cells": [one for one in part["cells"] if one["name"].partition(".")[0] not in hidden]}
        for part in content["sections"]
    ]
    return {**content, "sections": sections}


def covered(content: Mapping[str, Any], name: str, change: Callable[[Any], Any]) -> dict[str, Any]:
    """A content with one field changed wherever it says anything; of lines (``lines.x_call``) in every row."""

    def cell(key: str, text: Any) -> Any:
        return change(text) if key == name and text else text

    sections = [
        {**part, "cells": [{**one, "text": cell(one["name"], one["text"])} for one in part["cells"]]}
        for part in content["sections"]
    ]
    grids = [{**one, "rows": [_row(one, row, cell) for row in one["rows"]]} for one in content["grids"]]
    return {**content, "sections": sections, "grids": grids}


def _row(grid: Mapping[str, Any], row: list[Any], cell: Callable[[str, Any], Any]) -> list[Any]:
    names = grid.get("names") or [""] * len(row)
    return [cell(name, text) for name, text in zip(names, row, strict=True)]

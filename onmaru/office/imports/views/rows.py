"""Rows of a file as the preview shows them: what would become of each, the reasons at its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any

from django.utils.translation import pgettext_lazy

from onmaru.kernel.identity import Actor
from onmaru.office.batches import queries as of_runs
from onmaru.office.batches.models import Run
from onmaru.office.imports import queries
from onmaru.office.imports.commands import taking
from onmaru.workbench import shown
from onmaru.workbench.entity import Column
from onmaru.workbench.intake import Item, Outcome, Place

MOST_SHOWN, MOST_HEADERS = 200, 20
READ = {"date", "datetime", "time", "money", "quantity", "integer"}
_BESIDE = re.compile(r"[\s,]")
WORDS = {
    "inserted": pgettext_lazy("row of a file", "New"),
    "updated": pgettext_lazy("row of a file", "Changed"),
    "skipped": pgettext_lazy("row of a file", "Left as it is"),
    "refused": pgettext_lazy("row of a file", "Refused"),
}


def preview(run: Run, by: Actor) -> dict[str, Any]:
    """The rows to look at: those refused when the whole file was checked, else the first two hundred as judged now."""
    told = list(islice(of_runs.refused(run, "checked"), MOST_SHOWN))
    if told:
        found = [drawn_as_told(run, item, reasons) for item, reasons in _items(run, dict(told))]
    else:
        items = [item for chunk in of_runs.chunks(run)[:2] for item in queries.items_of(run, chunk)]
        found = [drawn(run, one) for one in taking.look(run, by, items[:MOST_SHOWN])]
    taken, _places = queries.places(run)
    heads = queries.head(run)
    return {"rows": found, "headers": [heads[at] for at in taken], "width": len(taken) + 2}


def _items(run: Run, told: Mapping[int, Any]) -> list[tuple[Item, Any]]:
    chunks = of_runs.chunks(run).exclude(checked__refused=[])
    found = (item for chunk in chunks for item in queries.items_of(run, chunk) if item.line in told)
    return [(item, told[item.line]) for item in islice(found, len(told))]


def drawn(run: Run, one: Outcome) -> dict[str, Any]:
    """A row that was looked at just now."""
    reasons = [reason.as_dict() for reason in one.problems]
    return _row(run, one.line, one.rows, one.done, reasons, one.values)


def drawn_as_told(run: Run, item: Item, reasons: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """A row as the check of the whole file told of it."""
    return _row(run, item.line, item.rows, "refused", reasons)


def _row(
    run: Run,
    line: int,
    cells: Sequence[Sequence[Any]],
    done: str,
    reasons: Sequence[Mapping[str, str]],
    values: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    taken, places = queries.places(run)
    wrong = {reason["field"] for reason in reasons}
    return {
        "line": line,
        "done": WORDS.get(done, ""),
        "refused": bool(reasons),
        "cells": [
            (at, "" if text is None else text, bool(_names(place) & wrong), _understood(place, values, text))
            for at, place, text in zip(taken, places, cells[0], strict=True)
        ],
        "more": [["" if text is None else text for text in row] for row in cells[1:]],
        "reasons": [reason["message"] for reason in reasons],
    }


def _names(place: Place) -> set[str]:
    """How a refusal may call the column: of a line, the first is the row's own."""
    return {f"{place.grid}.0.{place.field.name}"} if place.grid else {place.field.name, place.word}


def _understood(place: Place, values: Mapping[str, Any], text: Any) -> str:
    """What a cell was read as, where that is not what stands in it; of lines, the record's first."""
    field = place.field
    lines = values.get(place.grid) or [{}]
    held = lines[0] if place.grid else values
    value = held.get(field.name) if isinstance(held, Mapping) else getattr(held, field.name, None)
    if value is None or not (field.many or field.kind in READ):
        return ""
    told = shown.show(
        Column(field.label, kind=field.kind, choices=field.choices, many=field.many), field.typed(value)
    )
    return "" if _BESIDE.sub("", told) == _BESIDE.sub("", str(text)) else told

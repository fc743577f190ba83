"""Rows to records: a document and its lines stand in several rows that say the same head, or say it once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from onmaru.workbench import values
from onmaru.workbench.intake import Item, Place

Line = tuple[int, Sequence[Any]]


def items(lines: Iterable[Line], places: Sequence[Place], key: Sequence[int]) -> list[Item]:
    """The records that lines of a file say; without a column for a cell of a grid every line is one.

    ``key`` are the columns by which a record is known. A line that says nothing of the head, or the same key as the
    line before, goes on with its record.
    """
    if not any(place.grid for place in places):
        return [Item(line, [cells]) for line, cells in lines]
    found: list[Item] = []
    for line, cells in lines:
        if found and goes_on(found[-1].rows[0], cells, places, key):
            found[-1] = Item(found[-1].line, [*found[-1].rows, cells])
        else:
            found.append(Item(line, [cells]))
    return found


def goes_on(head: Sequence[Any], cells: Sequence[Any], places: Sequence[Place], key: Sequence[int]) -> bool:
    """Whether a line belongs to the record that ``head`` began."""
    if all(values.is_blank(cell) for place, cell in zip(places, cells, strict=True) if not place.grid):
        return True
    said = [cells[at] for at in key]
    return bool(said) and not any(map(values.is_blank, said)) and said == [head[at] for at in key]

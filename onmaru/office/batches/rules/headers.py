"""Which row of a file names its columns, and what each column is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from onmaru.workbench import intake
from onmaru.workbench.entity import Entity
from onmaru.workbench.intake import Place

LOOKED_AT = 20


def meanings(entity: Entity, aliases: Mapping[str, str]) -> dict[str, Place]:
    """Every known header of an entity, those that people taught (``aliases``: folded header to word) first."""
    by_word = {place.word: place for place in intake.offered(entity)}
    taught = {header: by_word[word] for header, word in aliases.items() if word in by_word}
    return {**intake.known_headers(entity), **taught}


def find_row(rows: Sequence[tuple[int, Sequence[Any]]], known: Mapping[str, Place]) -> int:
    """The line that names the columns: of the first twenty the one with most known headers, else the fullest."""
    scores = [(_known(row, known), _texts(row), -line) for line, row in rows[:LOOKED_AT]]
    return -max(scores, default=(0, 0, -1))[2]


def _known(row: Sequence[Any], known: Mapping[str, Place]) -> int:
    return sum(intake.folded(str(cell)) in known for cell in row if cell not in (None, ""))


def _texts(row: Sequence[Any]) -> int:
    return sum(isinstance(cell, str) and bool(cell) for cell in row)


def guess(headers: Sequence[str], known: Mapping[str, Place]) -> list[str]:
    """The word of the field for each header, "" for what nothing here is called; none is given twice."""
    found: list[str] = []
    for header in headers:
        place = known.get(intake.folded(header))
        word = place.word if place else ""
        found.append("" if word in found else word)
    return found

"""Which row of a file names its columns, and what each column is."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from onmaru.workbench import intake
from onmaru.workbench.entity import Entity
from onmaru.workbench.intake import Place

LOOKED_AT = 20
SHORTEST, ALIKE = 2, 0.8


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
    """The word of the field for each header, "" for what nothing here is called; none is given twice.

    What is called so exactly comes first, then what is nearly called so: 전화 is 전화번호.
    """
    folded = [intake.folded(header) for header in headers]
    found = [known[header].word if header in known else "" for header in folded]
    found = ["" if word in found[:at] else word for at, word in enumerate(found)]
    for at, header in enumerate(folded):
        if not found[at]:
            found[at] = _near(
                header, {name: place for name, place in known.items() if place.word not in found}
            )
    return found


def _near(header: str, free: Mapping[str, Place]) -> str:
    """The field whose label holds the header, or is held by it, or differs in a letter or two."""
    if len(header) < SHORTEST:
        return ""
    alike = difflib.get_close_matches(header, free, n=1, cutoff=ALIKE)
    labels = [name for name in free if len(name) >= SHORTEST and (header in name or name in header)]
    best = alike or sorted(labels, key=lambda name: (bool(free[name].grid), abs(len(name) - len(header))))
    return free[best[0]].word if best else ""

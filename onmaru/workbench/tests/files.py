"""A file taken back in by the row engine alone, as the rooms above do it by the thousand."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import python_calamine
from django.db import transaction

from onmaru.kernel.identity import Actor
from onmaru.workbench import intake, tables
from onmaru.workbench.entity import Entity
from onmaru.workbench.intake import Intake, Item, Outcome


@dataclass
class Report:
    outcomes: list[Outcome]
    applied: bool

    @property
    def refused(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.problems]

    def count(self, done: str) -> int:
        return sum(one.done == done for one in self.outcomes)


def take(entity: Entity, by: Actor, content: bytes, *, mode: str = "both", dry_run: bool = False) -> Report:
    """All rows of a CSV file (UTF-8) or workbook, or none."""
    intake.may_import(entity, by)
    head, *rows = _rows(content)
    places = intake.find_places(entity, [str(cell) for cell in head])
    engine = Intake(entity, by, places, mode=mode)
    items = [Item(line, [[*row, *[""] * len(places)][: len(places)]]) for line, row in enumerate(rows, 2)]
    with transaction.atomic():
        found = engine.read(items)
        for one in found:
            if not one.done:
                engine.write(one, dry_run=dry_run)
        broken = any(one.problems for one in found)
        transaction.set_rollback(broken)
    return Report(found, applied=not broken and not dry_run)


def _rows(content: bytes) -> list[list[Any]]:
    if content.startswith(b"PK"):
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return [[tables.unguard(cell.strip()) for cell in row] for row in csv.reader(text)]

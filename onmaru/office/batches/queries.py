"""Reads of runs: what a chunk says, what became of it, and whose it is to see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import models

from onmaru.kernel import permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow
from onmaru.kernel.refusals import Refused
from onmaru.office.batches.models import Alias, Chunk, Run
from onmaru.office.batches.rules import grouping, headers
from onmaru.workbench import intake, registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.intake import Intake, Item, Place

Line = tuple[int, list[Any]]


def find(run_id: int, by: Actor) -> Run:
    """A run that is somebody's own, or that the person may see. Raises Refused(not_found)."""
    run = Run.objects.filter(pk=run_id).first()
    if run is None or not (is_own(run, by) or by.may(permissions.code(Run, "view"))):
        raise Refused(refusals.NOT_FOUND())
    return run


def is_own(run: Run, by: Actor) -> bool:
    """Whether a person began this run."""
    return by.user_id is not None and run.by_id == by.user_id


def entity_of(run: Run) -> Entity:
    """The kind of records a run works on. Raises Refused(not_found) when no room declares it any more."""
    found = registry.get(run.entity)
    if found is None:
        raise Refused(refusals.NOT_FOUND())
    return found


def aliases(entity: Entity) -> dict[str, str]:
    """The headers that people taught, by what their spellings have in common."""
    return dict(Alias.objects.filter(entity=entity.name).values_list("header", "word"))


def chunks(run: Run) -> models.QuerySet[Chunk]:
    """The chunks of the sheet chosen, in the order of the file."""
    return run.chunks.filter(sheet=run.plan.get("sheet", 0)).order_by("place")


def places(run: Run) -> tuple[list[int], list[Place]]:
    """Which columns of the file are taken, and where each goes."""
    by_word = {place.word: place for place in intake.offered(entity_of(run))}
    taken = [at for at, word in enumerate(run.plan["columns"]) if word in by_word]
    return taken, [by_word[run.plan["columns"][at]] for at in taken]


def intake_of(run: Run, by: Actor) -> Intake:
    """The engine for the rows of a run as it is planned."""
    plan = run.plan
    return Intake(entity_of(run), by, places(run)[1], mode=plan["mode"], given=plan.get("given", {}))


def head(run: Run) -> list[str]:
    """The headers of the file's columns."""
    row = next((cells for line, cells in _lines(chunks(run)[:1]) if line == run.plan["header"]), [])
    width = max([len(row), *(len(cells) for _line, cells in first_lines(run, headers.LOOKED_AT))])
    return [str(cell if cell is not None else "") for cell in [*row, *[""] * (width - len(row))]]


def first_lines(run: Run, most: int) -> list[Line]:
    """The first lines of the sheet chosen as they stand in the file."""
    return list(_lines(chunks(run)[:1]))[:most]


def _lines(found: Iterable[Chunk]) -> Iterator[Line]:
    for chunk in found:
        yield from chunk.rows


def body(run: Run, chunk: Chunk) -> list[Line]:
    """The lines of a chunk below the header, cut to the columns that are taken."""
    taken, _places = places(run)
    widest = max(taken, default=-1) + 1
    rows = ((line, [*cells, *[""] * widest]) for line, cells in chunk.rows if line > run.plan["header"])
    return [(line, [cells[at] for at in taken]) for line, cells in rows]


def items_of(run: Run, chunk: Chunk) -> list[Item]:
    """The records that begin in a chunk, with those of their lines that stand in the chunks after it."""
    where = places(run)[1]
    key = key_columns(run, where)
    lines = body(run, chunk)
    if not any(place.grid for place in where):
        return grouping.items(lines, where, key)
    before = chunks(run).filter(place__lt=chunk.place).order_by("-place")
    # A record may be longer than a chunk: look back to where the last one began, and forth to where it ends.
    leading: list[Line] = []
    for earlier in before:
        leading = body(run, earlier) + leading
        if not leading or len(grouping.items(leading, where, key)) > 1:
            break
    found = grouping.items([*leading, *lines], where, key)
    own = {line for line, _cells in lines}
    found = [item for item in found if item.line in own]
    return _completed(run, chunk, found, where, key)


def _completed(
    run: Run, chunk: Chunk, found: list[Item], where: Sequence[Place], key: Sequence[int]
) -> list[Item]:
    for later in chunks(run).filter(place__gt=chunk.place):
        for _line, cells in body(run, later):
            if not found or not grouping.goes_on(found[-1].rows[0], cells, where, key):
                return found
            found[-1] = Item(found[-1].line, [*found[-1].rows, cells])
    return found


def key_columns(run: Run, where: Sequence[Place]) -> list[int]:
    """Which of the columns taken say what a record is known by."""
    names = intake.key_of(entity_of(run))
    return [at for at, place in enumerate(where) if place.field.name in names and not place.grid]


def touched(run: Run, model: type[models.Model], keys: Collection[int]) -> list[int]:
    """Which of these records the run has made or changed already."""
    if not keys:
        return []
    mine = AuditRow.objects.filter(subject_kind=model._meta.label_lower, subject_id__in=list(keys))
    return list(mine.filter(source=run.source).values_list("subject_id", flat=True).distinct())


def refused(run: Run, column: str) -> Iterator[tuple[int, list[Mapping[str, str]]]]:
    """Every line (or record) that a phase refused, with its reasons."""
    found = chunks(run).exclude(**{f"{column}__refused": []}).exclude(**{f"{column}__isnull": True})
    for results in found.values_list(column, flat=True).iterator():
        yield from results["refused"]

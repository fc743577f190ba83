"""Reads of files laid out: headers, lines, and the records that they say."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from onmaru.kernel.identity import Actor
from onmaru.office.batches.models import Chunk, Run
from onmaru.office.batches.queries import chunks, entity_of
from onmaru.office.imports.models import Alias
from onmaru.office.imports.rules import grouping, headers
from onmaru.office.shaping.queries import attached
from onmaru.workbench import intake, sight
from onmaru.workbench.entity import Entity, Lines
from onmaru.workbench.intake import Intake, Item, Place

Line = tuple[int, list[Any]]


def aliases(entity: Entity) -> dict[str, str]:
    """The headers that people taught, by what their spellings have in common."""
    return dict(Alias.objects.filter(entity=entity.name).values_list("header", "word"))


def places(run: Run) -> tuple[list[int], list[Place]]:
    """Which columns of the file are taken, and where each goes."""
    by_word = {place.word: place for place in intake.offered(entity_of(run))}
    taken = [at for at, word in enumerate(run.plan["columns"]) if word in by_word]
    return taken, [by_word[run.plan["columns"][at]] for at in taken]


def intake_of(run: Run, by: Actor) -> Intake:
    """The engine for the rows of a run as it is planned."""
    plan, seen = run.plan, sight.of(entity_of(run), by)
    asked = {one.name: one.required for one in seen.input_fields}
    found = [
        replace(one, field=replace(one.field, required=asked.get(one.field.name, one.field.required)))
        if not one.grid
        else one
        for one in places(run)[1]
    ]
    return Intake(seen, by, found, mode=plan["mode"], given=plan.get("given", {}), files=passes(run))


def passes(run: Run) -> dict[str, str]:
    """What a form would post for each file that came beside the table, by its path and, where one has it, its name."""
    told = {path: attached.pass_of(key, posixpath.basename(path)) for path, key in files_of(run).items()}
    names = Counter(posixpath.basename(path) for path in told)
    alone = {name: one for path, one in told.items() if names[name := posixpath.basename(path)] == 1}
    return alone | told


def files_of(run: Run) -> dict[str, int]:
    """The ids of the files that came beside the table, by their paths in the ZIP."""
    found: dict[str, int] = run.plan.get("files", {})
    return found


def unnamed(run: Run) -> list[str]:
    """The files that came beside the table and that no cell of a file's column names: nothing will take them."""
    if not files_of(run):
        return []
    columns = [at for at, place in zip(*places(run), strict=True) if place.field.kind == "file"]
    rows = (cells for _line, cells in _lines(chunks(run).iterator(chunk_size=20)))
    return _not_said(run, {intake.spoken(cells[at]) for cells in rows for at in columns if at < len(cells)})


def _not_said(run: Run, said: set[str]) -> list[str]:
    return [path for path in files_of(run) if not {path, posixpath.basename(path)} & said]


def untaken(run: Run) -> list[str]:
    """The files that came beside the table and that no record took from it, or none holds since it was taken back."""
    if run.state == Run.State.REVERTED:
        held = _held(entity_of(run), [*files_of(run).values()])
        return [path for path, key in files_of(run).items() if key not in held]
    columns = [at for at, place in enumerate(places(run)[1]) if place.field.kind == "file"]
    said: set[str] = set()
    for chunk in chunks(run).filter(applied__isnull=False).iterator(chunk_size=20):
        refused = {line for line, _reasons in (chunk.applied or {})["refused"]}
        taken = (item for item in items_of(run, chunk) if item.line not in refused)
        said |= {intake.spoken(row[at]) for item in taken for row in item.rows for at in columns}
    return _not_said(run, said)


def _held(entity: Entity, keys: Sequence[int]) -> set[int]:
    """Which of these files a field of a record, or of a line of one, holds."""
    grids = [
        (part.model, part.fields) for part in entity.form_parts if isinstance(part, Lines) and part.model
    ]
    places = [
        (model, f"custom__{one.name}__id")
        for model, fields in ((entity.model, entity.input_fields), *grids)
        for one in fields
        if one.kind == "file"
    ]
    found = (
        model._base_manager.filter(**{f"{at}__in": keys}).values_list(at, flat=True) for model, at in places
    )
    return {key for some in found for key in some}


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

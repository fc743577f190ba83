"""A file becomes a run: its rows are laid out in chunks, where they are mapped, looked at and mended before anything
is done with them."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import IO, Any

from django.db import transaction

from onmaru.kernel import files as kept
from onmaru.kernel import identity, permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import StoredFile
from onmaru.kernel.refusals import Refused
from onmaru.office.batches import queries as of_runs
from onmaru.office.batches.commands import runs
from onmaru.office.batches.models import Chunk, Run
from onmaru.office.imports import queries
from onmaru.office.imports.models import Alias
from onmaru.office.imports.rules import files, headers, zips
from onmaru.workbench import intake
from onmaru.workbench.entity import Entity

CHUNK, BULK_CHUNK = 200, 2000
MODES = ("both", "insert", "update", "skip")


@transaction.atomic
def stage(entity: Entity, file: IO[bytes], name: str, by: Actor) -> Run:
    """Lay a file out as a run that is being prepared: its sheets, header row and columns guessed.

    Of a ZIP the table is laid out, and the files beside it are kept with the run. Raises Refused for what is not
    readable, empty, larger than 300 MB or longer than a million rows, and without the import permission.
    """
    intake.may_import(entity, by)
    packed = zips.open_(file, name) if zips.is_zip(file) else None
    form, sheets = files.open_(packed.table if packed else file, packed.table_name if packed else name)
    run = runs.new(Run.Kind.IMPORT, entity.name, name, by, file=name, form=form, sheet=0, mode="both")
    size = BULK_CHUNK if entity.in_bulk else CHUNK
    lengths = [_lay_out(run, number, sheet, size, name) for number, sheet in enumerate(sheets)]
    if not any(lengths):
        raise Refused(kept.FILE_EMPTY("file", name=name))
    run.plan |= {"sheets": [sheet.name for sheet in sheets], "lengths": lengths}
    if packed is not None:
        run.plan["files"] = {path: _keep(run, path, content, by) for path, content in packed.files}
    choose(run, sheet=next(at for at, length in enumerate(lengths) if length))
    return run


def _keep(run: Run, path: str, content: bytes, by: Actor) -> int:
    """Keep a file beside its table, until a record takes it; returns its id."""
    sender = identity.also(by, permissions.code(Run, "view"))
    stored: StoredFile = kept.attach(record=run, name=posixpath.basename(path), content=content, by=sender)
    return stored.pk


def _lay_out(run: Run, number: int, sheet: files.Sheet, size: int, name: str) -> int:
    rows, length, place = iter(sheet.rows), 0, 0
    while part := list(islice(rows, size)):
        length += len(part)
        if length > files.MOST_ROWS + 1:
            raise Refused(files.FILE_TOO_LONG("file", name=name, limit=f"{files.MOST_ROWS:,}"))
        runs.lay(run, place, part, sheet=number)
        place += 1
    return length


def choose(run: Run, *, sheet: int, header: int | None = None) -> None:
    """Take a sheet and the line that names its columns (found by itself unless given); guess what each is."""
    entity = of_runs.entity_of(run)
    run.plan["sheet"] = sheet
    known = headers.meanings(entity, queries.aliases(entity))
    lines = queries.first_lines(run, headers.LOOKED_AT)
    run.plan["header"] = header or headers.find_row(lines, known)
    run.plan["columns"] = headers.guess(queries.head(run), known)
    _count(run)


def _count(run: Run) -> None:
    above = sum(line <= run.plan["header"] for line, _cells in queries.first_lines(run, headers.LOOKED_AT))
    run.total = run.plan["lengths"][run.plan["sheet"]] - above
    _forget(run)


def _forget(run: Run) -> None:
    """What was checked before does not hold any more."""
    run.done = run.refused = run.place = 0
    run.save()
    run.chunks.update(checked=None)


def plan(run: Run, *, columns: Sequence[str], mode: str, whole: bool, given: Mapping[str, Any]) -> None:
    """Say where each column goes ("" for nowhere), what known records mean, and whether one refusal keeps all out."""
    known = {place.word for place in intake.offered(of_runs.entity_of(run))}
    run.plan["columns"] = [word if word in known else "" for word in columns]
    run.plan |= {"mode": mode if mode in MODES else "both", "whole": whole, "given": dict(given)}
    _forget(run)


def go(run: Run, by: Actor, *, check: bool = False) -> None:
    """Let the workers check the whole file, or bring it in, without the files that no cell names. Raises Refused for
    two columns of one meaning."""
    intake.may_import(of_runs.entity_of(run), by)
    words = [word for word in run.plan["columns"] if word]
    twice = [word for at, word in enumerate(words) if word in words[:at]]
    found = [intake.HEADER_TWICE("file", header=word) for word in twice]
    refusals.check([*found, None if words else runs.NOTHING_CHOSEN("file")])
    _learn(run)
    run.plan["go"] = not check
    if not check:
        drop(run, queries.unnamed(run))
    first = check or run.plan.get("whole")
    with transaction.atomic():
        runs.begin(run, Run.Phase.CHECK if first else Run.Phase.APPLY)


def drop(run: Run, paths: Collection[str]) -> None:
    """Throw away files that came beside a table."""
    held = queries.files_of(run)
    kept.of(run).filter(pk__in=[held[path] for path in paths]).delete()
    run.plan["files"] = {path: key for path, key in held.items() if path not in paths}


def forget(run: Run) -> None:
    """Throw away the files that no record took, before the rows that named them go."""
    if queries.files_of(run):
        drop(run, queries.untaken(run))
        run.save(update_fields=["plan"])


def _learn(run: Run) -> None:
    """Remember what the headers mean here, for every later file; a blank one means nothing."""
    said = zip(queries.head(run), run.plan["columns"], strict=False)
    folded = {intake.folded(header)[:100]: word for header, word in said if word and header.strip()}
    Alias.objects.bulk_create(
        (Alias(entity=run.entity, header=header, word=word) for header, word in folded.items()),
        update_conflicts=True,
        unique_fields=["entity", "header"],
        update_fields=["word"],
    )


def mend(run: Run, line: int, column: int, text: str) -> None:
    """Put another text into one cell of the file."""
    chunk = of_runs.chunks(run).filter(rows__0__0__lte=line).order_by("-place").first()
    if chunk is not None and _put(chunk, column, {line}, text):
        chunk.save(update_fields=["rows"])


def replace(run: Run, column: int, old: str, new: str) -> set[int]:
    """Put ``new`` wherever a cell of a column says ``old``, in the whole file; returns the lines."""
    changed: set[int] = set()
    for chunk in of_runs.chunks(run).iterator(chunk_size=20):
        lines = {
            line
            for line, cells in chunk.rows
            if line > run.plan["header"] and _said(cells, column) == old.strip()
        }
        if lines and _put(chunk, column, lines, new):
            chunk.save(update_fields=["rows"])
            changed |= lines
    return changed


def _said(cells: Sequence[Any], column: int) -> str:
    return str(cells[column]).strip() if column < len(cells) and cells[column] is not None else ""


def _put(chunk: Chunk, column: int, lines: Collection[int], text: str) -> bool:
    found = [cells for line, cells in chunk.rows if line in lines]
    for cells in found:
        cells += [""] * (column + 1 - len(cells))
        cells[column] = text
    return bool(found)

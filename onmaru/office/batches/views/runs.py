"""The page of a run: how far it is, what was refused, and stopping it or taking it back."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from onmaru.kernel import identity, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.batches import queries
from onmaru.office.batches.commands import runs
from onmaru.office.batches.models import Run
from onmaru.office.batches.views import imports
from onmaru.workbench import tables
from onmaru.workbench.views.page import is_part, page, show

MOST_SHOWN = 200


@page
def read(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """A file being prepared, or a run as far as it is; a script asks for the latter again and again."""
    run = queries.find(pk, by)
    if run.state == Run.State.DRAFT and queries.is_own(run, by):
        if is_part(request):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return imports.preparing(request, by, run)
    entity = queries.entity_of(run)
    context = {
        "run": run,
        "entity": entity,
        "state": run.get_state_display(),
        "seen": run.done + run.refused,
        "refused": list(_told(run, by)),
        "may_stop": run.is_working,
        "may_revert": _may_revert(run),
        "may_fetch": run.kind == Run.Kind.IMPORT and run.refused and not run.is_working,
    }
    template = "batches/part/run.html" if is_part(request) else "batches/run.html"
    return show(request, by, template, context, here=entity.name)


def _may_revert(run: Run) -> bool:
    ended = run.state in {Run.State.DONE, Run.State.CANCELLED, Run.State.FAILED}
    return ended and run.chunks.filter(applied__isnull=False).exists()


def _told(run: Run, by: Actor) -> Iterator[tuple[Any, str, list[str]]]:
    """What was refused: a line of the file, or a record with its address, and why."""
    column = {"check": "checked", "apply": "applied", "revert": "reverted"}[run.phase]
    found = list(islice(queries.refused(run, column), MOST_SHOWN))
    records = {}
    if run.kind != Run.Kind.IMPORT or run.phase == Run.Phase.REVERT:
        records = queries.entity_of(run).model._base_manager.in_bulk([line for line, _reasons in found])
    for line, reasons in found:
        address = f"/{run.entity}/{line}/" if line in records else ""
        yield records.get(line, line), address, [reason["message"] for reason in reasons]


@page
def act(request: HttpRequest, by: Actor, pk: int, verb: str) -> HttpResponse:
    """Stop a run or take it back; one's own without asking anybody."""
    run = queries.find(pk, by)
    command = {"cancel": runs.cancel, "revert": runs.revert}.get(verb)
    if command is None or request.method != "POST":
        raise Refused(refusals.NOT_FOUND())
    command(run, by=identity.also(by, command.permission) if queries.is_own(run, by) else by)
    return redirect(f"/runs/{pk}/")


@page
def refused(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """The rows that were refused, in the form of their file, with the reasons in a last column."""
    run = queries.find(pk, by)
    kind, encoding, delimiter = run.plan["form"]
    name = f"{run.title.rpartition('.')[0] or run.title} {_('refused')}.{kind}"
    lines = _refused_lines(run)
    file = _workbook(lines) if kind == "xlsx" else _text(lines, encoding, delimiter)
    return FileResponse(file, filename=name, as_attachment=True)


def _refused_lines(run: Run) -> Iterator[list[Any]]:
    column = "applied" if run.phase != Run.Phase.CHECK else "checked"
    told = dict(queries.refused(run, column))
    head = queries.head(run)
    yield [*head, _("Reason")]
    for chunk in queries.chunks(run).iterator(chunk_size=20):
        for line, cells in chunk.rows:
            if line in told:
                reasons = " ".join(reason["message"] for reason in told[line])
                yield [*[*cells, *[""] * len(head)][: len(head)], reasons]


def _text(lines: Iterator[list[Any]], encoding: str, delimiter: str) -> io.BytesIO:
    # What the encoding of the file cannot say is asked of it as a question mark, and its row says why it is here.
    file = io.BytesIO()
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="", write_through=True)
    write = csv.writer(text, delimiter=delimiter).writerow
    for line in lines:
        write(["" if cell is None else tables.guard(str(cell)) for cell in line])
    text.detach()
    file.seek(0)
    return file


def _workbook(lines: Iterator[list[Any]]) -> Any:
    file = tempfile.TemporaryFile()  # the answer closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for place, line in enumerate(lines):
            for at, cell in enumerate(line):
                sheet.write(place, at, cell)
    file.seek(0)
    return file

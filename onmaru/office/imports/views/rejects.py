"""The rows that were refused, as a file to mend and bring in again."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from posixpath import basename
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import StoredFile
from onmaru.kernel.refusals import Refused
from onmaru.office.batches import queries as of_runs
from onmaru.office.batches.models import Run
from onmaru.office.imports import queries
from onmaru.workbench import intake, tables
from onmaru.workbench.views.page import page


@page
def refused(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """The rows that were refused, in the form of their file, with the reasons in a last column."""
    run = of_runs.find(pk, by)
    if not run.chunks.exists():
        raise Refused(refusals.NOT_FOUND())
    kind, encoding, delimiter = run.plan["form"]
    name = f"{run.title.rpartition('.')[0] or run.title} {_('refused')}"
    lines = list(_refused_lines(run))
    file = _workbook(lines) if kind == "xlsx" else _text(lines, encoding, delimiter)
    if queries.files_of(run):
        file, kind = _packed(run, lines, file, f"{name}.{kind}"), "zip"
    return FileResponse(file, filename=f"{name}.{kind}", as_attachment=True)


def _packed(run: Run, lines: Sequence[Sequence[Any]], table: IO[bytes], name: str) -> IO[bytes]:
    """The table in a ZIP with the files that its cells name, as it came."""
    named = {intake.spoken(cell) for line in lines for cell in line}
    paths = {key: path for path, key in queries.files_of(run).items() if {path, basename(path)} & named}
    into = tempfile.TemporaryFile()  # the answer closes it
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr(basename(name.replace("/", "_")), table.read())
        for one in StoredFile.objects.filter(pk__in=paths).iterator(chunk_size=1):
            whole.writestr(paths[one.pk], bytes(one.content))
    into.seek(0)
    return into


def _refused_lines(run: Run) -> Iterator[list[Any]]:
    column = "applied" if run.phase != Run.Phase.CHECK else "checked"
    told = dict(of_runs.refused(run, column))
    head = queries.head(run)
    yield [*head, _("Reason")]
    for chunk in of_runs.chunks(run).iterator(chunk_size=20):
        for line, cells in chunk.rows:
            if line in told:
                reasons = " ".join(reason["message"] for reason in told[line])
                yield [*[*cells, *[""] * len(head)][: len(head)], reasons]


def _text(lines: Iterable[list[Any]], encoding: str, delimiter: str) -> IO[bytes]:
    # What the encoding of the file cannot say is asked of it as a question mark, and its row says why it is here.
    file = io.BytesIO()
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="", write_through=True)
    write = csv.writer(text, delimiter=delimiter).writerow
    for line in lines:
        write(["" if cell is None else tables.guard(str(cell)) for cell in line])
    text.detach()
    file.seek(0)
    return file


def _workbook(lines: Iterable[list[Any]]) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # the answer closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for place, line in enumerate(lines):
            for at, cell in enumerate(line):
                sheet.write(place, at, cell)
    file.seek(0)
    return file

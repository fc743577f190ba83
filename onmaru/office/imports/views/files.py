"""Bringing a file in: choosing it, saying what its columns are, mending its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.batches import queries as of_runs
from onmaru.office.batches.commands import forgetting
from onmaru.office.batches.models import Run
from onmaru.office.imports import queries
from onmaru.office.imports.commands import staging, taking
from onmaru.office.imports.rules import files
from onmaru.office.imports.views import rows
from onmaru.workbench import calls, intake
from onmaru.workbench.entity import Entity
from onmaru.workbench.intake import Place
from onmaru.workbench.views.page import entity, page, show

FILE_MISSING = refusals.reason("file_missing", gettext_lazy("Choose a file first."))
SAMPLES = 3
MODES = (
    ("both", gettext_lazy("Change those that are there, add the others")),
    ("insert", gettext_lazy("Only add; refuse those that are there")),
    ("skip", gettext_lazy("Only add; leave those that are there as they are")),
    ("update", gettext_lazy("Only change; refuse those that are not there")),
)


@page
def bring(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """Choose a file; it is laid out and shown before anything is done with it."""
    shown = entity(name, by)
    intake.may_import(shown, by)
    context: dict[str, Any] = {
        "entity": shown,
        "columns": shown.exchange_columns,
        "limit": files.LARGEST // 2**20,
        "takes_files": any(
            one.kind == "file" for field in shown.input_fields for one in (field, *field.lines)
        ),
    }
    if request.method != "POST":
        return show(request, by, "imports/bring.html", context, here=name)
    try:
        given = request.FILES.get("file")
        if given is None or given.file is None:
            raise Refused(FILE_MISSING("file"))
        run = staging.stage(shown, given.file, given.name or "", by)
    except Refused as refused:
        context["reasons"] = refused.reasons
        return show(request, by, "imports/bring.html", context, here=name, status=422)
    return redirect(f"/runs/{run.pk}/")


def own(pk: int, by: Actor) -> Run:
    """A run of one's own that is being prepared. Raises Refused(not_found)."""
    run = of_runs.find(pk, by)
    if not of_runs.is_own(run, by) or run.state != Run.State.DRAFT:
        raise Refused(refusals.NOT_FOUND())
    return run


@page
def plan(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """A file as it would be taken; keep what its columns are, look again, check the whole file, or bring it in."""
    run, posted = own(pk, by), request.POST
    if request.method != "POST":
        return preparing(request, by, run)
    sheet, header = _number(posted.get("sheet"), 0), _number(posted.get("header"), 1)
    try:
        with transaction.atomic():
            if (sheet, header) != (run.plan["sheet"], run.plan["header"]):
                staging.choose(run, sheet=sheet, header=header if sheet == run.plan["sheet"] else None)
            else:
                staging.plan(run, **_said(run, posted))
            if "check" in posted or "go" in posted:
                staging.go(run, by, check="check" in posted)
    except Refused as refused:
        run.refresh_from_db()
        return preparing(request, by, run, refused.reasons)
    return redirect(f"/runs/{pk}/")


def _said(run: Run, posted: Mapping[str, Any]) -> dict[str, Any]:
    width = len(run.plan["columns"])
    return {
        "columns": [posted.get(f"column-{at}", "") for at in range(width)],
        "mode": posted.get("mode", "both"),
        "whole": posted.get("whole") == "1",
        "given": {
            one: True for one, _label in _confirmations(of_runs.entity_of(run)) if posted.get(f"given-{one}")
        },
    }


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else otherwise


def _confirmations(shown: Entity) -> list[tuple[str, Any]]:
    """What the creating command lets people confirm beside the fields, said once for the whole file."""
    asks = shown.create.asks if shown.create else {}
    return [(name, label) for name, label in asks.items() if shown.create and calls.takes(shown.create, name)]


def preparing(request: HttpRequest, by: Actor, run: Run, reasons: Any = ()) -> HttpResponse:
    """The page of a file that is not brought in yet: its columns, and what would become of its first rows."""
    shown = of_runs.entity_of(run)
    seen = rows.preview(run, by)
    lines = queries.first_lines(run, rows.MOST_HEADERS)
    context = {
        "run": run,
        "entity": shown,
        "reasons": reasons,
        "preview": seen,
        "sheets": [(at, name or run.title) for at, name in enumerate(run.plan["sheets"])],
        "headers": [(line, f"{line}: {_start(cells)}") for line, cells in lines],
        "columns": _columns(run),
        "offered": [(label, _choices(found)) for label, found in _grouped(shown)],
        "modes": MODES if intake.key_of(shown) else (),
        "confirmations": [
            (name, label, run.plan.get("given", {}).get(name)) for name, label in _confirmations(shown)
        ],
        "checked": of_runs.chunks(run).filter(checked__isnull=False).exists(),
        "files": len(queries.files_of(run)),
        "unnamed": queries.unnamed(run),
        "ends_on": forgetting.until(run),
        "here": shown.name,
    }
    return show(request, by, "imports/plan.html", context, here=shown.name, status=422 if reasons else 200)


def _start(cells: list[Any]) -> str:
    return " · ".join(str(cell) for cell in cells[:4] if cell not in (None, ""))[:60]


def _columns(run: Run) -> list[tuple[int, str, str, str]]:
    """Each column of the file: its place, header, what stands below it, and the field it goes to."""
    below = [cells for line, cells in queries.first_lines(run, 60) if line > run.plan["header"]]
    found = []
    for at, (header, word) in enumerate(zip(queries.head(run), run.plan["columns"], strict=False)):
        samples = [str(cells[at]) for cells in below if at < len(cells) and cells[at] not in (None, "")]
        found.append((at, header, ", ".join(dict.fromkeys(samples[:SAMPLES]))[:60], word))
    return found


def _grouped(shown: Entity) -> list[tuple[Any, list[Place]]]:
    found = intake.offered(shown)
    grids = {one.name: one.label for one in shown.input_fields if one.kind == "lines"}
    heads = [(shown.one, [one for one in found if not one.grid])]
    return heads + [(label, [one for one in found if one.grid == grid]) for grid, label in grids.items()]


def _choices(found: list[Place]) -> list[tuple[str, str]]:
    return [(one.word, f"{one.field.label}{' *' if one.field.required else ''}") for one in found]


@page
def cell(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Put another text into a cell and say what would become of its row now."""
    run = own(pk, by)
    line, column = _number(request.POST.get("line"), 0), _number(request.POST.get("column"), 0)
    with transaction.atomic():
        if column < len(run.plan["columns"]):
            staging.mend(run, line, column, request.POST.get("text", "")[:2000])
        found = taking.look_again(run, by, {line})
    context = {"run": run, "row": rows.drawn(run, found[0]) if found else None, "preview": {"width": 2}}
    return show(request, by, "imports/part/row.html", context)


@page
def replace(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Put one text for another in a whole column, and look at the rows that were refused for it."""
    run, posted = own(pk, by), request.POST
    with transaction.atomic():
        lines = staging.replace(
            run, _number(posted.get("column"), 0), posted.get("old", ""), posted.get("new", "")
        )
        refused = {line for line, _reasons in of_runs.refused(run, "checked")}
        taking.look_again(run, by, lines & refused)
    messages.success(request, _("Changed in {count} rows.").format(count=len(lines)))
    return redirect(f"/runs/{pk}/")

"""The page of a run: how far it is, what was refused, and stopping it or taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from onmaru.kernel import identity, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.batches import queries
from onmaru.office.batches.commands import forgetting, runs
from onmaru.office.batches.models import Run
from onmaru.workbench.views.page import is_part, page, show

MOST_SHOWN = 200


@page
def read(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """A file being prepared, or a run as far as it is; a script asks for the latter again and again."""
    run = queries.find(pk, by)
    if run.state == Run.State.DRAFT and queries.is_own(run, by):
        address = f"/runs/{pk}/plan"
        return HttpResponse(headers={"HX-Redirect": address}) if is_part(request) else redirect(address)
    has_rows = run.chunks.exists()
    context = {
        "run": run,
        "place": queries.place_of(run),
        "state": run.get_state_display(),
        "seen": run.done + run.refused,
        "refused": list(_told(run, by)),
        "may_stop": run.is_working,
        "may_revert": _may_revert(run),
        "may_read": run.kind == Run.Kind.PAPER and run.state == Run.State.DONE and queries.is_own(run, by),
        "may_fetch": run.kind == Run.Kind.IMPORT and run.refused and not run.is_working and has_rows,
        "ends_on": None if run.is_working or run.kind == Run.Kind.PAPER else forgetting.until(run),
        "is_gone": not has_rows,
    }
    template = "batches/part/run.html" if is_part(request) else "batches/run.html"
    return show(request, by, template, context, here=run.entity)


def _may_revert(run: Run) -> bool:
    ended = run.state in {Run.State.DONE, Run.State.CANCELLED, Run.State.FAILED}
    if run.phase == Run.Phase.APPLY and not run.done:
        return False
    return ended and run.kind != Run.Kind.PAPER and run.chunks.filter(applied__isnull=False).exists()


def _told(run: Run, by: Actor) -> Iterator[tuple[Any, str, list[str]]]:
    """What was refused: a line of the file, or a record with its address, and why."""
    column = {"check": "checked", "apply": "applied", "revert": "reverted"}[run.phase]
    found = list(islice(queries.refused(run, column), MOST_SHOWN))
    records = {}
    if run.kind not in {Run.Kind.IMPORT, Run.Kind.SENT, Run.Kind.PAPER} or run.phase == Run.Phase.REVERT:
        records = queries.entity_of(run).model._base_manager.in_bulk([line for line, _reasons in found])
    for line, reasons in found:
        address = f"/{run.entity}/{line}/" if line in records else ""
        yield records.get(line, line), address, [reason["message"] for reason in reasons]


@page
def act(request: HttpRequest, by: Actor, pk: int, verb: str) -> HttpResponse:
    """Stop a run, or take it back when that is sure; one's own without asking anybody."""
    run = queries.find(pk, by)
    command = {"cancel": runs.cancel, "revert": runs.revert}.get(verb)
    if command is None or request.method != "POST":
        raise Refused(refusals.NOT_FOUND())
    if command is runs.revert and "sure" not in request.POST:
        return show(request, by, "batches/part/back.html", {"run": run, **queries.reach(run)})
    command(run, by=identity.also(by, command.permission) if queries.is_own(run, by) else by)
    return redirect(f"/runs/{pk}/")

"""The page on which a process is drawn, and the page on which it is simulated; starting one on a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.diagrams.rules import diagram
from onmaru.office.discussion.queries import reach
from onmaru.office.processes.commands import drawing, instances
from onmaru.office.processes.models import Process
from onmaru.office.processes.queries import seen, simulations
from onmaru.workbench import calls, detail, registry
from onmaru.workbench.views.page import entity, page, show

DAYS = (7, 30, 90)
ANSWER = "answer."


@page
def draw(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """The diagram in an editor; POST keeps it (``xml``) and, with ``release``, puts it in force."""
    process = detail.find(entity("processes", by), by, pk)
    if request.method == "POST":
        return _said(lambda: _keep(request, by, process))
    given = {
        "xml": process.xml,
        "roles": seen.roles_in_words(),
        "commands": _commands(process),
        "words": _words(),
    }
    context = {"process": process, "given": given, "may_edit": by.may(drawing.draw.permission)}
    return show(request, by, "processes/draw.html", context, here="processes")


def _keep(request: HttpRequest, by: Actor, process: Process) -> str:
    calls.do(drawing.draw, by, {"xml": request.POST.get("xml", "")}, subject=process)
    if "release" not in request.POST:
        return _("The diagram is saved.")
    calls.do(drawing.release, by, {}, subject=process)
    return _("The process is in force.")


def _said(do: Callable[[], str]) -> HttpResponse:
    try:
        return JsonResponse({"said": do()})
    except Refused as refused:
        return JsonResponse({"reasons": [one.message for one in refused.reasons]}, status=422)


def _commands(process: Process) -> list[tuple[str, str]]:
    found = registry.of_model(apps.get_model(process.kind))
    return [(one.name, str(one.label)) for one in found.verbs] if found is not None else []


def _words() -> dict[str, str]:
    """The words of the panel beside the diagram."""
    return {
        "name": _("Name"),
        "role": _("Role that does it"),
        "command": _("Action"),
        "values": _("with"),
        "condition": _("Condition"),
        "timer": _("Lasts (PT2H, P3D) or until (due_on)"),
        "message": _("Message: an action on the record"),
        "none": _("Choose an element to see what it does."),
    }


@page
def simulate(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Where the records of the last days would have gone by the diagram as it is drawn now."""
    process = detail.find(entity("processes", by), by, pk)
    if process.owner_id != by.user_id:
        raise Refused(drawing.PROCESS_OWNER_ONLY())
    days = next((one for one in DAYS if str(one) == request.GET.get("days")), 30)
    answers = {
        name.removeprefix(ANSWER): request.GET[name] for name in request.GET if name.startswith(ANSWER)
    }
    drawing.check(process, by)
    found = simulations.over(process, days, answers)
    steps = [one for one in diagram.elements(diagram.read(process.xml)).values() if one.tag in diagram.PEOPLE]
    asked = [(one, answers.get(one.id, "")) for one in steps]
    context = {"process": process, "simulation": found, "days": days, "choices": DAYS, "asked": asked}
    given = {"xml": process.xml, "tokens": found.counts}
    return show(request, by, "processes/simulation.html", context | {"given": given}, here="processes")


@page
def start(request: HttpRequest, by: Actor, kind: str, pk: int) -> HttpResponse:
    """Begin a process on a record and go back to it."""
    record: Any = reach.record(kind, pk, by)
    process = Process.objects.filter(pk=request.POST.get("process") or 0, kind=kind).first()
    if request.method != "POST" or process is None:
        raise Refused(refusals.NOT_FOUND())
    try:
        calls.do(instances.start, by, {"process": process, "subject_id": record.pk})
        messages.success(request, _("Started: {process}").format(process=process.name))
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason.message)
    found = registry.of_model(type(record))
    return redirect(f"/{found.name}/{record.pk}/" if found else "/")

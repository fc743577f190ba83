"""The page of a report, and what it shows as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.workbench import forms, registry, report
from onmaru.workbench.forms import Input
from onmaru.workbench.report import Reading
from onmaru.workbench.views import cells, lists
from onmaru.workbench.views.page import page, show


@page
def read(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """What it asks, and below that what it answers."""
    reading = report.read(report.find(name, by), by, request.GET.dict())
    columns, rows = reading.report.shown, reading.rows()
    css, leads = cells.classes(columns), reading.report.leads
    hrefs = [leads(row.record, reading.values) for row in rows] if leads else None
    sums = reading.sums() if rows else {}
    context = {
        "report": reading.report,
        "inputs": _inputs(reading, by),
        "heads": list(zip(columns, css, strict=True)),
        "body": cells.table_rows(None, rows, css, hrefs),
        "count": len(rows),
        "totals": [(css[at], sums.get(one.name, "")) for at, one in enumerate(columns)] if sums else (),
        "problems": reading.problems if request.GET else (),
        "address": request.GET.urlencode(),
    }
    return show(request, by, "workbench/report.html", context, here=f"reports/{name}")


@page
def export(request: HttpRequest, by: Actor, name: str, kind: str) -> HttpResponseBase:
    """The same table as a file."""
    reading = report.read(report.find(name, by), by, request.GET.dict())
    refusals.check(reading.problems)
    return lists.sent(reading.report.label, kind, reading.heads(), iter(reading.records))


def _inputs(reading: Reading, by: Actor) -> list[Input]:
    """What a person may fill in; the only company there is need not be chosen."""
    found = []
    for one in reading.report.fields:
        raw: Any = reading.raw.get(one.name)
        typed = Input(
            one, one.name, "" if raw is None else str(raw), widget=forms.WIDGETS.get(one.kind, "text")
        )
        typed.shown = str(reading.values.get(one.name) or "")
        typed.choices = [(str(value), str(label)) for value, label in one.choices]
        entity = registry.of_model(one.model) if one.model else None
        typed.lookup = entity.name if entity else ""
        if one.name == "company" and one.model and registry.rows_for(one.model, by).count() == 1:
            continue
        found.append(typed)
    return found

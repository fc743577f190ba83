"""Bringing a file in: first what would happen, row by row and cell by cell, then doing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from onmaru.kernel import permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench import intake
from onmaru.workbench.entity import Entity
from onmaru.workbench.intake import Outcome, Report
from onmaru.workbench.views.page import entity, is_part, page, show

LARGEST = 20 * 2**20
MOST_SHOWN = 200

IMPORT_TOO_LARGE = refusals.reason(
    "import_too_large", gettext_lazy("The file is larger than {limit} MB; split it into several.")
)
FILE_MISSING = refusals.reason("file_missing", gettext_lazy("Choose a file first."))


@page
def bring(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """The import page: choose a file, look at the preview, bring it in."""
    shown = entity(name, by)
    permission = permissions.code(shown.model, "import")
    if not by.may(permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permission))
    context: dict[str, Any] = {"entity": shown, "columns": shown.exchange_columns, "limit": LARGEST // 2**20}
    if request.method != "POST":
        return show(request, by, "workbench/import.html", context, here=name)
    # The file stays chosen in the page while the preview comes and goes below it.
    template = "workbench/part/preview.html" if is_part(request) else "workbench/import.html"
    try:
        report = _take(request, by, shown)
    except Refused as refused:
        return show(request, by, template, {**context, "reasons": refused.reasons}, here=name, status=422)
    if report.applied:
        return _done(request, shown, report)
    context |= {"report": report, "rows": [_row(shown, report, one) for one in _interesting(report)]}
    return show(request, by, template, context, here=name, status=422 if report.refused else 200)


def _done(request: HttpRequest, shown: Entity, report: Report) -> HttpResponse:
    count = report.inserted + report.updated
    said = ngettext("{count} record brought in.", "{count} records brought in.", count)
    messages.success(request, said.format(count=count))
    address = f"/{shown.name}/"
    return HttpResponse(headers={"HX-Redirect": address}) if is_part(request) else redirect(address)


def _take(request: HttpRequest, by: Actor, shown: Entity) -> Report:
    given = request.FILES.get("file")
    if given is None:
        raise Refused(FILE_MISSING("file"))
    if (given.size or 0) > LARGEST:
        raise Refused(IMPORT_TOO_LARGE("file", limit=LARGEST // 2**20))
    return intake.take(shown, by, given.read(), given.name or "", dry_run="apply" not in request.POST)


def _interesting(report: Report) -> list[Outcome]:
    """The refused rows first: they are what a person must mend."""
    rest = [one for one in report.outcomes if not one.problems]
    return [*report.refused, *rest][:MOST_SHOWN]


def _row(shown: Entity, report: Report, outcome: Outcome) -> dict[str, Any]:
    """A row with its reasons, and the cells that they concern marked."""
    concerned = {problem.field for problem in outcome.problems}
    cells = list(outcome.cells) + [""] * (len(report.headers) - len(outcome.cells))
    names = dict(zip(report.headers, report.names, strict=True))
    return {
        "line": outcome.line,
        "done": _DONE.get(outcome.done, outcome.done),
        "refused": bool(outcome.problems),
        "cells": [
            (text, header in concerned or names.get(header, "") in concerned)
            for text, header in zip(cells, report.headers, strict=False)
        ],
        "reasons": [problem.message for problem in outcome.problems],
    }


_DONE = {
    "inserted": pgettext_lazy("row of a file", "New"),
    "updated": pgettext_lazy("row of a file", "Changed"),
    "refused": pgettext_lazy("row of a file", "Refused"),
}

"""Papers of lists, reports and records, opened in the browser to be read, printed or kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import content_disposition_header

from onmaru.kernel import calendars, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.batches import queries as batches
from onmaru.office.batches.models import Run
from onmaru.office.papers import commands, queries, reports
from onmaru.workbench import detail
from onmaru.workbench import report as workbench_reports
from onmaru.workbench.report import Reading
from onmaru.workbench.views.page import entity, page, show

LANGUAGES = {"ko", "en"}


def answer(title: str, content: bytes) -> HttpResponse:
    """A PDF under its name, shown in the browser."""
    named = content_disposition_header(as_attachment=False, filename=f"{title}.pdf")
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": named or ""})


@contextmanager
def _spoken(request: HttpRequest) -> Iterator[QueryDict]:
    """What the address asks, in the reader's language unless it says the other."""
    params = request.GET.copy()
    said = params.pop("language", [""])[-1]
    with translation.override(said if said in LANGUAGES else translation.get_language()):
        yield params


def _drawn(request: HttpRequest, title: Any, draw: Callable[[Any], bytes]) -> HttpResponse:
    """What ``draw`` makes of the address."""
    with _spoken(request) as params:
        return answer(str(title), draw(params))


@page
def listed(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """A list as it is filtered, sorted, grouped and arranged now; one too long for that is offered as a run (POST)."""
    shown = entity(name, by)
    if request.method == "POST":
        with _spoken(request) as params:
            return redirect(f"/runs/{commands.start(shown, by, params).pk}/")
    title = f"{shown.label} {calendars.today():%Y-%m-%d}"
    try:
        return _drawn(request, title, lambda params: reports.listed(shown, by, params))
    except Refused as refused:
        return _offered(request, by, refused, name, shown.label)


def _offered(request: HttpRequest, by: Actor, refused: Refused, address: str, label: Any) -> HttpResponse:
    """What is too long for one go is offered as a run; any other refusal stands."""
    if refused.codes != [reports.LIST_TOO_LONG.code]:
        raise refused
    limits = {"limit": f"{reports.MOST:,}", "most": f"{commands.MOST_IN_PARTS:,}"}
    return show(request, by, "papers/long.html", {"address": address, "label": label, **limits}, here=address)


@page
def long(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """The paper of a long list, for who had it drawn."""
    run = batches.find(pk, by)
    parts = queries.parts_of(run) if run.kind == Run.Kind.PAPER and batches.is_own(run, by) else []
    if not parts:
        raise Refused(refusals.NOT_FOUND())
    return answer(run.title, reports.bound(parts))


@page
def report(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """A report as it was asked; one too long for that is offered as a run (POST)."""
    declared = workbench_reports.find(name, by)

    def read(params: Any) -> Reading:
        reading = workbench_reports.read(declared, by, params.dict())
        refusals.check(reading.problems)
        return reading

    if request.method == "POST":
        with _spoken(request) as params:
            return redirect(f"/runs/{commands.start_report(read(params), by).pk}/")
    title = f"{declared.label} {calendars.today():%Y-%m-%d}"
    try:
        return _drawn(request, title, lambda params: reports.of_report(read(params), by))
    except Refused as refused:
        return _offered(request, by, refused, f"reports/{name}", declared.label)


@page
def record(request: HttpRequest, by: Actor, name: str, pk: int) -> HttpResponse:
    """A record as its page shows it."""
    found = detail.show(entity(name, by), by, pk)
    return _drawn(request, found.title, lambda params: reports.of_record(found, by))

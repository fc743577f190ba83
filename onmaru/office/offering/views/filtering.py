"""Beside the form of a rule: the filter row of the list that it is about, and what people kept of that list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from onmaru.kernel.identity import Actor
from onmaru.office.automation.queries import happenings
from onmaru.office.offering import queries
from onmaru.office.savedviews import queries as views
from onmaru.workbench import filters, registry
from onmaru.workbench.views import chips
from onmaru.workbench.views.page import page

MOST = 1000


@page
def row(request: HttpRequest, by: Actor) -> HttpResponse:
    """The filters of the list of ``kind``, standing as ``query`` says, and how many records they find.

    Raises Refused(not_permitted) for who makes no rules.
    """
    queries.check(by)
    entity = queries.kind_of(request.GET.get("kind", ""), by)
    if entity is None:
        return render(request, "offering/part/filter.html")
    params = happenings.asked(request.GET.get("query", "").rpartition("?")[2])
    found = filters.read(entity, by, params)
    rows = registry.rows_for(entity.model, by).filter(found.condition)
    context = {
        "entity": entity,
        "chips": chips.chips(entity, found, params),
        "views": [(happenings.asked(one.query).urlencode(), one) for one in views.of(entity, views.seen(by))],
        "query": params.urlencode(),
        "kept": chips.kept(params, "q"),
        "found": found,
        "count": rows.values("pk")[: MOST + 1].count(),
        "most": MOST,
    }
    return render(request, "offering/part/filter.html", context)

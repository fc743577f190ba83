"""The palette and the sheet of keys, as parts that a script puts into the page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from onmaru.kernel.identity import Actor
from onmaru.office.palette import queries
from onmaru.workbench.views.page import page


@page
def palette(request: HttpRequest, by: Actor) -> HttpResponse:
    """The dialog with what is offered at first; with ``q`` only the choices for what was typed."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    context = {"groups": queries.offered(by, text, request.GET.get("on", "")[:100]), "q": text}
    return render(request, "palette/choices.html" if "q" in request.GET else "palette/palette.html", context)


@page
def keys(request: HttpRequest, by: Actor) -> HttpResponse:
    """The sheet of shortcuts."""
    return render(request, "palette/keys.html")

"""The palette and the sheet of keys, as parts that a script puts into the page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from onmaru.kernel.identity import Actor
from onmaru.office.palette import queries
from onmaru.workbench import ports
from onmaru.workbench.views.page import page


def register() -> None:
    """Lay the closed box into every page: it must be open before the first letter is typed."""
    ports.slots["page.end"].append(
        lambda context: render_to_string("palette/palette.html", request=context["request"])
    )


@page
def palette(request: HttpRequest, by: Actor) -> HttpResponse:
    """The choices for what was typed, or those offered at first."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    context = {"groups": queries.offered(by, text, request.GET.get("on", "")[:100]), "q": text}
    return render(request, "palette/choices.html", context)


@page
def keys(request: HttpRequest, by: Actor) -> HttpResponse:
    """The sheet of shortcuts."""
    return render(request, "palette/keys.html")

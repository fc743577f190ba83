"""Every screen that can be shaped, and the file of the whole shape: taken out, tried, brought in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from onmaru.kernel import permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.packages import commands, queries
from onmaru.office.shaping.commands import layouts
from onmaru.workbench import menu
from onmaru.workbench.views.page import page, show


def _must(by: Actor) -> None:
    if not by.may(layouts.arrange.permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permissions.in_words(layouts.arrange)))


@page
def screens(request: HttpRequest, by: Actor) -> HttpResponse:
    """Every screen that can be shaped, and the file of the whole shape."""
    _must(by)
    return show(
        request, by, "packages/screens.html", {"areas": menu.areas(by), "refused": []}, here="layouts"
    )


@page
def take_out(request: HttpRequest, by: Actor) -> HttpResponse:
    """The shape that holds now, as one file."""
    _must(by)
    headers = {"Content-Disposition": 'attachment; filename="onmaru-shape.json"'}
    return HttpResponse(queries.whole(), content_type="application/json", headers=headers)


@page
def bring(request: HttpRequest, by: Actor) -> HttpResponse:
    """Try a file, or bring it in: every reason why something of it does not fit is told."""
    sent = request.FILES.get("file")
    content = sent.read() if sent else b""
    trying = "try" in request.POST
    try:
        commands.bring(by=by, content=content, dry_run=trying)
    except Refused as refused:
        context = {"areas": menu.areas(by), "refused": refused.reasons}
        return show(request, by, "packages/screens.html", context, here="layouts", status=422)
    messages.success(request, _("All of it fits. Nothing was changed yet.") if trying else _("Brought in."))
    return redirect("/shaping/")

"""What a person is told: the bell, the page, and what is done with a notice."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from onmaru.kernel.identity import Actor
from onmaru.office.notices import commands, queries, rules
from onmaru.workbench.views.page import is_part, page, show

SHORT = 8


@page
def inbox(request: HttpRequest, by: Actor) -> HttpResponse:
    """All notices, newest first, by pages; ``?show=unread`` and ``?show=snoozed`` narrow."""
    wanted = request.GET.get("show", "")
    rows = queries.snoozed(by.user_id) if wanted == "snoozed" else queries.of(by.user_id)
    if wanted == "unread":
        rows = rows.filter(read_at=None)
    before = request.GET.get("before", "")
    if before.isdigit() and len(before) < 19:
        rows = rows.filter(id__lt=int(before))
    found = list(rows[: queries.EACH + 1])
    more = found[queries.EACH - 1].pk if len(found) > queries.EACH else None
    context = {"notices": found[: queries.EACH], "more": more, "wanted": wanted, "snoozes": rules.SNOOZES}
    return show(request, by, "notices/inbox.html", context)


@page
def bell(request: HttpRequest, by: Actor) -> HttpResponse:
    """The newest notices, as the bell unfolds them."""
    context = {"notices": list(queries.of(by.user_id)[:SHORT]), "snoozes": rules.SNOOZES}
    return show(request, by, "notices/part/bell.html", context)


@page
def unread(request: HttpRequest, by: Actor) -> HttpResponse:
    """How many are unread, for a page that heard that this changed."""
    return HttpResponse(str(queries.unread(by.user_id)), content_type="text/plain")


@page
def said(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """One notice, as it comes up on an open page."""
    return show(request, by, "notices/part/said.html", {"one": queries.find(by, pk)})


@page
def follow(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Go where a notice leads; it is read then."""
    found = queries.find(by, pk)
    commands.notices.read(by, pk=pk)
    return redirect(queries.address(found.subject_kind, found.subject_id))


@require_POST
@page
def snooze(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Put a notice off."""
    commands.notices.snooze(queries.find(by, pk), until=request.POST.get("until", ""), by=by)
    return _back(request, by)


@require_POST
@page
def read(request: HttpRequest, by: Actor) -> HttpResponse:
    """Mark as read one notice, or all up to the newest that the page showed."""
    one, upto = request.POST.get("one", ""), request.POST.get("upto", "")
    if one.isdigit():
        commands.notices.read(by, pk=queries.find(by, int(one)).pk)
    elif upto.isdigit():
        commands.notices.read(by, upto=min(int(upto), 2**63 - 1))
    return _back(request, by)


def _back(request: HttpRequest, by: Actor) -> HttpResponse:
    if is_part(request):
        return bell(request)  # type: ignore[return-value]
    return redirect("/inbox/")


def unheard(request: HttpRequest) -> HttpResponse:
    """Where a server without streams answers for them: a browser that hears 204 does not ask again."""
    return HttpResponse(status=204)

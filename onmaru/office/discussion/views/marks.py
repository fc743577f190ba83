"""Following a record, and pinning what is important in its timeline."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from onmaru.kernel.identity import Actor
from onmaru.office.discussion import commands
from onmaru.office.discussion.queries import people, reach
from onmaru.office.discussion.views import talk
from onmaru.office.notices import queries as notices
from onmaru.workbench.views.page import is_part, page, show


@require_POST
@page
def follow(request: HttpRequest, by: Actor, kind: str, pk: int) -> HttpResponse:
    """Be told what is said about a record, or (``on=0``) no more."""
    record = reach.record(kind, pk, by)
    if request.POST.get("on") == "0":
        commands.marks.unfollow(record, by.user_id)
    else:
        commands.marks.follow(record, [by.user_id])
    if not is_part(request):
        return redirect(notices.address(kind, pk))
    context = {"talk": f"/talk/{kind}/{pk}/", "following": people.following(record), "by": by}
    return show(request, by, "discussion/part/follow.html", context)


@require_POST
@page
def pin(request: HttpRequest, by: Actor, kind: str, pk: int, source: str, entry: int) -> HttpResponse:
    """Put an entry above the others, or (``on=0``) no longer."""
    record = reach.record(kind, pk, by)
    commands.marks.pin(record, source, entry, on=request.POST.get("on") != "0", by=by)
    if not is_part(request):
        return redirect(notices.address(kind, pk))
    return show(request, by, "discussion/part/entries.html", talk.context_of(record, by, request.GET))

"""A person's day, and their calendar in other programs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override

from onmaru.kernel import calendars, identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.activities import commands
from onmaru.office.activities.models import Activity, Feed
from onmaru.office.activities.queries import days
from onmaru.office.activities.views import plan
from onmaru.office.notices import queries as notices
from onmaru.workbench import calls
from onmaru.workbench.views.page import page, show


def context_of(by: Actor) -> dict[str, Any]:
    """A person's activities by day, each with the way to what it is about."""
    found = days.of(by, notices.clock(by).date())
    parts = [(_("Overdue"), found.overdue), (_("Today"), found.today), (_("Later"), found.later)]
    return {"parts": parts, "any": any(some for _label, some in parts)}


@page
def day(request: HttpRequest, by: Actor) -> HttpResponse:
    """Overdue, today, later; and planning something for oneself."""
    if request.method == "POST":
        try:
            create = commands.activities.create
            calls.do(create, identity.also(by, create.permission), plan.said_of(request, by))
        except Refused as refused:
            for reason in refused.reasons:
                messages.error(request, reason.message)
        return redirect("/day/")
    context = context_of(by) | {"feed": Feed.objects.filter(person=by.user_id).exists(), "choices": Activity}
    return show(request, by, "activities/day.html", context)


@page
def calendar(request: HttpRequest, by: Actor) -> HttpResponse:
    """A new secret address (``open``), the end of it (``close``), or an .ics file taken in (``file``)."""
    if request.method != "POST":
        return redirect("/day/")
    try:
        _calendar(request, by)
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason.message)
    return redirect("/day/")


def _calendar(request: HttpRequest, by: Actor) -> None:
    me, verbs = User.objects.get(pk=by.user_id or 0), commands.calendars
    if "open" in request.POST:
        made = verbs.open_feed(me, by=identity.only(by, verbs.open_feed.permission))
        address = request.build_absolute_uri(f"/calendar/{made.told_once[0]}.ics")  # type: ignore[attr-defined]
        messages.success(request, _("Your calendar, told this once: {address}").format(address=address))
    elif "close" in request.POST:
        verbs.close_feed(me, by=identity.only(by, verbs.close_feed.permission))
    elif "file" in request.FILES:
        create, edit = commands.activities.create, commands.activities.edit
        actor = identity.also(by, create.permission, edit.permission)
        content = request.FILES.getlist("file")[0].read(verbs.LONGEST + 1)
        brought = verbs.bring(content, by=actor, today=calendars.today())
        said = _("{made} new, {changed} changed.").format(made=brought.made, changed=brought.changed)
        left = _("Left out: {titles}").format(titles=", ".join(brought.left[:10])) if brought.left else ""
        messages.success(request, f"{said} {left}".strip())


def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """A calendar program asks: no session, the address itself is the secret."""
    person = days.reader_of(secret)
    if person is None:
        return HttpResponse(status=404)
    with override(person.language):
        content = days.calendar(person, calendars.today())
    headers = {
        "Cache-Control": "private, max-age=300",
        "Content-Disposition": 'inline; filename="onmaru.ics"',
    }
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)

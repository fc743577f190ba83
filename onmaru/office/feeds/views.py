"""Within one's day: the calendars of others that are read, a new one, and the end of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.feeds import commands
from onmaru.office.feeds.models import Subscription
from onmaru.workbench import ports
from onmaru.workbench.ports import Context
from onmaru.workbench.views.page import page


def register() -> None:
    """Take the room's place in the day."""
    ports.slots["day.calendars"].append(_shown)


def _shown(context: Context) -> SafeString:
    rows = Subscription.objects.filter(person=context["by"].user_id).order_by("id")
    return render_to_string("feeds/part/subscriptions.html", {"subscriptions": rows}, context["request"])


@page
def change(request: HttpRequest, by: Actor) -> HttpResponse:
    """Subscribe to an address (``url``), or end a subscription (``end``); one's own needs no grant."""
    if request.method == "POST":
        try:
            _change(request, by)
        except Refused as refused:
            for reason in refused.reasons:
                messages.error(request, reason.message)
    return redirect("/day/")


def _change(request: HttpRequest, by: Actor) -> None:
    me, said = User.objects.get(pk=by.user_id or 0), request.POST
    actor = identity.only(by, commands.begin.permission, commands.end.permission)
    if said.get("end", "").isdigit():
        commands.end(me, subscription=int(said["end"][:18]), by=actor)
    else:
        commands.begin(me, url=said.get("url", ""), by=actor)
        messages.success(request, _("The calendar is read within a minute, and every hour from then on."))

"""The menus of views and of columns above a list, and the pinned views in the rail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onmaru.kernel import identity, refusals
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Role
from onmaru.kernel.refusals import Refused
from onmaru.office.savedviews import commands, queries
from onmaru.office.savedviews.models import SavedView
from onmaru.workbench import calls, listing, ports, registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.views import chips
from onmaru.workbench.views.page import page

OWN = (commands.pin, commands.make_usual)


def register() -> None:
    """Take the room's places in the pages."""
    ports.slots["list.tools"].append(_tools)
    ports.slots["menu.above"].append(_pinned)
    ports.usual.append(_usual)


def _seen(request: HttpRequest, by: Actor) -> list[SavedView]:
    """The views of this person, read once for all that a page shows of them."""
    if not hasattr(request, "seen_views"):
        request.seen_views = queries.now(by) if by.user_id else []  # type: ignore[attr-defined]
    return request.seen_views  # type: ignore[attr-defined, no-any-return]


def _usual(request: HttpRequest, entity: Entity, by: Actor) -> str:
    return queries.usual(entity, _seen(request, by))


@require_POST
@page
def keep(request: HttpRequest, by: Actor) -> HttpResponse:
    """Save what a list asks now as a view, and go to it."""
    asked = {name: request.POST.get(name, "") for name in ("entity", "name", "query")}
    back = f"/{asked['entity']}/?{asked['query'].lstrip('?')}" if registry.get(asked["entity"]) else "/"
    return _done(request, lambda: calls.do(commands.create, _own(commands.create, by), asked).address, back)


@require_POST
@page
def change(request: HttpRequest, by: Actor, pk: int, verb: str) -> HttpResponse:
    """Do something with a view from the menu above its list."""
    view = queries.find(by, pk)

    command, asked = _asked(request, view, verb)

    def do() -> str:
        mine = view.owner_id == by.user_id and command is not commands.share
        actor = _own(command, by) if mine or command in OWN else by
        calls.do(command, actor, asked, subject=view)
        return f"/{view.entity}/?view=all" if verb == "delete" else queries.find(by, pk).address

    return _done(request, do, view.address)


def _own(command: Command[Any], by: Actor) -> Actor:
    """One's own views are nobody's to grant."""
    return identity.only(by, command.permission)


def _asked(request: HttpRequest, view: SavedView, verb: str) -> tuple[Command[Any], dict[str, Any]]:
    said = request.POST
    role = Role.objects.filter(pk=said["role"]).first() if said.get("role", "").isdigit() else None
    ways: Mapping[str, tuple[Command[Any], dict[str, Any]]] = {
        "update": (commands.edit, {"name": view.name, "query": said.get("query", "")}),
        "rename": (commands.edit, {"name": said.get("name", ""), "query": view.query}),
        "share": (commands.share, {"audience": "role" if role else said.get("role", ""), "role": role}),
        "pin": (commands.pin, {"pinned": said.get("on") == "1"}),
        "usual": (commands.make_usual, {"usual": said.get("on") == "1"}),
        "delete": (commands.delete, {}),
    }
    if verb not in ways:
        raise Refused(refusals.NOT_FOUND())
    return ways[verb]


def _done(request: HttpRequest, do: Any, back: str) -> HttpResponse:
    try:
        return HttpResponseRedirect(do())
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason.message)
        return HttpResponseRedirect(back)


def _tools(context: ports.Context) -> SafeString:
    """The menu of views, and beside a list or a spreadsheet that of its columns."""
    request, entity, by = context["request"], context["entity"], context["by"]
    views = queries.of(entity, _seen(request, by))
    current = next((one for one in views if str(one.pk) == request.GET.get("view")), None)
    more = {
        "views": views,
        "current": current,
        "mine": current is not None and (current.owner_id == by.user_id or by.may(commands.edit.permission)),
        "may_share": by.may(commands.share.permission),
        "query": request.GET.urlencode(),
        "suggested": _sentence(context.get("chips", ())),
        "arranged": "arranged" in context,
        "columns": context.get("arranged") or _columns(context),
        "keep": chips.kept(request.GET, "fields", "widths", "group"),
        "groups": listing.groupable(entity),
        "group": request.GET.get("group", ""),
    }
    roles = Role.objects.filter(is_active=True) if more["may_share"] and more["mine"] else ()
    return render_to_string("savedviews/tools.html", {**more, "entity": entity, "roles": roles}, request)


def _columns(context: ports.Context) -> list[tuple[Any, bool]]:
    """The columns a list may have, those it shows first and in their order."""
    if not isinstance(context.get("page"), listing.Page):
        return []
    shown = context["page"].columns
    names = {one.name for one in shown}
    offered = listing.offered(context["entity"]).values()
    return [*((one, True) for one in shown), *((one, False) for one in offered if one.name not in names)]


def _sentence(bar: Any) -> str:
    """What is asked, in words: the name a view gets unless its owner thinks of a better one."""
    said = (f"{one.column.label} {one.words}" for one in bar if one.words)
    return ", ".join(said)[:80] or str(_("My view"))


def _pinned(context: ports.Context) -> SafeString:
    request = context["request"]
    views = [
        (one, registry.get(one.entity))
        for one in queries.pinned(_seen(request, context["by"]), context["by"])
    ]
    more = {"views": views, "here": request.GET.get("view", "")}
    return render_to_string("savedviews/pinned.html", more, request) if views else SafeString("")

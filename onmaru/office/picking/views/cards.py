"""Putting a card on a dashboard: what it asks is chosen from what one may see, and never typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onmaru.kernel import identity, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.dashboards import commands
from onmaru.office.dashboards.models import Card, Dashboard
from onmaru.office.picking.queries import sources
from onmaru.office.picking.queries.sources import Source
from onmaru.workbench import calls, fields, forms, ports, registry
from onmaru.workbench.fields import Field
from onmaru.workbench.views.forms import form_context
from onmaru.workbench.views.page import page, show

NEW = "new"
ACROSS = {Card.Kind.LIST, Card.Kind.CHART, Card.Kind.BOARD}


def register() -> None:
    """Give every list its button."""
    ports.slots["list.tools"].append(_tool)


def _tool(context: ports.Context) -> SafeString:
    """What a list or a pivot shows now, onto a dashboard; or the view by whose name it was opened."""
    request, entity, by = context["request"], context["entity"], context["by"]
    if not by.may(commands.create.permission):
        return SafeString("")
    more = {"entity": entity, "query": request.GET.urlencode()}
    return render_to_string("picking/tool.html", more, request)


@page
def pick(request: HttpRequest, by: Actor) -> HttpResponse:
    """What the card asks: chosen from everything that this person may look at."""
    search = request.GET.get("q", "")
    context = {"groups": sources.offered(by, search), "search": search, "on": request.GET.get("on", "")}
    return show(request, by, "picking/pick.html", context, here="dashboards")


@page
def put(request: HttpRequest, by: Actor) -> HttpResponse:
    """How its answer is drawn and where it stands, for a new card or one that is there (``card``)."""
    boards = {str(one.pk): one for one in sources.boards_of(by)}
    card = _card(request.GET.get("card", ""), boards)
    word, asked = (request.GET.get(name, "") for name in ("of", "query"))
    if card is not None:
        word, asked = sources.word_of(card, by), card.asked
    source = sources.find(word, by, asked)
    form = _form(source, by, card)
    on = (request.POST or request.GET).get("on", "")
    if request.method == "POST" and form.take(request.POST):
        done = _put(form, source, by, card, None if card or on == NEW else boards.get(on, 0))
        if done is not None:
            messages.success(request, _("It stands on the dashboard."))
            return redirect(f"/dashboard/{done.pk}/")
    context = form_context(request, form) | {"source": source, "card": card, "on": on, "boards": boards}
    context |= {"may_create": by.may(commands.create.permission), "address": request.get_full_path()}
    status = 422 if request.method == "POST" else 200
    return show(request, by, "picking/card.html", context, here="dashboards", status=status)


@page
def take_off(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Take a card off its dashboard."""
    boards = {str(one.pk): one for one in sources.boards_of(by)}
    card = _card(str(pk), boards)
    if request.method != "POST" or card is None:
        raise Refused(refusals.NOT_FOUND())
    calls.do(commands.take_off, _actor(by), {"card": pk}, subject=card.dashboard)
    return redirect(f"/dashboard/{card.dashboard_id}/")


def _card(key: str, boards: dict[str, Dashboard]) -> Card | None:
    if not key:
        return None
    found = (
        Card.objects.filter(pk=key, dashboard__in=map(int, boards)).first()
        if key.isdigit() and len(key) < 19
        else None
    )
    if found is None:
        raise Refused(refusals.NOT_FOUND())
    return found


def _actor(by: Actor) -> Actor:
    """The boards are theirs to fill (``sources.boards_of``), whatever their roles say."""
    return identity.only(by, commands.put.permission, commands.take_off.permission)


def _form(source: Source, by: Actor, card: Card | None) -> forms.Form:
    entity = registry.get("dashboards")
    assert entity is not None
    known = {one.name: fields.of_model(one) for one in Card._meta.concrete_fields}
    asked = [known["title"], _chosen(known["kind"], source.kinds)]
    if source.entity is not None:
        asked += [_chosen(known["measure"], source.measures(by)), known["against"]]
    asked += [known["width"]] if source.word != "text" else [known["text"], known["width"]]
    form = forms.Form(entity, commands.put, by, None, None, [("", asked)])
    if card is not None:
        return forms.begin(form, {one.name: getattr(card, one.name) for one in asked})
    first = {one.name: next(iter(one.choices))[0] for one in asked if one.required and one.choices}
    # Rows, bars and lanes are read across: beside three other cards they would be cut off.
    wide = {"width": 2} if next(iter(source.kinds))[0] in ACROSS else {}
    return forms.begin(form, {**first, **wide, "title": source.label if source.view else ""})


def _chosen(field: Field, choices: fields.Choices) -> Field:
    return Field(field.name, field.label, "choice", choices=choices)


def _put(form: forms.Form, source: Source, by: Actor, card: Card | None, board: Any) -> Dashboard | None:
    given = form.values | {"source": source.source, "view": source.view, "query": source.query}
    try:
        found: Any = card.dashboard if card else _new(by) if board is None else board
        calls.do(commands.put, _actor(by), {**given, "card": card.pk if card else 0}, subject=found)
    except Refused as refused:
        form.refuse(refused)
        return None
    return found if isinstance(found, Dashboard) else None


def _new(by: Actor) -> Dashboard:
    names = set(Dashboard.objects.filter(owner=by.user_id).values_list("name", flat=True))
    words = _("My dashboard")
    free = (f"{words} {place}" if place > 1 else words for place in range(1, len(names) + 2))
    made: Dashboard = calls.do(commands.create, by, {"name": next(one for one in free if one not in names)})
    return made

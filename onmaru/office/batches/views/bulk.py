"""One change or one verb for many records of a list: how many they are, what is asked, and off it goes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from onmaru.kernel import refusals
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.batches.commands import bulk
from onmaru.workbench import calls, filters, listing, values
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Field
from onmaru.workbench.forms import Form
from onmaru.workbench.views import forms
from onmaru.workbench.views.page import entity, is_part, page, show

MOST_NAMED = 5000
EDIT = "edit"


def verbs(shown: Entity, by: Actor) -> list[Command[Any]]:
    """What may be done to many at once: verbs that ask nothing of each record alone."""
    allowed = (one for one in shown.verbs if by.may(one.permission))
    return [one for one in allowed if not any(ask.kind == "lines" for ask in calls.asks(shown, one))]


def editable(shown: Entity, by: Actor) -> list[Field]:
    """The fields that may be changed for many at once."""
    if shown.edit is None or not by.may(shown.edit.permission):
        return []
    unique = {one.name for one in shown.model._meta.concrete_fields if one.unique}
    known = {one.name for one in shown.model._meta.concrete_fields} - unique
    return [one for one in calls.asks(shown, shown.edit) if one.name in known]


@page
def ask(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """The dialog for many: it says how many they are, asks what there is to ask, and begins the run."""
    shown, posted = entity(name, by), request.POST
    command = _command(shown, by, posted.get("verb", ""))
    rows = _rows(shown, by, posted)
    offered = editable(shown, by) if command is shown.edit else list(calls.asks(shown, command))
    chosen = [one for one in offered if command is not shown.edit or one.name == posted.get("field")]
    form = Form(shown, command, by, layout=[("", chosen)])
    count = rows.count()
    if "go" in posted and (chosen or command is not shown.edit) and form.take(posted):
        raw = {one: _plain(value) for one, value in form.values.items()}
        title = _("{verb} · {count} {what}").format(verb=command.label, count=count, what=shown.label)
        return _gone(request, bulk.start(shown, command, raw, rows, title, by).pk)
    context = {
        **forms.form_context(request, form),
        "verb": posted.get("verb", ""),
        "label": _("Change a field") if command is shown.edit else command.label,
        "count": count,
        "danger": command.danger,
        "fields": [(one.name, one.label) for one in offered] if command is shown.edit else [],
        "field": posted.get("field", ""),
        "kept": [(key, posted.get(key, "")) for key in ("verb", "ids", "all", "query")],
    }
    return show(request, by, "batches/part/many.html", context, status=422 if "go" in posted else 200)


def _gone(request: HttpRequest, pk: int) -> HttpResponse:
    address = f"/runs/{pk}/"
    return HttpResponse(headers={"HX-Redirect": address}) if is_part(request) else redirect(address)


def _command(shown: Entity, by: Actor, verb: str) -> Command[Any]:
    offered = {one.__name__: one for one in verbs(shown, by)}
    found = shown.edit if verb == EDIT and editable(shown, by) else offered.get(verb)
    if found is None:
        raise Refused(refusals.NOT_FOUND())
    return found


def _rows(shown: Entity, by: Actor, posted: QueryDict) -> QuerySet[Any]:
    """The records chosen, or all that the list as it is filtered holds."""
    if posted.get("all") == "1":
        query = filters.read(shown, by, QueryDict(posted.get("query", "").lstrip("?")))
        refusals.check(query.problems)
        return listing.select(shown, by, query)
    named = [int(one) for one in posted.get("ids", "").split(",") if one.isascii() and one.isdigit()]
    rows: QuerySet[Any] = filters.visible(shown, by).filter(pk__in=named[:MOST_NAMED])
    return rows


def _plain(value: Any) -> Any:
    return [values.plain(one) for one in value] if isinstance(value, list) else values.plain(value)

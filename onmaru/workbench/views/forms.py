"""Entering and changing a record, and the dialogs of its verbs: one way of taking a form for all of them."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from onmaru.kernel import refusals
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Trash
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.workbench import conflicts, detail, forms
from onmaru.workbench.entity import Entity
from onmaru.workbench.forms import Form, Grid
from onmaru.workbench.views import cells, effects
from onmaru.workbench.views.page import entity, is_part, page, show

MOST_SHOWN = 20


@page
def new(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """The form of a new record; the address may fill fields in (``?customer=12``)."""
    shown = entity(name, by)
    return _answer(request, by, forms.new(shown, by, request.GET.dict()))


@page
def edit(request: HttpRequest, by: Actor, name: str, pk: int) -> HttpResponse:
    """The form of a record that is there."""
    shown = entity(name, by)
    return _answer(request, by, forms.edit(shown, by, detail.find(shown, by, pk)))


def _answer(request: HttpRequest, by: Actor, form: Form) -> HttpResponse:
    opened = request.POST.get("base") or conflicts.base(form)
    if "redraw" in request.POST:
        form.redraw(request.POST)
    elif request.method == "POST":
        theirs = dict(form.raw)
        taken = form.take(request.POST)
        saved = form.submit(key=request.POST.get("idempotency_key") or None) if taken else None
        if saved is not None:
            _say(request, _("Saved: {record}").format(record=saved), saved)
            return redirect(cells.address(saved) or f"/{form.entity.name}/")
        form.follow(anew=False)
        if conflicts.merge(form, theirs, opened):
            opened = orjson.dumps(theirs).decode()
    context = {**form_context(request, form), "back": _back(form), "base": opened if form.subject else ""}
    return show(request, by, "workbench/form.html", context, here=form.entity.name, status=_status(request))


def _say(request: HttpRequest, words: str, result: Any) -> None:
    """That it was done, and what is told once and never again (a first password, a token)."""
    messages.success(request, words)
    for told in getattr(result, "told_once", ()):
        messages.success(request, told)


def _back(form: Form) -> str:
    return f"/{form.entity.name}/{form.subject.pk}/" if form.subject is not None else f"/{form.entity.name}/"


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" and "redraw" not in request.POST else 200


def form_context(request: HttpRequest, form: Form) -> dict[str, Any]:
    """What the templates of a form need; the key stays the same while the same form is mended."""
    return {
        "form": form,
        "entity": form.entity,
        "key": request.POST.get("idempotency_key") or uuid.uuid4().hex,
        "reasons": reasons(form),
    }


def reasons(form: Form) -> list[tuple[str, Refusal]]:
    """Every reason with the place it concerns in words, for the summary above the form."""
    found: list[tuple[str, Refusal]] = [("", reason) for reason in form.problems]
    for group in form.groups:
        if not isinstance(group, Grid):
            found += [("", reason) for one in group.inputs for reason in one.problems]
            continue
        found += [("", reason) for reason in group.problems]
        for place, row in enumerate(group.rows, start=1):
            where = _("Line {number}").format(number=place)
            found += [(where, reason) for one in row.inputs for reason in one.problems]
    return found[:MOST_SHOWN]


@page
def act(request: HttpRequest, by: Actor, name: str, pk: int, verb: str) -> HttpResponse:
    """The dialog of a verb: what it asks, what it would write (a dry run), and doing it."""
    shown = entity(name, by)
    record = detail.find(shown, by, pk)
    command = shown.action(verb)
    if command is None:
        raise Refused(refusals.NOT_FOUND())
    form = forms.ask(shown, by, command, record)
    posted = request.method == "POST"
    taken = form.take(request.POST) if posted or not form.groups else False
    preview = None
    if taken and posted and "preview" not in request.POST:
        result = form.submit(key=request.POST.get("idempotency_key") or None)
        if result is not None or not (form.problems or any(form.placed.values())):
            return _done(request, command, shown, record, result)
    elif taken:
        preview = form.submit(dry_run=True)
    context = {**form_context(request, form), "record": record, "verb": verb}
    # Not the command itself: templates call whatever can be called.
    context |= {"label": command.label, "danger": command.danger}
    context["effects"] = effects.tables(preview.effects) if preview is not None else None
    context["broad"] = bool(context["effects"]) or any(isinstance(one, Grid) for one in form.groups)
    # A dry run that is refused is an answer to "show me first", and so is a form that is only opened.
    refused = posted and "preview" not in request.POST
    template = "workbench/part/dialog.html" if is_part(request) else "workbench/act.html"
    return show(request, by, template, context, here=name, status=422 if refused else 200)


def _done(
    request: HttpRequest, command: Command[Any], shown: Entity, record: models.Model, result: Any
) -> HttpResponse:
    """Say it was done, and go to what the command made, or stay with its subject."""
    _say(request, _("{verb}: done.").format(verb=command.label), result)
    to = cells.address(result) if isinstance(result, models.Model) else ""
    # A record that was deleted has no page any more; what is removed for good gives nothing back.
    to = f"/{shown.name}/" if isinstance(result, Trash | None) else to or f"/{shown.name}/{record.pk}/"
    return HttpResponse(headers={"HX-Redirect": to}) if is_part(request) else redirect(to)

"""The administrator's screens: what a kind of record asks and shows, moved by hand and seen at once."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.screens import queries
from onmaru.office.shaping import commands
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import live, shapes
from onmaru.workbench import forms, registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.views.page import entity, is_part, page, show

ARRANGE = commands.layouts.arrange.permission
ADD = commands.fields.create.permission


def _must(by: Actor, permission: str) -> None:
    if not by.may(permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permission))


def tool(context: Mapping[str, Any]) -> SafeString:
    """The button above a list that leads an administrator to its shape."""
    by, shown = context.get("by"), context.get("entity")
    if not isinstance(by, Actor) or not isinstance(shown, Entity) or not by.may(ARRANGE):
        return SafeString("")
    return render_to_string("screens/tool.html", {"entity": shown})


@page
def screen(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """One screen: its form, its list and its fields; a change is a new layout, and the preview follows."""
    _must(by, ARRANGE)
    company = queries.chosen(request.GET.get("company", ""), by)
    problems: Sequence[Refusal] = ()
    if request.method == "POST":
        document = queries.read(request.POST)
        try:
            commands.layouts.arrange(by=by, entity=name, document=document, company=company)
            live.refresh()
        except Refused as refused:
            problems = refused.reasons
    # A copy, so that nobody's own company takes the place of the one chosen.
    declared = registry.declaration(entity(name, by))
    shown = copy.copy(live.of_company(declared, company.pk if company else None))
    context = {"entity": shown, "problems": problems, "company": company, **_seen(shown, by)}
    if is_part(request):
        return show(request, by, "screens/seen.html", context, here=name)
    context |= queries.of(shown, company) | _adding(shown, request) | {"companies": queries.companies(by)}
    return show(request, by, "screens/screen.html", context, here=name, status=422 if problems else 200)


def _seen(shown: Entity, by: Actor) -> dict[str, Any]:
    """What colleagues see: the form of a new record, else the list alone."""
    groups = (
        forms.new(shown, by).groups if shown.create is not None and by.may(shown.create.permission) else []
    )
    return {"groups": [one for one in groups if isinstance(one, forms.Group)], "columns": shown.list_columns}


def _adding(shown: Entity, request: HttpRequest) -> dict[str, Any]:
    """What the panel that adds a field needs."""
    targets = {one.model._meta.label_lower: one for one in registry.every() if one.search_paths}
    kinds = shapes.kinds(shown)
    return {
        "types": CustomField.Type.choices if kinds else [],
        "kinds": [*kinds.items()],
        "targets": [(label, one.one) for label, one in targets.items()],
        "names": queries.formula_names(shown),
        "typed": request.GET,
        "privacies": CustomField.Privacy.choices,
    }


@page
def add(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """Add a field to the records of a screen."""
    _must(by, ADD)
    shown = entity(name, by)
    ticked: dict[str, Any] = {name: name in request.POST for name in ("required", "searched")}
    posted: dict[str, Any] = {
        key: request.POST.get(key, "")
        for key in ("type", "label_ko", "label_en", "choices", "target", "formula", "privacy")
    }
    digits, kind = request.POST.get("digits", ""), request.POST.get("kind", "")
    try:
        made = commands.fields.create(
            by=by,
            kind=kind if kind in shapes.kinds(shown) else shown.model._meta.label_lower,
            digits=int(digits) if digits.isdecimal() and len(digits) < 3 else 0,
            **ticked,
            **posted,
        )
        messages.success(request, _("Added: {field}. Colleagues see it from now on.").format(field=made))
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason.message)
    return redirect(f"/shaping/{name}/")

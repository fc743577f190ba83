"""Beside the forms of record and retention rules: what a kind of record has that can be named, to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onmaru.kernel import kinds, personal, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import RecordRule, RetentionRule, User
from onmaru.kernel.refusals import Refused
from onmaru.office.access import queries
from onmaru.office.access.commands import rules, settings
from onmaru.office.copies import ports
from onmaru.workbench import registry
from onmaru.workbench.ports import Context
from onmaru.workbench.views.page import page

Words = list[tuple[str, str]]


def script(context: Context) -> SafeString:
    """What offers the names, on the forms of these rules alone."""
    form, entity = context.get("form"), context.get("entity")
    is_form = form is not None and entity is not None and entity.model in {RecordRule, RetentionRule}
    return render_to_string("access/part/naming.html") if is_form else SafeString("")


@page
def names(request: HttpRequest, by: Actor) -> HttpResponse:
    """The names that a rule of ``kind`` may say, as JSON, each with what people call it. Raises Refused."""
    if not any(by.may(one.permission) for one in (rules.create, rules.edit, settings.keep)):
        raise Refused(refusals.NOT_PERMITTED(permission=rules.create.permission))
    kind = request.GET.get("kind", "")
    model = rules.model_of(kind) if kind in dict(kinds.named()) else None
    if model is None:
        return JsonResponse({})
    own = [(name, _called(model, name)) for name in registry.own_names(model)]
    plain = [(one.name, str(one.verbose_name)) for one in _fields(model)]
    chosen = {
        one.name: [(str(value), str(label)) for value, label in one.flatchoices] for one in _fields(model)
    }
    said = {"owner": [*_people(model)], "field": plain, "fields": [*plain, *own], "values": chosen}
    papers = {name for of, name in ports.papers if of == kind}
    held = [(name, queries.field_called(kind, name)) for name in sorted(personal.names(model) | papers)]
    days = [(one.name, str(one.verbose_name)) for one in _days(model)]
    return JsonResponse({**said, "personal": held, "days": days})


def _fields(model: type[models.Model]) -> list[Any]:
    every = model._meta.concrete_fields
    return [one for one in every if (one.editable or one.choices) and one.name not in {"id", "custom"}]


def _days(model: type[models.Model]) -> list[Any]:
    return [one for one in model._meta.concrete_fields if isinstance(one, models.DateField)]


def _called(model: type[models.Model], name: str) -> str:
    entity = registry.of_model(model)
    return str(entity.own[name].label) if entity and name in entity.own else name


def _people(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """The ways from a record to a person: its own, and those of what it refers to."""
    for near in (one for one in model._meta.concrete_fields if one.related_model):
        if near.related_model is User:
            yield near.name, str(near.verbose_name)
            continue
        far_model: Any = near.related_model
        for far in far_model._meta.concrete_fields:
            if far.related_model is User:
                yield f"{near.name}.{far.name}", f"{near.verbose_name} · {far.verbose_name}"

"""What the words of a rule can be: chosen by what people call them, kept by their short names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst

from onmaru.kernel import commands, events, permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Role, User
from onmaru.kernel.refusals import Refused
from onmaru.office.automation.commands import rules
from onmaru.office.automation.queries import happenings
from onmaru.office.processes.models import Process
from onmaru.office.shaping.queries import samples
from onmaru.office.webhooks.models import Webhook
from onmaru.workbench import calls
from onmaru.workbench.entity import Entity

Words = list[tuple[str, str]]


def check(by: Actor) -> None:
    """Refuse who makes no rules. Raises Refused(not_permitted)."""
    if not (by.may(rules.create.permission) or by.may(rules.edit.permission)):
        raise Refused(refusals.NOT_PERMITTED(permission=rules.create.permission))


def of(entity: Entity, by: Actor) -> dict[str, Words]:
    """For records of a list: by a rule's happening what it may wait for, by what it does what that may be, and whom."""
    model, kind = entity.model, entity.model._meta.label_lower
    fields = {one.name: one for one in model._meta.concrete_fields}
    hidden = {name for of_kind, name in by.hidden if of_kind == kind}
    shown = {one.name: str(one.label) for one in entity.filter_columns.values()}
    named = [(one, shown.get(one) or _called(fields, one)) for one in samples.of(kind) if one not in hidden]
    dated = [one for one in fields.values() if type(one) is models.DateField and one.name not in hidden]
    asked = calls.asks(entity, entity.edit) if entity.edit else []
    people = [(one.name, _called(fields, one.name)) for one in fields.values() if one.related_model is User]
    return {
        "changed": named,
        "state": [(str(value), str(label)) for value, label in _states(fields)],
        "command": [(one.__name__, str(one.label)) for one in _commands(model)],
        "event": [(name, name) for name in events.registry if name.startswith(f"{kind}.")],
        "date": [(one.name, _called(fields, one.name)) for one in dated],
        "do.command": [(one.__name__, str(one.label)) for one in entity.verbs if by.may(one.permission)],
        "do.field": [(one.name, str(one.label)) for one in asked if one.kind != "lines"],
        "do.process": [(one, one) for one in _processes(kind, by)],
        "do.webhook": [(one.name, one.url) for one in permissions.visible(Webhook.objects.all(), by)],
        "whom": [*people, *_roles(), *_people()],
    }


def _called(fields: Any, name: str) -> str:
    return capfirst(str(fields[name].verbose_name)) if name in fields else name


def _states(fields: Any) -> Iterable[tuple[Any, Any]]:
    return fields["state"].flatchoices if "state" in fields else ()


def _commands(model: Any) -> list[commands.Command[Any]]:
    return [one for one in commands.registry.values() if one.model is model and one.has_subject]


def _processes(kind: str, by: Actor) -> Iterable[str]:
    rows = permissions.visible(Process.objects.filter(kind=kind, state="active"), by)
    return rows.order_by("name").values_list("name", flat=True)


def _roles() -> Words:
    return [(f"role:{one.code}", str(one)) for one in Role.objects.filter(is_active=True).order_by("code")]


def _people() -> Words:
    found = User.objects.filter(is_active=True).order_by("username")
    return [(one.username, one.display_name) for one in found[:200]]


def kind_of(kind: str, by: Actor) -> Entity | None:
    """The list of a kind, where there is one and the actor may see it."""
    try:
        apps.get_model(kind)
    except (LookupError, ValueError):
        return None
    entity = happenings.entity_of(kind, by)
    return entity if entity and by.may(permissions.code(entity.model, "view")) else None

"""The words of templates over a record: its own fields, those the company added, and who writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import translation

from onmaru.kernel import custom, personal, work
from onmaru.kernel.identity import Actor
from onmaru.office.letters.rules import filling
from onmaru.office.mail.models import Template
from onmaru.office.shaping.queries import samples as shaped

ALWAYS = {"record": "표본", "my_name": "표본"}


def samples(kind: str) -> Mapping[str, Any]:
    """What a template for a kind of record may name, with values to try it on; of no kind, what every record has."""
    if not kind:
        return ALWAYS
    model = apps.get_model(kind)
    pointing = {one.name: "표본" for one in model._meta.concrete_fields if one.is_relation}
    kept = personal.names(model)
    return {**{name: one for name, one in shaped.of(kind).items() if name not in kept}, **pointing, **ALWAYS}


def templates(kind: str) -> list[Template]:
    """The templates for a kind of record, those made for it first."""
    return list(Template.objects.filter(Q(kind=kind) | Q(kind="")).order_by("-kind", "name"))


def filled(template: Template, record: Any, by: Actor, language: str) -> tuple[str, str]:
    """Subject and text for a record, in a language. What the actor may not see of the record is left empty."""
    with translation.override(language):
        title, text = template.words()
        values = _values(record, by, filling.names(title) | filling.names(text))
        return filling.fill(title, values), filling.fill(text, values)


def _values(record: Any, by: Actor, names: frozenset[str]) -> dict[str, Any]:
    kind = work.kind_of(record)
    asked = names & samples(kind).keys() - ALWAYS.keys()
    shown = {name: _value(record, name) for name in asked if (kind, name) not in by.hidden}
    return {**shown, "record": str(record), "my_name": by.name}


def _value(record: Any, name: str) -> Any:
    if not hasattr(record, name):
        return custom.of(record).get(name)
    shown = getattr(record, f"get_{name}_display", None)
    value = shown() if shown else getattr(record, name)
    return str(value) if isinstance(value, models.Model) else value

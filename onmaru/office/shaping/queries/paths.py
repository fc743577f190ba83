"""What words over a record may name: its fields, and by paths (``customer__name``) those of what it points to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from onmaru.kernel import custom, personal, work
from onmaru.kernel.identity import Actor
from onmaru.office.shaping.queries import samples as shaped
from onmaru.workbench import registry

STEP = "__"
DEEPEST = 3
WORDS = "표본"


def samples(model: type[models.Model], names: Iterable[str]) -> dict[str, Any]:
    """A value to try for each of ``names`` that leads to a field; personal data stands in no words."""
    found = {name: _sample(model, name.split(STEP)) for name in names if name.count(STEP) < DEEPEST}
    return {name: one for name, one in found.items() if one is not None}


def values(record: models.Model, names: Iterable[str], by: Actor) -> dict[str, Any]:
    """What they lead to for ``by``; None behind a record or a field that they may not see."""
    known = samples(type(record), names)
    return {name: _value(record, name.split(STEP), by) for name in known}


def _sample(model: type[models.Model], path: list[str]) -> Any:
    name, *rest = path
    pointed = {one.name: one.related_model for one in model._meta.concrete_fields if one.is_relation}
    if name in personal.names(model):
        return None
    if rest:
        target = pointed.get(name)
        is_known = isinstance(target, type) and registry.of_model(target) is not None
        return _sample(target, rest) if is_known else None  # type: ignore[arg-type]
    return WORDS if name in pointed else shaped.of(work.kind_of(model)).get(name)


def _value(record: models.Model, path: list[str], by: Actor) -> Any:
    name, *rest = path
    if (work.kind_of(record), name) in by.hidden:
        return None
    if not rest:
        return _plain(record, name)
    target = getattr(record, name)
    seen = target is not None and registry.rows_for(type(target), by).filter(pk=target.pk).exists()
    return _value(target, rest, by) if seen else None


def _plain(record: models.Model, name: str) -> Any:
    if not hasattr(record, name):
        return custom.of(record).get(name)
    shown = getattr(record, f"get_{name}_display", None)
    value = shown() if shown else getattr(record, name)
    return str(value) if isinstance(value, models.Model) else value

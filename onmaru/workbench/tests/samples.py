"""Records to try an entity with, made by its own create command from its own form.

A room whose records need more than types can say gives a function of the model's name in its ``tests/samples.py``:
``def order(by: Actor, place: int) -> Order``, or of its entity's name where several entities show one model.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench import calls, registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Field

DAY = date(2026, 11, 22)
DECIMALS = {"money": Decimal(1000), "quantity": Decimal(1)}


def some(entity: Entity, by: Actor, count: int = 2) -> list[Any]:
    """At least ``count`` records of an entity, newest last; those that a migration seeded count too."""
    found = list(entity.rows().order_by("pk")[:count])
    places = range(len(found), count)
    main = registry.of_model(entity.model)
    second = main is None or main.name != entity.name
    make = _of_room(entity.model, entity.name.replace("-", "_")) if second else None
    return [*found, *(make(by, place) if make else _one(entity.model, by, place) for place in places)]


def _one(model: type[models.Model], by: Actor, place: int) -> Any:
    make = _of_room(model)
    if make is not None:
        return make(by, place)
    entity = registry.of_model(model)
    if entity is None or entity.create is None:
        pytest.skip(f"{model._meta.label} is not made by a person; its room gives no sample")
    needed = [one for one in calls.asks(entity, entity.create) if one.required]
    try:
        return calls.do(entity.create, by, {one.name: _value(one, by, place) for one in needed})
    except Refused as refused:
        references = [one for one in needed if one.kind == "reference"]
        if refused.codes != ["not_unique"] or not references:
            raise
    # One record for each of what it refers to: the last named differs.
    other = {references[-1].name: first(references[-1].model, by, place)}  # type: ignore[arg-type]
    return calls.do(entity.create, by, {one.name: _value(one, by, place) for one in needed} | other)


def first(model: type[models.Model], by: Actor, place: int = 0) -> Any:
    """The record of a kind at ``place``, made when there are fewer."""
    found = model._default_manager.order_by("pk")[place : place + 1].first()
    return found or _one(model, by, place)


def _of_room(model: type[models.Model], name: str = "") -> Any:
    room = apps.get_app_config(model._meta.app_label).name
    if find_spec(f"{room}.tests") is None or find_spec(f"{room}.tests.samples") is None:
        return None
    return getattr(import_module(f"{room}.tests.samples"), name or str(model._meta.model_name), None)


def _value(one: Field, by: Actor, place: int) -> Any:
    """A plausible value; ``place`` makes it another one than that of the record before."""
    if one.kind == "reference":
        assert one.model is not None
        return first(one.model, by)
    if one.kind == "lines":
        row = {cell.name: _value(cell, by, place) for cell in one.lines if cell.required}
        return [row if one.shape is None else one.shape(**row)]
    if one.choices:
        return next(iter(one.choices))[0]
    plain = {
        "integer": 1 + place,
        "date": DAY + timedelta(days=place),
        "datetime": datetime(2026, 11, 22, tzinfo=UTC),
        "boolean": False,
        "json": [],
    }
    codes = {"code": f"S{place + 1}", "number": f"S{place + 1}", "currency": "KRW", "target": "USD"}
    text = codes.get(one.name, f"표본 {place + 1}"[: one.max_length].strip())
    return plain.get(one.kind, DECIMALS.get(one.kind, text))

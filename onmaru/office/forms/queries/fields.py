"""The fields of a form as the workbench types and shows them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from onmaru.kernel import expressions
from onmaru.office.forms import rules
from onmaru.office.forms.models import Form, FormField, Paper
from onmaru.office.shaping import rules as shaping
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import shapes
from onmaru.workbench import registry, shown
from onmaru.workbench.entity import Column
from onmaru.workbench.fields import Field

Type = FormField.Type
DIGITS = 2


def of(form: Form) -> list[FormField]:
    """What a form asks, in its order."""
    return list(form.fields.order_by("ordinal"))


def _own(one: FormField) -> CustomField:
    """The field as one of the company's own, whose ways of typing and showing it takes."""
    kind = Type.TEXT if one.type == Type.LONG else one.type
    words = {"label_ko": one.label_ko, "label_en": one.label_en, "choices": one.choices, "target": one.target}
    result = "quantity" if one.type == Type.COMPUTED else ""
    digits = DIGITS if one.type in (Type.NUMBER, Type.MONEY) else 0
    return CustomField(name=one.name, type=kind, required=one.required, digits=digits, result=result, **words)


def typed(one: FormField) -> Field:
    """The field as a person types it."""
    found = shapes.field_of(_own(one))
    return dataclasses.replace(found, multiline=True, max_length=None) if one.type == Type.LONG else found


def asked(form: Form) -> list[Field]:
    """Everything a form asks, its table last."""
    plain = [one for one in of(form) if one.type != Type.COMPUTED]
    columns = tuple(typed(one) for one in plain if one.in_rows)
    table = [Field(rules.ROWS, rules.TABLE, "lines", required=False, lines=columns)] if columns else []
    return [*(typed(one) for one in plain if not one.in_rows), *table]


def value(one: FormField, stored: Any) -> Any:
    """A value as programs use it, from what a paper keeps."""
    kind = "money" if one.type == Type.COMPUTED else str(one.type)
    found = shaping.back(kind, stored)
    if one.type == Type.REFERENCE and found is not None:
        model = shapes.target_of(_own(one))
        return model._default_manager.filter(pk=found).first() if model is not None else None
    return found


def values(paper: Paper) -> dict[str, Any]:
    """Everything a paper holds, as programs use it."""
    fields = of(paper.form)
    found = {one.name: value(one, paper.values.get(one.name)) for one in fields if not one.in_rows}
    columns = [one for one in fields if one.in_rows]
    rows = paper.values.get(rules.ROWS) or []
    return found | {
        rules.ROWS: [{one.name: value(one, row.get(one.name)) for one in columns} for row in rows]
    }


class Told:
    """What papers say for themselves to lines and documents."""

    def values(self, record: Any) -> Mapping[str, expressions.Value]:
        """Its form by code, its amount, and everything that was filled in once."""
        held = {name: one for name, one in values(record).items() if name != rules.ROWS}
        plain = {name: None if isinstance(one, models.Model) else one for name, one in held.items()}
        return {**plain, "form": record.form.code, "amount": record.amount}

    def samples(self) -> Mapping[str, expressions.Value]:
        """The fields of all forms."""
        fields = FormField.objects.filter(in_rows=False)
        return {one.name: rules.sample(one) for one in fields} | {"form": "a"}

    def content(self, record: Any) -> Mapping[str, Any]:
        """The form as it was filled in, and its table."""
        fields, held = of(record.form), values(record)
        once = [one for one in fields if not one.in_rows]
        cells = [_cell(one, held[one.name]) for one in once if held[one.name] not in (None, "")]
        columns = [one for one in fields if one.in_rows]
        grids = [_grid(columns, held[rules.ROWS])] if columns and held[rules.ROWS] else []
        return {"sections": [{"label": str(record.form), "cells": cells}], "grids": grids}


def column(one: FormField) -> Column:
    """The column that shows a field."""
    entity = registry.get("proposals")
    assert entity is not None
    found = (
        shapes.column_of(_own(one), entity.model)
        if one.type != Type.COMPUTED
        else Column(str(one), "quantity", align="end")
    )
    return dataclasses.replace(found, name=one.name, currency="")


def _cell(one: FormField, held: Any) -> dict[str, str]:
    told = column(one)
    return {"name": one.name, "label": str(one), "text": shown.show(told, held), "align": told.align or ""}


def _grid(columns: Sequence[FormField], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "label": str(rules.TABLE),
        "heads": [str(one) for one in columns],
        "aligns": [column(one).align or "" for one in columns],
        "rows": [[shown.show(column(one), row.get(one.name)) for one in columns] for row in rows],
    }

"""Designing forms, without code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.office.forms import rules
from onmaru.office.forms.models import Form, FormField

STANDARD = Path(__file__).resolve().parent.parent / "data" / "standard.json"

Rows = Sequence[Mapping[str, Any]]


@commands.command(label=_("New form"), model=Form)
def create(*, by: Actor, fields: Rows, **values: Any) -> Form:
    """Design a form. Refuses form_field_name, two_amounts, and what a field of its type cannot be."""
    form = records.fill(Form(), values)
    form.save()
    _keep(form, fields)
    return form


@commands.command(label=_("Edit"), model=Form)
def edit(form: Form, *, by: Actor, fields: Rows | None = None, **values: Any) -> Form:
    """Change a form. Papers that were put to approval stay as they were read."""
    refusals.check([*records.fixed(form, values, "code"), *records.problems(form, values)])
    if fields is not None:
        _keep(form, fields)
        commands.touch(form)
    return form


@commands.command(label=_("Archive"), model=Form)
def archive(form: Form, *, by: Actor) -> Form:
    """Offer a form no more; what was written on it stays."""
    form.is_active = False
    return form


@commands.command(label=_("Restore"), model=Form)
def restore(form: Form, *, by: Actor) -> Form:
    """Offer a form again."""
    form.is_active = True
    return form


@commands.command(label=_("Lay out the usual forms"), model=Form)
def lay_out(*, by: Actor) -> None:
    """Make the forms that every Korean office has, where there is none of their code: to be changed as one likes."""
    known = set(Form.objects.values_list("code", flat=True))
    for one in orjson.loads(STANDARD.read_bytes()):
        if one["code"] not in known:
            create(by=by, **one)


def _keep(form: Form, rows: Rows) -> None:
    given = []
    for place, row in enumerate(rows, start=1):
        name = row.get("name") or rules.name_for(row.get("label_en") or "", place)
        given.append({**row, "ordinal": place, "name": name})
    kept = records.save_lines(form, FormField, "form", given, name="fields")
    refusals.check(rules.check_fields([one for one in kept if isinstance(one, FormField)]))

"""The lines of a form before it is sent: what their words mean, what the house would fill in, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Model

from onmaru.kernel import money, refusals
from onmaru.kernel.refusals import Refused
from onmaru.workbench import forms, values
from onmaru.workbench.fields import Field
from onmaru.workbench.forms import Form
from onmaru.workbench.references import References

Told = dict[str, dict[str, Any]]
READ = {"date", "money", "quantity", "integer"}


def look(form: Form, name: str) -> list[Told]:
    """For each row of the grid ``name`` in a form that took its POST, by cell: ``id`` and ``label`` of the record
    meant, the day or figure ``read``, the ``offer`` for a cell left empty, and the reasons why it is ``wrong``.
    Raises Refused(not_found).
    """
    grid = next((one for one in form.fields if one.name == name and one.kind == "lines"), None)
    if grid is None:
        raise Refused(refusals.NOT_FOUND())
    raw = forms.meant(grid, form.raw.get(name) or [])
    rows, found = values.read_rows(grid, raw, References(form.by), name)
    wrong = [(reason.field, str(reason.message)) for reason in found] + _tried(form, grid, rows, found)
    head = {one.name: getattr(form.subject, one.name, None) for one in form.fields} | form.values
    offers = grid.fills(head, rows) if grid.fills else [{} for _row in rows]
    told = [_told(grid, row, offer) for row, offer in zip(rows, offers, strict=True)]
    for where, message in wrong:
        _name, place, cell = where.split(".")
        told[int(place)].setdefault(cell, {}).setdefault("wrong", []).append(message)
    return told


def _told(grid: Field, row: Mapping[str, Any], offer: Mapping[str, Any]) -> Told:
    known = {name: {"id": one.pk, "label": str(one)} for name, one in row.items() if isinstance(one, Model)}
    told = [one for one in grid.lines if one.kind in READ and row.get(one.name) is not None]
    read = {one.name: {"read": str(values.plain(one.typed(row[one.name])))} for one in told}
    return known | read | {name: {"offer": _words(one)} for name, one in offer.items() if name not in known}


def _words(value: Any) -> str:
    return f"{value.normalize(money.EXACT):,f}" if isinstance(value, Decimal) else str(value)


def _tried(form: Form, grid: Field, rows: Sequence[Any], found: Sequence[Any]) -> list[tuple[str, str]]:
    """What the command says of the rows that can be read, once the fields above them can be read."""
    broken = {int(reason.field.split(".")[1]) for reason in found}
    good = [place for place in range(len(rows)) if place not in broken]
    if not good or form.problems or any(not key.startswith(f"{grid.name}.") for key in form.placed):
        return []
    form.values[grid.name] = [rows[place] for place in good]
    form.placed.clear()
    form.submit(dry_run=True)
    said = [(key.split("."), reason) for key, reasons in form.placed.items() for reason in reasons]
    return [
        (f"{grid.name}.{good[int(key[1])]}.{key[2]}", str(reason.message))
        for key, reason in said
        if key[0] == grid.name and len(key) == 3
    ]

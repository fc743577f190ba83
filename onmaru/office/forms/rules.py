"""What a form may be, and what a filled one comes to: values in, values out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import expressions, refusals
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.forms.models import FormField
from onmaru.office.shaping import rules as shaping

Type = FormField.Type
ROWS = "rows"
TAKEN = {ROWS, "form", "title", "amount", "department", "drafter", "values", "by", "today"}
TABLE, TITLE = _("Details"), _("Title")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

FORM_FIELD_NAME = refusals.reason(
    "form_field_name", _("A name in formulas is small letters, digits and _, and none of {taken}.")
)
TWO_AMOUNTS = refusals.reason("two_amounts", _("One field at most is the amount, and it holds an amount."))
PAPER_DECIDED = refusals.reason("paper_decided", _("It was approved; write another one."))


def name_for(label: str, place: int) -> str:
    """A name for a field without one: the letters of its English name, else its place."""
    plain = re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")[:40]
    return plain if NAME.fullmatch(plain) and plain not in TAKEN else f"field_{place}"


def check_fields(fields: Sequence[FormField]) -> list[Refusal]:
    """Every reason why these are no fields of a form."""
    found: list[Refusal] = []
    for place, one in enumerate(fields):
        at = f"fields.{place}."
        if not NAME.fullmatch(one.name) or one.name in TAKEN:
            found.append(FORM_FIELD_NAME(f"{at}name", taken=", ".join(sorted(TAKEN))))
        if one.type == Type.CHOICE:
            found += refusals.at(at, shaping.check_choices(one.choices))
        if one.type == Type.REFERENCE and not one.target:
            found.append(shaping.TARGET_MISSING(f"{at}target"))
        if one.type == Type.COMPUTED:
            found += refusals.at(at, _formula(one, fields))
    amounts = [one for one in fields if one.is_amount]
    fitting = all(one.type in (Type.MONEY, Type.COMPUTED, Type.NUMBER) for one in amounts)
    return found + ([] if len(amounts) <= 1 and fitting else [TWO_AMOUNTS("fields")])


def _formula(one: FormField, fields: Sequence[FormField]) -> list[Refusal]:
    beside = [other for other in fields if other.in_rows == one.in_rows and other.type != Type.COMPUTED]
    try:
        expressions.check(one.formula, {other.name: sample(other) for other in beside}, field="formula")
    except Refused as refused:
        return list(refused.reasons)
    return []


def sample(field: FormField) -> expressions.Value:
    """A value of a field, on which formulas and conditions are tried."""
    return shaping.SAMPLES.get(str(field.type), Decimal(2) if field.type == Type.COMPUTED else "a")


def completed(fields: Sequence[FormField], values: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in with what follows from it by formulas, on every line of the table too."""
    found = _computed([one for one in fields if not one.in_rows], values)
    columns = [one for one in fields if one.in_rows]
    if columns:
        found[ROWS] = [_computed(columns, row) for row in values.get(ROWS) or []]
    return found


def _computed(fields: Sequence[FormField], values: Mapping[str, Any]) -> dict[str, Any]:
    plain = {one.name: values.get(one.name) for one in fields if one.type != Type.COMPUTED}
    formulas = {one.name: expressions.parse(one.formula) for one in fields if one.type == Type.COMPUTED}
    return plain | {name: formula.value(plain) for name, formula in formulas.items()}


def amount(fields: Sequence[FormField], values: Mapping[str, Any]) -> Decimal | None:
    """What a filled form comes to: its amount, or the sum of that column of its table."""
    field = next((one for one in fields if one.is_amount), None)
    if field is None:
        return None
    held = (
        [row.get(field.name) for row in values.get(ROWS) or []] if field.in_rows else [values.get(field.name)]
    )
    numbers = [one for one in held if isinstance(one, Decimal)]
    return sum(numbers, Decimal(0)) if numbers else None

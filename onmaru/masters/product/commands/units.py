"""Units of measure."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.masters.product import rules
from onmaru.masters.product.models import Product, Unit


@commands.command(label=_("New unit"), model=Unit)
def create(*, by: Actor, **values: Any) -> Unit:
    """Add a unit of measure."""
    unit = records.fill(Unit(), values)
    unit.save()
    return unit


@commands.command(label=_("Edit"), model=Unit)
def edit(unit: Unit, *, by: Actor, **values: Any) -> Unit:
    """Change a unit. What it measures stands."""
    refusals.check([*records.fixed(unit, values, "dimension"), *records.problems(unit, values)])
    return unit


@commands.command(label=_("Archive"), model=Unit)
def archive(unit: Unit, *, by: Actor) -> Unit:
    """Take a unit out of use. Refuses while a product in use is kept or sold in it."""
    if Product.objects.filter(Q(unit=unit) | Q(sales_unit=unit), is_active=True).exists():
        raise refusals.Refused(rules.UNIT_IN_USE(unit=unit))
    unit.is_active = False
    return unit


@commands.command(label=_("Restore"), model=Unit)
def restore(unit: Unit, *, by: Actor) -> Unit:
    """Take an archived unit into use again."""
    unit.is_active = True
    return unit

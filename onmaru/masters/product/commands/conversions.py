"""General conversions between units; those of one product belong to the product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.masters.product import rules
from onmaru.masters.product.models import UnitConversion


@commands.command(label=_("New conversion"), model=UnitConversion)
def create(*, by: Actor, **values: Any) -> UnitConversion:
    """Say how many ``base`` go into how many ``unit``: 1 kg = 1000 ÷ 1 g. Both measure the same."""
    conversion = _filled(UnitConversion(), values)
    conversion.save()
    return conversion


@commands.command(label=_("Edit"), model=UnitConversion)
def edit(conversion: UnitConversion, *, by: Actor, **values: Any) -> UnitConversion:
    """Correct a ratio. Documents keep the quantities they were written with."""
    return _filled(conversion, values)


def _filled(conversion: UnitConversion, values: Mapping[str, Any]) -> UnitConversion:
    fixed = records.fixed(conversion, values, "product")
    found = [*fixed, *records.problems(conversion, values)]
    differ = None
    if conversion.product_id is None and conversion.unit_id and conversion.base_id:
        unit, base = conversion.unit, conversion.base
        differ = (
            rules.DIMENSIONS_DIFFER("base", unit=unit, base=base)
            if unit.dimension != base.dimension
            else None
        )
    refusals.check([*found, differ])
    return conversion

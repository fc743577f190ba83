"""Records for the tests that every entity inherits, where types alone do not say what is right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from onmaru.kernel.identity import Actor
from onmaru.masters.product import commands
from onmaru.masters.product.models import Price, PriceList, Product, Unit, UnitConversion
from onmaru.workbench.tests import samples


def price(by: Actor, place: int) -> Price:
    """A price from so many pieces on."""
    product = samples.first(Product, by)
    return commands.prices.create(
        by=by,
        price_list=samples.first(PriceList, by),
        product=product,
        unit=product.unit,
        min_quantity=Decimal(place + 1),
        unit_price=Decimal(1000),
        valid_from=date(2026, 1, 1),
    )


def unitconversion(by: Actor, place: int) -> UnitConversion:
    """Ever larger units in the first one."""
    base, unit = samples.first(Unit, by), samples.first(Unit, by, place + 1)
    return commands.conversions.create(by=by, unit=unit, base=base, numerator=10 * (place + 1), denominator=1)

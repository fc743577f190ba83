"""Reads of products, units and prices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db import connection
from django.db.models import Q, QuerySet

from onmaru.kernel import money
from onmaru.masters.product import rules
from onmaru.masters.product.models import Product, UnitConversion

PRICE_DIGITS = 6


def inherited(column: str) -> str:
    """SQL of a posting account of category ``c``: its own, or that of the nearest branch above; NULL without one."""
    return f"""(
      SELECT above.{column} FROM product_category above
      WHERE above.{column} <> '' AND (above.id = c.id OR starts_with(c.path, above.path || '/'))
      ORDER BY length(above.path) DESC LIMIT 1)"""


def ratios(units: Mapping[int, int]) -> dict[int, Fraction]:
    """How many base units one of the asked unit is, exactly: {product_id: unit_id} → {product_id: ratio}.

    Left out: products whose unit nothing converts. Two statements whatever the number of products.
    """
    bases = dict(Product.objects.filter(pk__in=units).values_list("pk", "unit_id"))
    if all(bases.get(product_id) == unit_id for product_id, unit_id in units.items()):
        return dict.fromkeys(units, Fraction(1))
    wanted = Q(product_id__in=units) | Q(product=None, unit_id__in={*units.values(), *bases.values()})
    own: dict[int, dict[int, rules.Ratio]] = {product_id: {} for product_id in units}
    general: dict[int, tuple[int, rules.Ratio]] = {}
    for one in UnitConversion.objects.filter(wanted):
        if one.product_id is None:
            general[one.unit_id] = (one.base_id, (one.numerator, one.denominator))
        else:
            own[one.product_id][one.unit_id] = (one.numerator, one.denominator)
    found = {pk: rules.ratio(units[pk], base, own[pk], general) for pk, base in bases.items()}
    return {product_id: ratio for product_id, ratio in found.items() if ratio is not None}


_PRICES = """
SELECT DISTINCT ON (asked.product_id) asked.product_id, price.unit_price, price.unit_id IS NULL AND asked.ratio <> 1
FROM unnest(%(products)s::bigint[], %(quantities)s::numeric[], %(units)s::bigint[], %(ratios)s::numeric[])
  AS asked(product_id, quantity, unit_id, ratio)
JOIN product_product product ON product.id = asked.product_id
JOIN product_price price ON price.price_list_id = %(list)s AND price.product_id = asked.product_id
  AND price.valid_from <= %(on)s AND (price.valid_to IS NULL OR price.valid_to >= %(on)s)
  AND (price.unit_id IS NULL OR price.unit_id = coalesce(asked.unit_id, product.unit_id))
  AND price.min_quantity <= CASE WHEN price.unit_id IS NULL THEN asked.quantity * asked.ratio ELSE asked.quantity END
ORDER BY asked.product_id, price.unit_id NULLS LAST, price.min_quantity DESC
"""


def prices(
    price_list_id: int, quantities: Mapping[int, Decimal], on: date, units: Mapping[int, int] | None = None
) -> dict[int, Decimal]:
    """The unit price of each product for its quantity on a day: {product_id: quantity} → {product_id: price}.

    Quantities and prices are per base unit, or per the unit in ``units`` ({product_id: unit_id}): a price made
    for that unit comes before the base unit's price times the ratio (rounded to six decimals). The largest
    quantity reached decides. Left out: products without a price. One statement; ``units`` cost two more.
    """
    factors = ratios(units) if units else {}
    asked = [pk for pk in quantities if not units or pk not in units or pk in factors]
    with connection.cursor() as cursor:
        cursor.execute(
            _PRICES,
            {
                "list": price_list_id,
                "on": on,
                "products": asked,
                "quantities": [quantities[pk] for pk in asked],
                "units": [units.get(pk) if units else None for pk in asked],
                "ratios": [_decimal(factors.get(pk, Fraction(1))) for pk in asked],
            },
        )
        rows = cursor.fetchall()
    return {pk: _times(price, factors[pk]) if converted else price for pk, price, converted in rows}


def _decimal(ratio: Fraction) -> Decimal:
    return money.EXACT.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))


def _times(price: Decimal, ratio: Fraction) -> Decimal:
    return money.round_money(Fraction(price) * ratio, PRICE_DIGITS)


def sellable() -> QuerySet[Product]:
    """Products in use, with what a document line needs of them."""
    return Product.objects.filter(is_active=True).select_related("unit", "sales_unit", "category")

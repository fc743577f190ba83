"""Prices in price lists: a change of price is a new row with its days, the old one ends the day before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, permissions, records, refusals, work
from onmaru.kernel.identity import Actor
from onmaru.masters.product import queries, rules
from onmaru.masters.product.models import Price


@commands.command(label=_("New price"), model=Price)
def create(*, by: Actor, **values: Any) -> Price:
    """Add a price. Refuses one that would be valid together with another for the same unit and quantity."""
    price = Price()
    refusals.check(_problems(price, values))
    price.save()
    return price


@commands.command(label=_("Edit"), model=Price)
def edit(price: Price, *, by: Actor, **values: Any) -> Price:
    """Correct a price. Documents keep the price they were written with."""
    fixed = records.fixed(price, values, "price_list", "product")
    refusals.check([*fixed, *_problems(price, values)])
    return price


@commands.command(
    label=_("Change price"),
    model=Price,
    asks={"unit_price": _("New unit price"), "valid_from": _("New price counts from")},
)
def change(price: Price, *, by: Actor, unit_price: Decimal, valid_from: date) -> Price:
    """Let a new price count from ``valid_from`` on, for as long as this one was to last, which ends the day before.

    Refuses a day that is not within this one's.
    """
    if valid_from <= price.valid_from or (price.valid_to is not None and valid_from > price.valid_to):
        raise refusals.Refused(rules.DAYS_REVERSED("valid_from"))
    last, price.valid_to = price.valid_to, valid_from - timedelta(days=1)
    Price.objects.filter(pk=price.pk).update(valid_to=price.valid_to)
    values = {name: getattr(price, name) for name in ("price_list", "product", "unit", "min_quantity")}
    new = records.fill(
        Price(), values | {"valid_from": valid_from, "valid_to": last, "unit_price": unit_price}
    )
    new.save()
    work.audit("product.price.create", new, {"after": price.pk})
    return price


@commands.command(label=_("Add prices"), model=Price, permission=permissions.code(Price, "import"))
def create_many(*, by: Actor, rows: Sequence[Mapping[str, Any]]) -> list[Price]:
    """Add thousands of prices with one INSERT and an audit row each; refusals name cells ``rows.<n>.<field>``."""
    made = [Price() for _row in rows]
    found: list[refusals.Refusal] = []
    for place, (price, row) in enumerate(zip(made, rows, strict=True)):
        found += records.problems(price, row, prefix=f"rows.{place}.", alone=True)
        found += refusals.at(f"rows.{place}.", [rules.days(price.valid_from, price.valid_to)])
    work.in_turn()
    refusals.check([*found, *_unit_reasons(made, "rows.")])
    Price.objects.bulk_create(made, batch_size=5000)
    for price in made:
        work.audit("product.price.create", price, {})
    return made


def _problems(price: Price, values: Mapping[str, Any]) -> list[refusals.Refusal]:
    reversed_ = rules.days(values.get("valid_from", price.valid_from), values.get("valid_to", price.valid_to))
    # The database cannot even look for overlaps of a period that ends before it begins.
    found = records.problems(price, values, alone=reversed_ is not None)
    return [*found, *refusals.at("", [reversed_]), *_unit_reasons([price], "")]


def _unit_reasons(made: Sequence[Price], prefix: str) -> list[refusals.Refusal]:
    """A reason for each price in a unit that its product cannot be counted in."""
    by_unit: dict[int, dict[int, int]] = defaultdict(dict)
    for price in made:
        if price.unit_id and price.product_id:
            by_unit[price.unit_id][price.product_id] = price.unit_id
    related = {unit_id: queries.ratios(units) for unit_id, units in by_unit.items()}
    return [
        rules.UNIT_UNRELATED(
            f"{prefix}{place}.unit" if prefix else "unit", unit=one.unit, base=one.product.unit
        )
        for place, one in enumerate(made)
        if one.unit_id and one.product_id and one.product_id not in related[one.unit_id]
    ]

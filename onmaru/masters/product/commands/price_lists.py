"""Price lists; their prices are in ``prices``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, money, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.masters.product.models import PriceList


@commands.command(label=_("New price list"), model=PriceList)
def create(*, by: Actor, **values: Any) -> PriceList:
    """Open a price list in one currency."""
    price_list = _filled(PriceList(), values)
    price_list.save()
    return price_list


@commands.command(label=_("Edit"), model=PriceList)
def edit(price_list: PriceList, *, by: Actor, **values: Any) -> PriceList:
    """Change a price list. Currency and tax stand once it holds prices."""
    priced = price_list.prices.exists()
    return _filled(price_list, values, *(("currency", "tax_included") if priced else ()))


@commands.command(label=_("Archive"), model=PriceList)
def archive(price_list: PriceList, *, by: Actor) -> PriceList:
    """Take a price list out of use."""
    price_list.is_active = False
    return price_list


@commands.command(label=_("Restore"), model=PriceList)
def restore(price_list: PriceList, *, by: Actor) -> PriceList:
    """Take an archived price list into use again."""
    price_list.is_active = True
    return price_list


def _filled(price_list: PriceList, values: Mapping[str, Any], *fixed: str) -> PriceList:
    reasons = [*records.fixed(price_list, values, *fixed), *records.problems(price_list, values)]
    refusals.check([*reasons, money.check_currency(price_list.currency)])
    return price_list

"""The table of goods on a paper, and the sums below it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import pgettext

from onmaru.erp.sales.rules import ZERO, Charge
from onmaru.kernel.paper import Figures, Pair
from onmaru.kernel.quantity import format_quantity
from onmaru.masters.product.models import Product, Unit

TaxClass = Product.TaxClass


@dataclass(frozen=True, slots=True)
class Item:
    """A line as a paper shows it. ``part`` marks a component of the kit above, which has no price of its own."""

    product: Product
    unit: Unit
    quantity: Decimal | None
    unit_price: Decimal
    discount: Decimal
    tax_class: str
    charge: Charge
    part: bool = False
    remark: str = ""


CELLS = ("unit", "quantity", "unit_price", "supply", "tax")


def heads(hides: Collection[str] = ()) -> list[str]:
    """The heads of the table's columns, but for those that a letterhead ``hides``."""
    found = [
        pgettext("print", "No."),
        pgettext("print", "Item"),
        pgettext("print", "Specification"),
        pgettext("print", "Unit"),
        pgettext("print", "Quantity"),
        pgettext("print", "Unit price"),
        pgettext("print", "Supply amount"),
        pgettext("print", "VAT"),
    ]
    return found[:3] + _kept(found[3:], hides)


def _kept(cells: Sequence[str], hides: Collection[str]) -> list[str]:
    return [cell for name, cell in zip(CELLS, cells, strict=True) if name not in hides]


def rows(items: Sequence[Item], write: Figures, hides: Collection[str] = ()) -> list[dict[str, Any]]:
    """The table's rows: what is sold is numbered, the parts of a kit are not."""
    numbers = iter(range(1, len(items) + 1))
    found = [_row(item, "" if item.part else str(next(numbers)), write) for item in items]
    gone = {name: "" for name in ("code", "specification") if name in hides}
    return [row | gone | {"cells": _kept(row["cells"], hides)} for row in found]


def sums(items: Sequence[Item], charge: Charge, write: Figures) -> list[Pair]:
    """Supply, tax and total; the supply by class of tax too where a paper has more than one."""
    by_class = {name: [one.charge.supply for one in items if one.tax_class == name] for name in _classes()}
    classes = [
        (_classes()[name], write.amount(sum(found, ZERO))) for name, found in by_class.items() if any(found)
    ]
    return [
        *(classes if len(classes) > 1 else ()),
        (pgettext("print", "Supply amount"), write.amount(charge.supply)),
        (pgettext("print", "VAT"), write.amount(charge.tax)),
        (pgettext("print", "Total"), write.amount(charge.total, symbol=True)),
    ]


def _row(item: Item, number: str, write: Figures) -> dict[str, Any]:
    off = pgettext("print", "{percent} % off").format(percent=format_quantity(item.discount * 100))
    counted = [str(item.unit), write.count(item.quantity)] if item.quantity is not None else ["", ""]
    priced = [write.price(item.unit_price), write.amount(item.charge.supply), _tax(item, write)]
    return {
        "no": number,
        "name": item.product.shown_name,
        "code": item.product.code,
        "specification": item.product.specification,
        "remark": " · ".join(filter(None, (item.remark, off if item.discount else ""))),
        "part": item.part,
        "cells": [*counted, *(["", "", ""] if item.part or item.quantity is None else priced)],
    }


def _tax(item: Item, write: Figures) -> str:
    return write.amount(item.charge.tax) if item.tax_class == TaxClass.TAXABLE else _classes()[item.tax_class]


def _classes() -> dict[str, str]:
    return {
        TaxClass.TAXABLE: pgettext("print", "Taxable"),
        TaxClass.ZERO: pgettext("print", "Zero-rated"),
        TaxClass.EXEMPT: pgettext("print", "Exempt"),
    }

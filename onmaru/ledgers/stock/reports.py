"""Stock as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from onmaru.ledgers.stock import queries
from onmaru.ledgers.stock.queries.stock import Worth
from onmaru.masters.product.models import Product
from onmaru.masters.site.models import Company
from onmaru.workbench.entity import Column
from onmaru.workbench.report import Report


@dataclass(frozen=True, slots=True)
class Valued:
    """A product with what it is worth."""

    product: Product
    worth: Worth

    @property
    def unit_cost(self) -> Decimal | None:
        """What one base unit is worth, to two decimals."""
        return round(self.worth.value / self.worth.quantity, 2) if self.worth.quantity else None


def _worth(*, company: Company, on: date) -> Sequence[Valued]:
    found = queries.stock.worth(company, on=on)
    products = Product.objects.select_related("unit", "category").in_bulk([one.product_id for one in found])
    return sorted((Valued(products[one.product_id], one) for one in found), key=lambda one: one.product.code)


stock_worth = Report(
    name="stock-worth",
    label=_("Stock ledger value"),
    read=_worth,
    area="stock",
    icon="coins",
    permission="stock.quant.view",
    asks={"on": _("As of")},
    start=lambda today: {"on": today},
    list="product.code product.shown_name product.category product.unit worth.quantity unit_cost worth.value",
    columns={
        "product.code": Column(_("Product code")),
        "product.shown_name": Column(_("Product")),
        "product.category": Column(_("Category")),
        "product.unit": Column(_("Unit")),
        "worth.quantity": Column(_("Quantity"), kind="quantity"),
        "unit_cost": Column(_("Unit cost"), kind="money"),
        "worth.value": Column(_("Value"), kind="money", summed=True),
    },
    leads=lambda row, asked: f"/products/{row.product.pk}/",
)

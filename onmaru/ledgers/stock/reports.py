"""Stock as people read it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.ledgers.stock import queries
from onmaru.workbench.entity import Column
from onmaru.workbench.report import Report

stock_worth = Report(
    label=_("Stock ledger value"),
    read=queries.stock.product_worth,
    icon="coins",
    permission="stock.quant.view",
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

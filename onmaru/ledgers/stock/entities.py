"""What people see and enter of stock."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.ledgers.stock import models, queries
from onmaru.workbench.entity import Column, Entity

Kind = models.StockDocument.Kind


def paper(*kinds: str, **said: Any) -> Entity:
    """Stock documents of some kinds, each with the command that makes them."""
    return Entity(
        models.StockDocument,
        list="number kind moved_on memo company",
        annotate=queries.stock.documents_of(*kinds),
        related=[("moves", "document"), ("entries", "source")],
        **said,
    )


stock = Entity(
    models.Quant,
    icon="packages",
    list="product location lot on_hand reserved free",
    detail=["product location lot on_hand reserved free company"],
    annotate=queries.stock.with_free,
    columns={
        "on_hand": Column(kind="quantity", summed=False),
        "reserved": Column(kind="quantity", summed=False),
        "free": Column(_("Free to promise"), kind="quantity"),
    },
    search="product.code product.name lot.code location.path",
    filters="product location location.warehouse",
    beside="product lot location",
)

moves = Entity(
    models.Move,
    icon="arrows-left-right",
    list="moved_on product source destination lot quantity document_name posted_by",
    detail=["moved_on product lot source destination quantity document posted_by posted_at"],
    columns={
        "quantity": Column(summed=False),
        "document": Column(_("Document"), kind="reference"),
        "document_name": Column(_("Document")),
    },
    search="product.code product.name lot.code",
    beside="product lot",
)

stock_documents = paper(*Kind.values, icon="files")
stock_receipts = paper(
    Kind.RECEIPT,
    Kind.OPENING,
    label=_("Stock receipts"),
    one=_("Stock receipt"),
    icon="package-import",
    form=["company location moved_on", "lines", "opening memo"],
    made_by="receive",
)
stock_issues = paper(
    Kind.ISSUE,
    label=_("Stock issues"),
    one=_("Stock issue"),
    icon="package-export",
    made_by="issue",
)
stock_transfers = paper(
    Kind.TRANSFER,
    label=_("Stock transfers"),
    one=_("Stock transfer"),
    icon="truck-loading",
    made_by="transfer",
)
stock_counts = paper(
    Kind.COUNT,
    label=_("Stock-takings"),
    one=_("Stock-taking"),
    icon="clipboard-check",
    made_by="count",
)

lots = Entity(
    models.Lot,
    label=_("Lots and serial numbers"),
    icon="barcode",
    list="code product expires_on",
    beside="product",
)

cost_adjustments = Entity(
    models.CostAdjustment,
    icon="adjustments",
    list="number kind adjusted_on product amount memo",
    made_by="add_late_cost",
    related=[("entries", "source")],
)

standard_costs = Entity(
    models.StandardCost,
    icon="coins",
    list="product valid_from cost revalued_on company",
    actions="",
    made_by="set",
    exchange="company.code product.code valid_from cost",
)

valuation_policies = Entity(
    models.ValuationPolicy,
    icon="scale",
    list="method category company",
    made_by="set",
)

"""What people see and enter of stock."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.ledgers.stock import queries
from onmaru.ledgers.stock.commands import costs, documents
from onmaru.ledgers.stock.models import (
    CostAdjustment,
    Lot,
    Move,
    Quant,
    StandardCost,
    StockDocument,
    ValuationPolicy,
)
from onmaru.workbench.entity import Column, Entity

Kind = StockDocument.Kind


def paper(name: str, *kinds: str, **said: Any) -> Entity:
    """Stock documents of some kinds, each with the command that makes them."""
    return Entity(
        StockDocument,
        name=name,
        area="stock",
        list="number kind moved_on memo company",
        detail=["number kind moved_on memo company"],
        search="number memo",
        filters="moved_on",
        annotate=queries.stock.documents_of(*kinds),
        related=[("moves", "document"), ("entries", "source")],
        **said,
    )


quants = Entity(
    Quant,
    name="stock",
    area="stock",
    icon="packages",
    place=10,
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
    Move,
    name="moves",
    area="stock",
    icon="arrows-left-right",
    place=20,
    list="moved_on product lot source destination quantity document_name posted_by",
    detail=["moved_on product lot source destination quantity document posted_by posted_at"],
    columns={
        "quantity": Column(summed=False),
        "document": Column(_("Document"), kind="reference"),
        "document_name": Column(_("Document")),
    },
    search="product.code product.name lot.code",
    filters="moved_on product source destination",
    beside="product lot",
)

stock_documents = paper(
    "stock-documents",
    *Kind.values,
    icon="files",
    place=30,
)
receipts = paper(
    "stock-receipts",
    Kind.RECEIPT,
    Kind.OPENING,
    label=_("Stock receipts"),
    one=_("Stock receipt"),
    icon="package-import",
    place=31,
    form=["company location moved_on", "lines", "opening memo"],
    create=documents.receive,
)
issues = paper(
    "stock-issues",
    Kind.ISSUE,
    label=_("Stock issues"),
    one=_("Stock issue"),
    icon="package-export",
    place=32,
    form=["company location moved_on", "product quantity memo"],
    create=documents.issue,
)
transfers = paper(
    "stock-transfers",
    Kind.TRANSFER,
    label=_("Stock transfers"),
    one=_("Stock transfer"),
    icon="truck-loading",
    place=33,
    form=["company moved_on", "quant quantity destination memo"],
    create=documents.transfer,
)
counts = paper(
    "stock-counts",
    Kind.COUNT,
    label=_("Stock-takings"),
    one=_("Stock-taking"),
    icon="clipboard-check",
    place=34,
    form=["company location moved_on", "product counted memo"],
    create=documents.count,
)

lots = Entity(
    Lot,
    name="lots",
    label=_("Lots and serial numbers"),
    area="stock",
    icon="barcode",
    place=40,
    list="code product expires_on",
    search="code product.code product.name",
    filters="product expires_on",
    beside="product",
)

adjustments = Entity(
    CostAdjustment,
    name="cost-adjustments",
    area="stock",
    icon="adjustments",
    place=50,
    list="number kind adjusted_on product amount memo",
    form=["company receipt product", "amount contra adjusted_on memo"],
    search="number memo product.code product.name",
    filters="kind product adjusted_on",
    create=costs.add_late_cost,
    related=[("entries", "source")],
)

standard_costs = Entity(
    StandardCost,
    name="standard-costs",
    area="stock",
    icon="coins",
    place=60,
    list="product valid_from cost company",
    form=["company product cost valid_from"],
    search="product.code product.name",
    create=costs.set_standard,
    exchange="company.code product.code valid_from cost",
)

policies = Entity(
    ValuationPolicy,
    name="valuation-policies",
    area="stock",
    icon="scale",
    place=61,
    list="method category company",
    form=["company category method"],
    create=documents.set_method,
)

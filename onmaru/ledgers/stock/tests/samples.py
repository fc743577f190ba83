"""Records for the tests that every entity inherits, where types alone do not say what is right."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from onmaru.kernel.identity import Actor
from onmaru.ledgers.stock.commands import costs, documents
from onmaru.ledgers.stock.models import CostAdjustment, Lot, Move, Quant, StockDocument, ValuationPolicy
from onmaru.masters.product.commands import categories
from onmaru.masters.product.models import Product
from onmaru.masters.site.commands import locations
from onmaru.masters.site.models import Location
from tests import companies
from tests.companies import DAY, World


def _received(place: int) -> tuple[World, Product, StockDocument]:
    world = companies.standing()
    product = world.product(f"LOT-{Product.objects.count()}", tracking="lot")
    return world, product, world.receive(product, "10", lot=f"L{place}")


def stockdocument(by: Actor, place: int) -> StockDocument:
    """Ten pieces of a lot received."""
    return _received(place)[2]


def quant(by: Actor, place: int) -> Quant:
    """Where those lie."""
    return Quant.objects.get(product=_received(place)[1])


def lot(by: Actor, place: int) -> Lot:
    """Their lot."""
    return Lot.objects.get(product=_received(place)[1])


def move(by: Actor, place: int) -> Move:
    """How they came."""
    return Move.objects.get(product=_received(place)[1])


def stock_issues(by: Actor, place: int) -> StockDocument:
    """Two of them taken out."""
    return documents.issue(**_named(place, by), quantity=Decimal(2))


def stock_counts(by: Actor, place: int) -> StockDocument:
    """A count that found three of something else."""
    world = companies.standing()
    named = _named(place, by) | {"product": world.product(f"C-{Product.objects.count()}")}
    return documents.count(**named, counted=Decimal(3))


def stock_transfers(by: Actor, place: int) -> StockDocument:
    """Four of them put on another shelf."""
    world, product, _document = _received(place)
    root = Location.objects.get(warehouse=world.warehouse, parent=None)
    shelf = locations.create(by=by, parent=root, code=f"T{place}", name="선반")
    quant = Quant.objects.get(product=product)
    return documents.transfer(
        company=world.company, quant=quant, quantity=Decimal(4), destination=shelf, moved_on=DAY, by=by
    )


def _named(place: int, by: Actor) -> dict[str, Any]:
    world, product, _document = _received(place)
    return {
        "company": world.company,
        "location": world.shelf,
        "product": product,
        "moved_on": DAY,
        "by": by,
    }


def costadjustment(by: Actor, place: int) -> CostAdjustment:
    """Freight that came later."""
    world, product, document = _received(place)
    return costs.add_late_cost(
        company=world.company,
        receipt=document,
        product=product,
        amount=Decimal(100),
        contra="831",
        adjusted_on=DAY,
        by=by,
    )


def valuationpolicy(by: Actor, place: int) -> ValuationPolicy:
    """A category that is valued by age."""
    world = companies.standing()
    category = categories.create(by=by, code=f"V{place}", name="선입선출 분류")
    return documents.set_method(company=world.company, category=category, method="fifo", by=by)

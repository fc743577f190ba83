"""What is on hand, free and worth what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import F, QuerySet

from onmaru.ledgers.stock.models import Move, Pile, Quant, StockDocument
from onmaru.masters.product.models import Product
from onmaru.masters.site.models import Company


@dataclass(frozen=True, slots=True)
class Level:
    """A product's stock in its base unit: on hand, reserved, and free to promise."""

    on_hand: Decimal
    reserved: Decimal

    @property
    def free(self) -> Decimal:
        return self.on_hand - self.reserved


def levels(
    company: Company, products: Collection[int], *, warehouse_id: int | None = None
) -> dict[int, Level]:
    """Stock of products in a company, or in one of its warehouses; products without stock are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT q.product_id, sum(q.on_hand), sum(q.reserved) FROM stock_quant q"
            " JOIN site_location l ON l.id = q.location_id"
            " WHERE q.company_id = %(company)s AND q.product_id = ANY(%(products)s)"
            " AND (%(warehouse)s::bigint IS NULL OR l.warehouse_id = %(warehouse)s) GROUP BY q.product_id",
            {"company": company.pk, "products": list(products), "warehouse": warehouse_id},
        )
        return {product: Level(on_hand, reserved) for product, on_hand, reserved in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Worth:
    """A product's quantity (base unit) and value (company currency) at the end of a day."""

    product_id: int
    quantity: Decimal
    value: Decimal


def worth(company: Company, *, on: date) -> list[Worth]:
    """Stock by product at the end of a day, also of one long past."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT product_id, sum(quantity), sum(value) FROM stock_valuation"
            " WHERE company_id = %s AND valued_on <= %s GROUP BY product_id"
            " HAVING sum(quantity) <> 0 OR sum(value) <> 0 ORDER BY product_id",
            [company.pk, on],
        )
        return [Worth(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class ProductWorth:
    """A product with what it is worth."""

    product: Product
    worth: Worth

    @property
    def unit_cost(self) -> Decimal | None:
        """What one base unit is worth, to two decimals."""
        return round(self.worth.value / self.worth.quantity, 2) if self.worth.quantity else None


def product_worth(*, company: Company, on: date) -> Sequence[ProductWorth]:
    """Products with what they are worth at the end of a day, in order of their codes."""
    found = worth(company, on=on)
    products = Product.objects.select_related("unit", "category").in_bulk([one.product_id for one in found])
    return sorted(
        (ProductWorth(products[one.product_id], one) for one in found), key=lambda one: one.product.code
    )


def unit_cost(company: Company, product_id: int) -> Decimal | None:
    """What one base unit on hand is worth on average now, unrounded, or None without stock."""
    piles = Pile.objects.filter(company=company, product_id=product_id, quantity__gt=0)
    totals = list(piles.values_list("quantity", "value"))
    quantity = sum((one for one, _value in totals), Decimal(0))
    return sum((value for _quantity, value in totals), Decimal(0)) / quantity if quantity else None


def with_free(rows: QuerySet[Quant]) -> QuerySet[Quant]:
    """What lies somewhere, with ``free``: what of it nobody has reserved; places that are empty are left out."""
    return rows.filter(on_hand__gt=0).annotate(free=F("on_hand") - F("reserved"))


def documents_of(*kinds: str) -> Callable[[QuerySet[StockDocument]], QuerySet[StockDocument]]:
    """The stock documents of some kinds."""
    return lambda rows: rows.filter(kind__in=kinds)


def holds_goods(location_ids: Sequence[int]) -> bool:
    """Whether goods lie in any of these locations: the answer to what the masters ask of places."""
    return Quant.objects.filter(location__in=location_ids, on_hand__gt=0).exists()


def has_moved(product_id: int) -> bool:
    """Whether a product was ever moved: the answer to what the masters ask of products."""
    return Move.objects.filter(product=product_id).exists()

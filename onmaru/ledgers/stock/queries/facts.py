"""What the ledger must know of products to move and value them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from onmaru.ledgers.stock.models import StandardCost
from onmaru.masters.product.queries import inherited


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A product as the ledger sees it; accounts are codes inherited down the category tree."""

    id: int
    label: str
    kind: str
    tracking: str
    digits: int
    stock_account: str
    cogs_account: str
    adjustment_account: str
    variance_account: str
    method: str
    standard_cost: Decimal | None

    @property
    def shared(self) -> bool:
        """Whether its receipts pour into one pile."""
        return self.method != "fifo"


_FACTS = f"""
SELECT p.id, p.code, p.kind, p.tracking, u.digits,
       coalesce({inherited("stock_account")}, ''), coalesce({inherited("cogs_account")}, ''),
       coalesce({inherited("adjustment_account")}, 'stock_adjustment'),
       coalesce({inherited("variance_account")}, 'stock_variance'),
       coalesce((
         SELECT v.method FROM stock_valuationpolicy v LEFT JOIN product_category above ON above.id = v.category_id
         WHERE v.company_id = %(company)s
           AND (v.category_id IS NULL OR above.id = c.id OR starts_with(c.path, above.path || '/'))
         ORDER BY length(above.path) DESC NULLS LAST LIMIT 1), 'average'),
       (SELECT s.cost FROM stock_standardcost s
        WHERE s.company_id = %(company)s AND s.product_id = p.id AND s.valid_from <= %(on)s
        ORDER BY s.valid_from DESC LIMIT 1)
FROM product_product p JOIN product_unit u ON u.id = p.unit_id JOIN product_category c ON c.id = p.category_id
WHERE p.id = ANY(%(products)s)
"""


def facts(company_id: int, products: Collection[int], *, on: date) -> dict[int, ProductFacts]:
    """Facts of several products for a company on a day, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, {"company": company_id, "products": list(products), "on": on})
        return {row[0]: ProductFacts(*row) for row in cursor.fetchall()}


def standards_to_come() -> QuerySet[StandardCost]:
    """Standard costs that stock was not brought to yet, the earliest first, with company and product."""
    waiting = StandardCost.objects.filter(revalued_on=None).select_related("company", "product")
    return waiting.order_by("valid_from", "pk")

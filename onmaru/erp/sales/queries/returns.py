"""What of a delivery may still come back, in which lots, and at what cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from onmaru.erp.sales.models import Delivery, DeliveryLine
from onmaru.kernel import money
from onmaru.ledgers.stock.models import Lot

_LEFT = """
SELECT dl.id, dl.order_line_id, dl.product_id, p.code, dl.quantity,
       (SELECT coalesce(-sum(b.quantity), 0) FROM sales_deliveryline b WHERE b.returns_id = dl.id),
       (SELECT coalesce(-sum(v.value), 0) FROM stock_valuation v
        WHERE v.document_kind = 'sales.delivery' AND v.document_id = dl.delivery_id AND v.line_id = dl.id),
       u.digits, coalesce(away.lots, '{}'), coalesce(away.quantities, '{}')
FROM sales_deliveryline dl JOIN product_product p ON p.id = dl.product_id JOIN product_unit u ON u.id = p.unit_id
LEFT JOIN LATERAL (
  SELECT array_agg(one.lot ORDER BY one.first) AS lots, array_agg(one.quantity ORDER BY one.first) AS quantities FROM (
    SELECT coalesce(m.lot_id, 0) AS lot, min(m.id) AS first,
           sum(CASE WHEN went.returns_id IS NULL THEN m.quantity ELSE -m.quantity END) AS quantity
    FROM sales_deliveryline went JOIN stock_move m
      ON m.document_kind = 'sales.delivery' AND m.document_id = went.delivery_id AND m.line_id = went.id
    WHERE went.id = dl.id OR went.returns_id = dl.id GROUP BY 1
  ) one WHERE one.quantity > 0
) away ON true
WHERE dl.delivery_id = %s AND dl.quantity > 0 ORDER BY dl.id
"""


@dataclass(frozen=True, slots=True)
class Left:
    """A line of a delivery: what left (base unit), what came back, its cost, and the lots still away as they left."""

    line_id: int
    order_line: int
    product: int
    label: str
    quantity: Decimal
    returned: Decimal
    value: Decimal
    digits: int
    lots: list[int]
    lot_quantities: list[Decimal]

    @property
    def left(self) -> Decimal:
        """What may still come back."""
        return self.quantity - self.returned

    @property
    def away(self) -> dict[int, Decimal]:
        """What of each lot (0 where there is none) may still come back."""
        return dict(zip(self.lots, self.lot_quantities, strict=True))


def returnable(delivery: Delivery) -> dict[int, Left]:
    """The lines of a delivery by key, in one statement; none for a return."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [delivery.pk])
        return {row[0]: Left(*row) for row in cursor.fetchall()}


Part = tuple[int | None, Decimal]


def by_lot(line: Left, asked: Sequence[Part]) -> list[tuple[int, Decimal]]:
    """What comes back of a line by lot: the lots that were named, the rest in the order they left."""
    away, found = line.away, []
    for lot, quantity in sorted(asked, key=lambda part: part[0] is None):
        rest = quantity
        for one in [lot] if lot is not None else list(away):
            take = min(rest, away[one])
            away[one], rest = away[one] - take, rest - take
            found += [(one, take)] if take > 0 else []
    return found


def parts_back(
    line: Left, asked: Sequence[Part], digits: int
) -> Iterator[tuple[int | None, Decimal, Decimal]]:
    """``asked`` of a line coming back, as (lot, quantity, cost).

    Costs are cumulative shares of what the line cost, so that all of it comes back at all of its cost.
    """
    reached = line.returned
    for lot, quantity in by_lot(line, asked):
        before, after = (
            money.share(line.value, one, line.quantity, digits) for one in (reached, reached + quantity)
        )
        yield lot or None, quantity, after - before
        reached += quantity


def to_take_back(delivery: Delivery) -> dict[str, list[dict[str, Any]]]:
    """The lines of a delivery with what may still come back of each, lot by lot: what a return begins with."""
    left = returnable(delivery)
    found = DeliveryLine.objects.filter(pk__in=left).select_related("product").order_by("pk")
    lots = Lot.objects.in_bulk([lot for one in left.values() for lot in one.lots if lot])
    return {
        "lines": [
            {"line": one, "quantity": quantity, "lot": lots.get(lot)}
            for one in found
            for lot, quantity in left[one.pk].away.items()
        ]
    }

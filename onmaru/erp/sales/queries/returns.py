"""What of a delivery may still come back, in which lots, and at what cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from onmaru.erp.sales import rules
from onmaru.erp.sales.models import Delivery, DeliveryLine
from onmaru.kernel import money

_LEFT = """
SELECT dl.id, dl.order_line_id, dl.product_id, p.code, dl.quantity,
       (SELECT coalesce(-sum(b.quantity), 0) FROM sales_deliveryline b WHERE b.returns_id = dl.id),
       (SELECT coalesce(-sum(v.value), 0) FROM stock_valuation v
        WHERE v.document_kind = 'sales.delivery' AND v.document_id = dl.delivery_id AND v.line_id = dl.id),
       u.digits,
       (SELECT array_agg(coalesce(m.lot_id, 0) ORDER BY m.id) FROM stock_move m
        WHERE m.document_kind = 'sales.delivery' AND m.document_id = dl.delivery_id AND m.line_id = dl.id),
       (SELECT array_agg(m.quantity ORDER BY m.id) FROM stock_move m
        WHERE m.document_kind = 'sales.delivery' AND m.document_id = dl.delivery_id AND m.line_id = dl.id)
FROM sales_deliveryline dl JOIN product_product p ON p.id = dl.product_id JOIN product_unit u ON u.id = p.unit_id
WHERE dl.delivery_id = %s AND dl.quantity > 0 ORDER BY dl.id
"""


@dataclass(frozen=True, slots=True)
class Left:
    """A line of a delivery: what left (base unit), what came back, its cost, and its lots in the order they left."""

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


def returnable(delivery: Delivery) -> dict[int, Left]:
    """The lines of a delivery by key, in one statement; none for a return."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [delivery.pk])
        return {row[0]: Left(*row) for row in cursor.fetchall()}


def parts_back(line: Left, quantity: Decimal, digits: int) -> Iterator[tuple[int | None, Decimal, Decimal]]:
    """``quantity`` of a line coming back, as (lot, quantity, cost): lots return in the order they left.

    Costs are cumulative shares of what the line cost, so that all of it comes back at all of its cost.
    """
    reached = line.returned
    passed = rules.ZERO
    for lot, held in zip(line.lots, line.lot_quantities, strict=True):
        take = min(passed + held, line.returned + quantity) - max(passed, reached)
        passed += held
        if take > 0:
            yield lot or None, take, _share(line, reached + take, digits) - _share(line, reached, digits)
            reached += take


def _share(line: Left, quantity: Decimal, digits: int) -> Decimal:
    if quantity == line.quantity:
        return line.value
    return money.round_money(line.value * quantity / line.quantity, digits)


def to_take_back(delivery: Delivery) -> dict[str, list[dict[str, Any]]]:
    """The lines of a delivery with what may still come back of each: what a return begins with."""
    left = {key: one.left for key, one in returnable(delivery).items() if one.left > 0}
    found = DeliveryLine.objects.filter(pk__in=left).select_related("product").order_by("pk")
    return {"lines": [{"line": one, "quantity": left[one.pk]} for one in found]}

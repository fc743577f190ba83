"""Orders that wait for goods."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

_WAITING = """
SELECT o.id FROM sales_order o JOIN sales_orderline l ON l.order_id = o.id
WHERE o.company_id = %s AND o.warehouse_id = %s AND o.state = 'confirmed' AND l.stocked AND l.product_id = ANY(%s)
  AND l.base_quantity > (SELECT coalesce(sum(d.quantity) FILTER (WHERE d.quantity > 0 OR s.redeliver), 0)
                         FROM sales_deliveryline d JOIN sales_delivery s ON s.id = d.delivery_id
                         WHERE d.order_line_id = l.id)
                      + (SELECT coalesce(sum(r.quantity), 0) FROM stock_reservation r
                         WHERE r.document_kind = 'sales.order' AND r.document_id = o.id AND r.line_id = l.id)
GROUP BY o.id ORDER BY min(coalesce(l.promised_on, o.promised_on, o.ordered_on)), o.id
"""


def waiting(company_id: int, warehouse_id: int, products: Sequence[int]) -> list[int]:
    """Keys of confirmed orders short of any of these products, the earliest promised first."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [company_id, warehouse_id, list(products)])
        return [order_id for (order_id,) in cursor.fetchall()]


def held(order_ids: Sequence[int]) -> list[int]:
    """Those of the orders that are still confirmed, in the order given, locked to the end of the transaction.

    All are locked, by their keys, before any of them touches stock: a delivery holds its order and wants the
    goods, so who holds goods must not wait for an order.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM sales_order WHERE id = ANY(%s) AND state = 'confirmed' ORDER BY id FOR NO KEY UPDATE",
            [list(order_ids)],
        )
        locked = {order_id for (order_id,) in cursor.fetchall()}
    return [order_id for order_id in order_ids if order_id in locked]

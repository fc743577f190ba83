"""Where each line of an order stands."""

from __future__ import annotations

from typing import Any

from onmaru.erp.sales import rules
from onmaru.erp.sales.models import Order, OrderLine
from onmaru.erp.sales.models.terms import InvoicePolicy
from onmaru.erp.sales.rules import Billed, Charge, Position, Terms
from onmaru.kernel import sql
from onmaru.masters.product.queries import inherited

# What is reserved is read once and looked up by line: a join by nested loops, which a plan kept from shorter orders
# chooses, would compare each line with each.
_POSITIONS = f"""
SELECT l.id, l.ordinal, l.kit_id, l.product_id, p.code, l.stocked, l.quantity, l.base_quantity, l.unit_price,
       l.description, l.tax_class, l.amount, l.tax, u.digits, coalesce({inherited("revenue_account")}, ''),
       d.delivered, d.returned, d.redelivered,
       coalesce((held.by_line ->> l.id::text)::numeric, 0),
       i.quantity, i.supply, i.tax
FROM sales_orderline l
JOIN product_product p ON p.id = l.product_id
JOIN product_unit u ON u.id = p.unit_id
JOIN product_category c ON c.id = p.category_id
CROSS JOIN LATERAL (
  SELECT coalesce(sum(dl.quantity) FILTER (WHERE dl.quantity > 0), 0) AS delivered,
         coalesce(-sum(dl.quantity) FILTER (WHERE dl.quantity < 0), 0) AS returned,
         coalesce(-sum(dl.quantity) FILTER (WHERE dl.quantity < 0 AND delivery.redeliver), 0) AS redelivered
  FROM sales_deliveryline dl JOIN sales_delivery delivery ON delivery.id = dl.delivery_id
  WHERE dl.order_line_id = l.id
) d
CROSS JOIN LATERAL (
  SELECT coalesce(sum(quantity), 0) AS quantity, coalesce(sum(amount), 0) AS supply, coalesce(sum(tax), 0) AS tax
  FROM sales_invoiceline WHERE order_line_id = l.id
) i
CROSS JOIN (
  SELECT jsonb_object_agg(line_id, quantity) AS by_line FROM (
    SELECT line_id, sum(quantity) AS quantity FROM stock_reservation
    WHERE document_kind = 'sales.order' AND document_id = %(order)s GROUP BY line_id
  ) by_line
) held
WHERE l.order_id = %(order)s ORDER BY l.ordinal
"""


def of(order_id: int) -> list[Position]:
    """The positions of an order, derived from deliveries, reservations and invoices, in one statement."""
    return [Position(*row) for row in sql.rows(_POSITIONS, {"order": order_id})]


_CHARGED = "SELECT coalesce(sum(supply_amount), 0), coalesce(sum(tax_amount), 0) FROM sales_invoice WHERE order_id = %s"


def charged(order_id: int) -> Charge:
    """What the invoices of an order less its credit notes come to."""
    return Charge(*sql.rows(_CHARGED, [order_id])[0])


def to_charge(order: Order, agreed: Terms) -> tuple[list[Billed], Charge, list[Position]]:
    """What an invoice made now would charge of an order: its lines, its total, and the positions it was read from."""
    found = of(order.pk)
    targets = rules.due(found, by_order=order.invoice_policy == InvoicePolicy.ORDER)
    so_far = rules.NOTHING if agreed.per_line else charged(order.pk)
    return *rules.bill(found, targets, agreed, so_far), found


def to_deliver(order: Order) -> dict[str, list[dict[str, Any]]]:
    """The lines of an order that still want goods, with what is reserved for each: what a delivery begins with."""
    wanting = {one.line_id: one for one in of(order.pk) if one.outstanding}
    found = OrderLine.objects.filter(pk__in=wanting).select_related("product").order_by("ordinal")
    return {"lines": [{"line": one, "quantity": wanting[one.pk].reserved} for one in found]}


def is_ordered(product_id: int) -> bool:
    """Whether a product stands in an order: the answer to what the masters ask of products."""
    return OrderLine.objects.filter(product=product_id).exists()

"""Status of delivery and payment: always derived from deliveries and the ledger, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import CharField, DecimalField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from onmaru.erp.sales.models import Invoice, Order, Payment

DELIVERY_STATUS = {
    "not_needed": _("No delivery"),
    "none": _("Not delivered"),
    "partial": _("Partly delivered"),
    "complete": _("Delivered"),
}
PAYMENT_STATUS = {
    "not_invoiced": _("Not invoiced"),
    "none": _("Unpaid"),
    "partial": _("Partly paid"),
    "paid": _("Paid"),
}

_DELIVERY = """(
  SELECT CASE
    WHEN count(*) = 0 THEN 'not_needed'
    WHEN coalesce(sum(d.kept), 0) = 0 THEN 'none'
    WHEN bool_and(d.kept >= l.base_quantity) THEN 'complete'
    ELSE 'partial' END
  FROM sales_orderline l
  CROSS JOIN LATERAL (SELECT coalesce(sum(quantity), 0) AS kept FROM sales_deliveryline WHERE order_line_id = l.id) d
  WHERE l.order_id = sales_order.id AND l.stocked)"""

_OPEN = """
  FROM accounting_entry e JOIN accounting_line l ON l.entry_id = e.id JOIN accounting_openitem o ON o.line_id = l.id
  WHERE e.source_kind = 'sales.invoice' AND e.source_id = {invoice}"""

_PAYMENT = f"""(
  SELECT CASE
    WHEN count(*) = 0 THEN 'not_invoiced'
    WHEN sum(i.open) = 0 AND (sum(i.total) >= sales_order.total OR sales_order.state = 'closed') THEN 'paid'
    WHEN sum(i.total) - sum(i.open) = 0 THEN 'none'
    ELSE 'partial' END
  FROM (SELECT si.total, (SELECT coalesce(sum(o.remaining), 0) {_OPEN.format(invoice="si.id")}) AS open
        FROM sales_invoice si WHERE si.order_id = sales_order.id) i)"""

_INVOICE_OPEN = f"(SELECT coalesce(sum(o.remaining), 0) {_OPEN.format(invoice='sales_invoice.id')})"
_INVOICE_PAYMENT = f"""(
  SELECT CASE WHEN coalesce(sum(o.remaining), 0) = 0 THEN 'paid'
              WHEN sum(o.remaining) = sum(o.amount) THEN 'none' ELSE 'partial' END
  {_OPEN.format(invoice="sales_invoice.id")})"""

_PAYMENT_OPEN = """(
  SELECT coalesce(-sum(o.remaining), 0)
  FROM accounting_entry e JOIN accounting_line l ON l.entry_id = e.id JOIN accounting_openitem o ON o.line_id = l.id
  WHERE e.source_kind = 'sales.payment' AND e.source_id = sales_payment.id AND o.remaining < 0)"""


def orders(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with ``delivery_status`` and ``payment_status`` (keys of the two tables above)."""
    return rows.annotate(
        delivery_status=RawSQL(_DELIVERY, [], CharField()), payment_status=RawSQL(_PAYMENT, [], CharField())
    )


def invoices(rows: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """Invoices with ``open_amount`` (in their currency) and ``payment_status``."""
    money = DecimalField(max_digits=20, decimal_places=6)
    return rows.annotate(
        open_amount=RawSQL(_INVOICE_OPEN, [], money), payment_status=RawSQL(_INVOICE_PAYMENT, [], CharField())
    )


def payments(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    """Payments with ``open_amount``: what of them is an advance not yet used, in their currency."""
    return rows.annotate(open_amount=RawSQL(_PAYMENT_OPEN, [], DecimalField(max_digits=20, decimal_places=6)))


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """Derived status of one order."""

    delivery: str
    payment: str


def of_order(order: Order) -> OrderStatus:
    """Delivery and payment of one order."""
    found = orders(Order.objects.filter(pk=order.pk)).get()
    return OrderStatus(found.delivery_status, found.payment_status)  # type: ignore[attr-defined]


def open_amount(invoice: Invoice) -> Decimal:
    """What is still open of an invoice, in its currency; below zero for a credit not yet used."""
    found: Decimal = invoices(Invoice.objects.filter(pk=invoice.pk)).get().open_amount  # type: ignore[attr-defined]
    return found

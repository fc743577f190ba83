"""What a delivery is worth: its share of the order, in the words of an invoice; and the account it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q, Sum

from onmaru.erp.sales import rules
from onmaru.erp.sales.models import Delivery, DeliveryLine, Order
from onmaru.erp.sales.models.terms import InvoicePolicy
from onmaru.erp.sales.queries import positions, terms
from onmaru.erp.sales.rules import ZERO, Billed, Charge, Position, Terms
from onmaru.kernel import sql


def of(delivery: Delivery) -> tuple[list[Billed], Charge]:
    """The lines a delivery makes chargeable and their total, whatever was invoiced since; below zero for a return.

    Charged up to what the customer had after this delivery, less what was chargeable before it: so the statements
    of an order add up to the order, a kit counts as far as it is complete, and a service goes with the first goods.
    """
    return _judged(delivery.order, delivery.pk)[:2]


def _judged(order: Order, delivery_id: int) -> tuple[list[Billed], Charge, Charge]:
    """The lines and total of a delivery, and what the order's deliveries before it come to."""
    before, after = _kept(order.pk, delivery_id)
    order_lines, agreed = positions.of(order.pk), terms.amounts(order)
    # What goes with the goods went with the first of them, even when they all came back since.
    gone = [_at(one, before, Fraction(one.quantity if before else 0), agreed) for one in order_lines]
    earlier = rules.due(gone, by_order=False)
    now = [_at(one, after, earlier.get(one.line_id, Fraction(0)), agreed) for one in order_lines]
    so_far = rules.total([one.charged for one in now], agreed)
    return *rules.bill(now, rules.due(now, by_order=False), agreed, so_far), so_far


def _kept(order_id: int, delivery_id: int) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """By order line, what the customer had (base unit) before and after a delivery."""
    rows = (
        DeliveryLine.objects.filter(delivery__order=order_id, delivery__lte=delivery_id)
        .values_list("order_line")
        .annotate(before=Sum("quantity", filter=Q(delivery__lt=delivery_id)), after=Sum("quantity"))
    )
    known = list(rows)
    return {line: one for line, one, _ in known if one is not None}, {line: one for line, _, one in known}


def _at(position: Position, kept: Mapping[int, Decimal], invoiced: Fraction, agreed: Terms) -> Position:
    """The position at another time: what the customer had then, and what had been charged for it."""
    charged = rules.part(Charge(position.amount, position.tax), invoiced, position.quantity, agreed)
    return replace(
        position,
        delivered=kept.get(position.line_id, ZERO),
        returned=ZERO,
        redelivered=ZERO,
        invoiced=rules.shown(invoiced),
        charged_supply=charged.supply,
        charged_tax=charged.tax,
    )


@dataclass(frozen=True, slots=True)
class Account:
    """A customer's account around a delivery, in the order's currency.

    What was owed before it (전잔액), what it is worth, what was received on its day (입금); ``balance`` is 현잔액.
    """

    previous: Decimal
    charged: Decimal
    received: Decimal

    @property
    def balance(self) -> Decimal:
        """What is owed after it."""
        return self.previous + self.charged - self.received


_OWED = """
SELECT coalesce(sum(l.amount_currency), 0),
       coalesce(-sum(l.amount_currency) FILTER (WHERE e.source_kind = 'sales.payment' AND l.posted_on = %(day)s), 0)
FROM accounting_line l JOIN accounting_entry e ON e.id = l.entry_id
WHERE l.party_id = %(customer)s AND l.currency = %(currency)s AND l.posted_on <= %(day)s
  AND l.account_id IN (SELECT account_id FROM accounting_postingdefault
                       WHERE company_id = %(company)s AND role IN ('receivable', 'advance_received'))
"""
# Orders whose goods and charges may have differed then; those closed, charged and quiet since are even.
_UNEVEN = f"""
SELECT o.id, d.last, coalesce(i.charged, 0)
FROM sales_order o
CROSS JOIN LATERAL (SELECT max(id) FILTER (WHERE id <= %(delivery)s) AS last, max(id) AS latest
                    FROM sales_delivery WHERE order_id = o.id) d
LEFT JOIN LATERAL (SELECT sum(total) FILTER (WHERE invoiced_on <= %(day)s) AS charged, max(invoiced_on) AS latest
                   FROM sales_invoice WHERE order_id = o.id) i ON true
WHERE o.company_id = %(company)s AND o.customer_id = %(customer)s AND o.currency = %(currency)s
  AND d.last IS NOT NULL
  AND (o.state <> 'closed' OR d.latest > %(delivery)s OR i.latest > %(day)s OR {terms.UNCHARGED})
"""


def account(delivery: Delivery, charge: Charge) -> Account:
    """The account as of a delivery worth ``charge``: the party's ledger at the end of its day, as if all goods that
    had gone by then were charged, and no others.

    So what one statement leaves is what the next begins with, whenever invoices are made, and it says the same when
    it is printed again. Goods charged by what was ordered are owed since they were charged.
    """
    order = delivery.order
    named = {
        "company": delivery.company_id,
        "customer": delivery.customer_id,
        "currency": order.currency,
        "day": delivery.delivered_on,
        "delivery": delivery.pk,
    }
    ((owed, received),) = sql.rows(_OWED, named)
    uneven = sql.rows(_UNEVEN, named)
    orders = Order.objects.select_related("company").in_bulk([row[0] for row in uneven])
    balance = owed + sum((_ahead(orders[key], last, charged) for key, last, charged in uneven), ZERO)
    return Account(balance - charge.total + received, charge.total, received)


def _ahead(order: Order, delivery_id: int, charged: Decimal) -> Decimal:
    """What of an order the customer had by a delivery, less what was charged."""
    _billed, charge, so_far = _judged(order, delivery_id)
    ahead: Decimal = so_far.total + charge.total - charged
    return max(ahead, ZERO) if order.invoice_policy == InvoicePolicy.ORDER else ahead

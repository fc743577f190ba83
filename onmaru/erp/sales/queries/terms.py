"""What was agreed with a customer, or the house's habit where nothing was."""

from __future__ import annotations

from decimal import Decimal

from onmaru.erp.sales import rules
from onmaru.erp.sales.models import CustomerTerms, Order
from onmaru.erp.sales.models.terms import Scope
from onmaru.erp.sales.queries import positions
from onmaru.kernel import money, sql
from onmaru.ledgers.accounting.queries import documents, receivables
from onmaru.masters.site.models import Company


def of(company: Company, customer_id: int) -> CustomerTerms:
    """The terms of a customer; unsaved defaults when none were agreed."""
    agreed = "t0.company_id = %s AND t0.customer_id = %s"
    found = sql.first(CustomerTerms, agreed, [company.pk, customer_id], ["price_list"])
    return found or CustomerTerms(company=company, customer_id=customer_id)


def digits(company: Company, currency: str) -> int:
    """Decimals of amounts in a currency on this company's documents."""
    return company.digits if currency == company.currency else money.minor_digits(currency)


def amounts(order: Order) -> rules.Terms:
    """How the amounts of an order are made."""
    return rules.Terms(
        digits(order.company, order.currency),
        order.rounding,  # type: ignore[arg-type]
        order.rounding_scope == Scope.LINE,
        order.tax_included,
    )


def is_chargeable(order: Order) -> bool:
    """Whether an invoice made now would charge anything."""
    billed, whole, _positions = positions.to_charge(order, amounts(order))
    return bool(billed) and whole.total >= 0


_UNCHARGED = """
SELECT coalesce(sum(greatest(o.total - coalesce(i.total, 0), 0) * o.rate), 0)
FROM (SELECT o.id, o.total, CASE WHEN o.currency = %(currency)s::text THEN 1 ELSE (
        SELECT r.rate FROM accounting_exchangerate r WHERE r.currency = o.currency AND r.target = %(currency)s
        ORDER BY r.valid_on DESC LIMIT 1) END AS rate
      FROM sales_order o
      WHERE o.company_id = %(company)s AND o.customer_id = %(customer)s AND o.state = 'confirmed') o
LEFT JOIN (SELECT order_id, sum(total) AS total FROM sales_invoice GROUP BY order_id) i ON i.order_id = o.id
"""


# Whether goods went of an order ``o`` that were not charged yet.
UNCHARGED = """EXISTS (
  SELECT 1 FROM sales_orderline l JOIN sales_orderline head ON head.id = coalesce(l.kit_id, l.id)
  WHERE l.order_id = o.id AND l.stocked
    AND (SELECT coalesce(sum(quantity), 0) FROM sales_deliveryline WHERE order_line_id = l.id) * head.quantity
      > (SELECT coalesce(sum(quantity), 0) FROM sales_invoiceline WHERE order_line_id = head.id) * l.base_quantity)"""

# Few, so each is then judged by the rules of charging.
_CLOSED = f"""
SELECT o.id FROM sales_order o
WHERE o.company_id = %(company)s AND o.customer_id = %(customer)s AND o.state = 'closed' AND {UNCHARGED} ORDER BY o.id
"""


def exposure(company: Company, customer_id: int) -> Decimal:
    """What a customer owes and will owe, in company currency.

    Open items, confirmed orders not yet charged, and what was delivered of closed orders and not yet charged.
    """
    named = {"company": company.pk, "customer": customer_id, "currency": company.currency}
    ((uncharged,),) = sql.rows(_UNCHARGED, named)
    closed = [order_id for (order_id,) in sql.rows(_CLOSED, named)]
    orders = Order.objects.select_related("company").filter(pk__in=closed) if closed else ()
    delivered = sum((_to_charge(order) for order in orders), rules.ZERO)
    return receivables.exposure(company, customer_id) + Decimal(uncharged) + delivered


def _to_charge(order: Order) -> Decimal:
    whole = positions.to_charge(order, amounts(order))[1]
    rate = documents.rate(order.currency, order.company.currency, on=order.ordered_on)
    return money.round_money(max(whole.total, rules.ZERO) * rate, order.company.digits)


def in_company_currency(order: Order) -> Decimal:
    """The order's total at the rate of its day, in company currency."""
    rate = documents.rate(order.currency, order.company.currency, on=order.ordered_on)
    return money.round_money(order.total * rate, order.company.digits)

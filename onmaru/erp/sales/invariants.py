"""What must always be true of sales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from onmaru.erp.sales.queries import terms
from onmaru.erp.sales.rules import Charge, Terms, total
from onmaru.kernel.invariants import invariant, rows
from onmaru.masters.site.models import Company


@invariant("documents_have_entries", "every posted document has its entry, and the entry its amounts")
def documents_have_entries() -> Sequence[Any]:
    """Invoices and payments without an entry, or whose receivable differs; numbers missing on posted documents."""
    return [
        *rows("""
            SELECT 'invoice', i.id, i.total, l.amount FROM sales_invoice i LEFT JOIN LATERAL (
              SELECT sum(l.amount_currency) AS amount FROM accounting_entry e
              JOIN accounting_line l ON l.entry_id = e.id JOIN accounting_openitem o ON o.line_id = l.id
              WHERE e.source_kind = 'sales.invoice' AND e.source_id = i.id
            ) l ON true WHERE i.total <> coalesce(l.amount, 0) OR i.number IS NULL
        """),
        *rows("""
            SELECT 'payment', p.id, p.amount, p.fee FROM sales_payment p WHERE p.number IS NULL OR NOT EXISTS (
              SELECT 1 FROM accounting_entry e WHERE e.source_kind = 'sales.payment' AND e.source_id = p.id)
        """),
        *rows("""
            SELECT 'delivery', d.id FROM sales_delivery d WHERE d.number IS NULL OR NOT EXISTS (
              SELECT 1 FROM stock_move m WHERE m.document_kind = 'sales.delivery' AND m.document_id = d.id)
        """),
    ]


@invariant(
    "documents_add_up",
    "orders and invoices are the sum of their lines, and no more is charged than was agreed",
)
def documents_add_up() -> Sequence[Any]:
    """Documents whose amounts are not those of their lines.

    Where a document is rounded as a whole, an order is its lines' sum rounded, the invoices of an order by then are
    together the sum of their lines rounded, and what cancels an invoice is its mirror.
    """
    companies = Company.objects.in_bulk()
    return [
        *rows("""
            SELECT 'order', o.id, o.supply_amount, sum(l.amount), o.tax_amount, sum(l.tax)
            FROM sales_order o JOIN sales_orderline l ON l.order_id = o.id
            WHERE o.rounding_scope = 'line' GROUP BY o.id
            HAVING o.supply_amount <> sum(l.amount) OR o.tax_amount <> sum(l.tax)
        """),
        *rows("""
            SELECT 'invoice', i.id, i.supply_amount, sum(l.amount), i.tax_amount, sum(l.tax) FROM sales_invoice i
            JOIN sales_invoiceline l ON l.invoice_id = i.id JOIN sales_order o ON o.id = i.order_id
            WHERE o.rounding_scope = 'line' GROUP BY i.id
            HAVING i.supply_amount <> sum(l.amount) OR i.tax_amount <> sum(l.tax)
        """),
        *(one for one in rows(_WHOLE_ORDERS + _WHOLE_INVOICES) if not _adds_up(one, companies)),
        *rows("""
            SELECT 'correction', i.id, i.supply_amount, c.supply_amount FROM sales_invoice i
            JOIN sales_invoice c ON c.id = i.corrects_id
            WHERE i.supply_amount <> -c.supply_amount OR i.tax_amount <> -c.tax_amount OR
              (SELECT (sum(amount), sum(tax)) FROM sales_invoiceline WHERE invoice_id = i.id) IS DISTINCT FROM
              (SELECT (-sum(amount), -sum(tax)) FROM sales_invoiceline WHERE invoice_id = c.id)
        """),
    ]


_HOW = "o.company_id, o.currency, o.rounding, o.tax_included"
_WHOLE_ORDERS = f"""
SELECT 'order', o.id, o.supply_amount, o.tax_amount, sum(l.amount), sum(l.tax), {_HOW}, NULL::bigint AS corrects_id
FROM sales_order o JOIN sales_orderline l ON l.order_id = o.id WHERE o.rounding_scope = 'document' GROUP BY o.id
"""
_WHOLE_INVOICES = f"""
UNION ALL SELECT * FROM (
  SELECT 'invoice', i.id, sum(i.supply_amount) OVER upto, sum(i.tax_amount) OVER upto,
         sum(l.amount) OVER upto, sum(l.tax) OVER upto, {_HOW}, i.corrects_id
  FROM sales_invoice i JOIN sales_order o ON o.id = i.order_id
  JOIN (SELECT invoice_id, sum(amount) AS amount, sum(tax) AS tax FROM sales_invoiceline GROUP BY 1) l
    ON l.invoice_id = i.id
  WHERE o.rounding_scope = 'document' WINDOW upto AS (PARTITION BY i.order_id ORDER BY i.id)
) charged WHERE corrects_id IS NULL
"""


def _adds_up(row: Sequence[Any], companies: Mapping[int, Company]) -> bool:
    supply, tax, line_supply, line_tax, company, currency, rounding, tax_included = row[2:10]
    digits = terms.digits(companies[company], currency)
    agreed = Terms(digits, rounding, per_line=False, tax_included=tax_included)
    return total([Charge(line_supply, line_tax)], agreed) == Charge(supply, tax)


@invariant("deliveries_equal_moves", "what was delivered of every line is what the stock ledger moved for it")
def deliveries_equal_moves() -> Sequence[Any]:
    """Delivery lines whose moves differ."""
    return rows("""
        SELECT dl.id, dl.quantity, m.quantity FROM sales_deliveryline dl LEFT JOIN (
          SELECT line_id, sum(quantity) AS quantity FROM stock_move WHERE document_kind = 'sales.delivery' GROUP BY 1
        ) m ON m.line_id = dl.id WHERE abs(dl.quantity) <> coalesce(m.quantity, 0)
    """)


@invariant(
    "reservations_have_open_orders", "every reservation belongs to an open line, and is no more than it wants"
)
def reservations_have_open_orders() -> Sequence[Any]:
    """Reservations of orders that are not confirmed, or above what is outstanding of their line."""
    return rows("""
        SELECT r.document_id, r.line_id, r.quantity, o.state, l.base_quantity FROM (
          SELECT document_id, line_id, sum(quantity) AS quantity FROM stock_reservation
          WHERE document_kind = 'sales.order' GROUP BY 1, 2
        ) r LEFT JOIN sales_orderline l ON l.id = r.line_id LEFT JOIN sales_order o ON o.id = r.document_id
        WHERE o.id IS NULL OR l.id IS NULL OR o.state <> 'confirmed' OR r.quantity > l.base_quantity - (
          SELECT coalesce(sum(d.quantity) FILTER (WHERE d.quantity > 0 OR s.redeliver), 0)
          FROM sales_deliveryline d JOIN sales_delivery s ON s.id = d.delivery_id WHERE d.order_line_id = l.id)
    """)


@invariant("settlements_agree", "what was settled of an invoice is no more than its total")
def settlements_agree() -> Sequence[Any]:
    """Receivable items of invoices that belong to another customer than the invoice."""
    return rows("""
        SELECT i.id, i.customer_id, o.party_id FROM sales_invoice i
        JOIN accounting_entry e ON e.source_kind = 'sales.invoice' AND e.source_id = i.id
        JOIN accounting_line l ON l.entry_id = e.id JOIN accounting_openitem o ON o.line_id = l.id
        WHERE o.party_id <> i.customer_id
    """)

"""What must always be true of the stock ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps

from onmaru.kernel.invariants import invariant, rows
from onmaru.ledgers.stock.models import Move, Reservation, Valuation


@invariant("on_hand_equals_moves", "on hand in every place is the sum of the moves in and out of it")
def on_hand_equals_moves() -> Sequence[Any]:
    """Places of the company's own whose on hand differs from their moves."""
    return rows("""
        SELECT location_id, product_id, lot_id, sum(quantity) FROM (
          SELECT destination_id AS location_id, product_id, lot_id, quantity FROM stock_move
          UNION ALL SELECT source_id, product_id, lot_id, -quantity FROM stock_move
          UNION ALL SELECT location_id, product_id, lot_id, -on_hand FROM stock_quant
        ) part JOIN site_location l ON l.id = part.location_id AND l.kind IN ('internal', 'transit')
        GROUP BY 1, 2, 3 HAVING sum(quantity) <> 0
    """)


@invariant("reserved_within_on_hand", "reserved is the sum of reservations, and never more than on hand")
def reserved_within_on_hand() -> Sequence[Any]:
    """Quants whose reserved differs from their reservations, or exceeds what lies there."""
    return rows("""
        SELECT q.id, q.on_hand, q.reserved, coalesce(r.quantity, 0) FROM stock_quant q
        LEFT JOIN (SELECT quant_id, sum(quantity) AS quantity FROM stock_reservation GROUP BY 1) r ON r.quant_id = q.id
        WHERE q.reserved <> coalesce(r.quantity, 0) OR q.reserved > q.on_hand OR q.on_hand < 0
    """)


@invariant(
    "piles_equal_valuations",
    "every cost layer is the sum of its valuations, and quantities equal those on hand",
)
def piles_equal_valuations() -> Sequence[Any]:
    """Piles that differ from their valuations; products whose layers differ from what is on hand."""
    return [
        *rows("""
            SELECT 'pile', p.id, p.quantity, p.value FROM stock_pile p
            LEFT JOIN (SELECT pile_id, sum(quantity) AS quantity, sum(value) AS value FROM stock_valuation GROUP BY 1) v
              ON v.pile_id = p.id
            WHERE p.quantity <> coalesce(v.quantity, 0) OR p.value <> coalesce(v.value, 0)
        """),
        *rows("""
            SELECT 'product', company_id, product_id, sum(quantity) FROM (
              SELECT company_id, product_id, quantity FROM stock_pile
              UNION ALL SELECT company_id, product_id, -on_hand FROM stock_quant
            ) part GROUP BY 1, 2, 3 HAVING sum(quantity) <> 0
        """),
    ]


@invariant(
    "stock_value_equals_account", "stock value equals the balance of its account, per company and account"
)
def stock_value_equals_account() -> Sequence[Any]:
    """Stock accounts whose balance is not what the stock ledger says."""
    return rows("""
        SELECT a.company_id, a.code, coalesce(v.value, 0), coalesce(b.balance, 0)
        FROM accounting_account a
        JOIN (SELECT account_id, sum(value) AS value FROM stock_valuation GROUP BY 1) v ON v.account_id = a.id
        LEFT JOIN (SELECT account_id, sum(debit - credit) AS balance FROM accounting_line GROUP BY 1) b
          ON b.account_id = a.id
        WHERE v.value <> coalesce(b.balance, 0)
    """)


@invariant(
    "stock_posts_its_entries", "every valuation with a value has an accounting entry of the same document"
)
def stock_posts_its_entries() -> Sequence[Any]:
    """Documents with stock value whose entries do not move the stock account by that value."""
    return rows("""
        SELECT v.document_kind, v.document_id, v.account_id, v.value, coalesce(e.value, 0) FROM (
          SELECT document_kind, document_id, account_id, sum(value) AS value FROM stock_valuation GROUP BY 1, 2, 3
        ) v LEFT JOIN (
          SELECT e.source_kind, e.source_id, l.account_id, sum(l.debit - l.credit) AS value
          FROM accounting_entry e JOIN accounting_line l ON l.entry_id = e.id GROUP BY 1, 2, 3
        ) e ON e.source_kind = v.document_kind AND e.source_id = v.document_id AND e.account_id = v.account_id
        WHERE v.value <> coalesce(e.value, 0)
    """)


@invariant("stock_has_documents", "every move, valuation and reservation belongs to a document that exists")
def stock_has_documents() -> Sequence[Any]:
    """Rows of stock whose document is gone."""
    broken: list[Any] = []
    for model in (Move, Valuation, Reservation):
        for (kind,) in model._default_manager.order_by().values_list("document_kind").distinct():
            table = apps.get_model(kind)._meta.db_table
            broken += rows(
                f"SELECT s.id, s.document_kind, s.document_id FROM {model._meta.db_table} s"
                f" LEFT JOIN {table} d ON d.id = s.document_id WHERE s.document_kind = %s AND d.id IS NULL",
                [kind],
            )
    return broken

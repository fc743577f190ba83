"""Keeping stock for the lines of a document. What is reserved cannot be promised twice.

Quants are locked in the order of their keys before anything is judged, so two orders for the last piece wait
for each other and one of them finds it gone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from onmaru.kernel import sql, work
from onmaru.ledgers.stock.rules import Held, Want

_LOCK = """
SELECT q.id FROM stock_quant q JOIN site_location l ON l.id = q.location_id
WHERE l.warehouse_id = %(warehouse)s AND q.product_id = ANY(%(products)s::bigint[])
  AND (%(location)s::bigint IS NULL OR l.id = %(location)s)
ORDER BY q.id FOR NO KEY UPDATE OF q
"""

# Demand and supply are laid end to end as intervals, by product (or by lot where one is named): where a line's
# interval overlaps a quant's, that much is reserved. Lots that expire first go first.
_RESERVE = """
WITH wanted AS (
  SELECT line_id, product_id, lot_id, quantity, {demand_key} AS key
  FROM jsonb_to_recordset(%(wants)s::jsonb) AS w(line_id bigint, product_id bigint, quantity numeric, lot_id bigint)
), demand AS (
  SELECT *, sum(quantity) OVER by_key - quantity AS low, sum(quantity) OVER by_key AS high
  FROM wanted WINDOW by_key AS (PARTITION BY key ORDER BY line_id)
), free AS (
  SELECT q.id, {supply_key} AS key, q.on_hand - q.reserved AS quantity, lot.expires_on
  FROM stock_quant q JOIN site_location l ON l.id = q.location_id LEFT JOIN stock_lot lot ON lot.id = q.lot_id
  WHERE q.id = ANY(%(locked)s::bigint[]) AND l.kind = 'internal'
    AND q.on_hand > q.reserved AND (lot.expires_on IS NULL OR lot.expires_on >= %(on)s::date)
), supply AS (
  SELECT *, sum(quantity) OVER by_key - quantity AS low, sum(quantity) OVER by_key AS high
  FROM free WINDOW by_key AS (PARTITION BY key ORDER BY expires_on NULLS LAST, id)
), part AS (
  SELECT s.id AS quant_id, d.line_id, least(d.high, s.high) - greatest(d.low, s.low) AS quantity
  FROM demand d JOIN supply s ON s.key = d.key AND s.low < d.high AND d.low < s.high
), held AS (
  INSERT INTO stock_reservation (quant_id, document_kind, document_id, line_id, quantity)
  SELECT quant_id, %(kind)s, %(document)s::bigint, line_id, quantity FROM part
), counted AS (
  UPDATE stock_quant q SET reserved = q.reserved + p.quantity
  FROM (SELECT quant_id, sum(quantity) AS quantity FROM part GROUP BY quant_id) p WHERE q.id = p.quant_id
)
SELECT line_id, sum(quantity) FROM part GROUP BY line_id
"""
_BY_PRODUCT = _RESERVE.format(demand_key="product_id", supply_key="q.product_id")
_BY_LOT = _RESERVE.format(demand_key="lot_id", supply_key="q.lot_id")


def reserve(
    document: models.Model,
    wants: Sequence[Want],
    *,
    warehouse_id: int,
    on: date,
    location_id: int | None = None,
) -> dict[int, Decimal]:
    """Reserve what is free in a warehouse (or one of its locations) for ``document``; returns what each line got.

    Lots expired before ``on`` are left alone. Never refuses: what is missing is the caller's backorder.
    """
    if not wants:
        return {}
    products = sorted({want.product for want in wants})
    where = {"warehouse": warehouse_id, "location": location_id, "products": products}
    locked = [quant_id for (quant_id,) in sql.rows(_LOCK, where)]
    named = [want for want in wants if want.lot is not None]
    rest = [want for want in wants if want.lot is None]
    got: dict[int, Decimal] = {}
    for statement, some in ((_BY_LOT, named), (_BY_PRODUCT, rest)):
        for line_id, quantity in _take(statement, document, some, locked, on):
            got[line_id] = got.get(line_id, Decimal(0)) + quantity
    return got


def _take(
    statement: str, document: models.Model, wants: Sequence[Want], locked: Sequence[int], on: date
) -> list[tuple[int, Decimal]]:
    if not wants:
        return []
    return sql.rows(
        statement,
        {
            "wants": sql.records([_row(want) for want in wants]),
            "locked": locked,
            "kind": work.kind_of(document),
            "document": document.pk,
            "on": on,
        },
    )


def _row(want: Want) -> dict[str, Any]:
    return {
        "line_id": want.line_id,
        "product_id": want.product,
        "quantity": want.quantity,
        "lot_id": want.lot,
    }


_HELD = """
SELECT r.id, r.line_id, r.quantity, q.id, q.location_id, q.lot_id
FROM stock_reservation r JOIN stock_quant q ON q.id = r.quant_id
WHERE r.document_kind = %(kind)s AND r.document_id = %(document)s
  AND (%(lines)s::bigint[] IS NULL OR r.line_id IN (SELECT unnest(%(lines)s::bigint[])))
ORDER BY q.id, r.id FOR NO KEY UPDATE OF q
"""
_RELEASE = """
WITH gone AS (
  DELETE FROM stock_reservation WHERE id = ANY(%s::bigint[]) RETURNING quant_id, quantity
)
UPDATE stock_quant q SET reserved = q.reserved - g.quantity
FROM (SELECT quant_id, sum(quantity) AS quantity FROM gone GROUP BY quant_id) g WHERE q.id = g.quant_id
"""


def held(document: models.Model, *, line_ids: Collection[int] | None = None) -> list[Held]:
    """What is reserved for a document, or for some of its lines; the quants behind it are locked in key order."""
    lines = None if line_ids is None else list(line_ids)
    named = {"kind": work.kind_of(document), "document": document.pk, "lines": lines}
    return [Held(*row) for row in sql.rows(_HELD, named)]


def release(document: models.Model, *, line_ids: Collection[int] | None = None) -> None:
    """Give back what is reserved for a document, or for some of its lines."""
    found = held(document, line_ids=line_ids)
    if found:
        sql.run(_RELEASE, [[one.id for one in found]])

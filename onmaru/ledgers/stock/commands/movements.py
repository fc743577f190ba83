"""Moving goods: out of stock from what is reserved, into stock with a value, or from place to place.

Each movement writes moves, quants, piles and valuations and posts its accounting entry, all in the transaction
of the document that caused it. Locks are taken in this order everywhere: quants, then piles, each by key.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection, models

from onmaru.kernel import events, money, refusals, sql, work
from onmaru.kernel.identity import Actor
from onmaru.ledgers.accounting.commands import entries
from onmaru.ledgers.accounting.rules import DraftLine
from onmaru.ledgers.stock import rules
from onmaru.ledgers.stock.commands import reservations
from onmaru.ledgers.stock.events import StockReceived
from onmaru.ledgers.stock.models import Move
from onmaru.ledgers.stock.queries.facts import ProductFacts
from onmaru.ledgers.stock.rules import Pick, Receipt, Valued
from onmaru.masters.product.queries import inherited
from onmaru.masters.site.models import Company, Location

_LOCK_PILES = """
SELECT id FROM stock_pile WHERE company_id = %(company)s AND product_id = ANY(%(products)s::bigint[]) AND quantity <> 0
ORDER BY id FOR NO KEY UPDATE
"""

# Value at position x of a pile: its share by quantity, rounded; all that is left at its end. A draw from x to y
# takes the difference, so parts of a pile add up to the pile, whoever draws them in whatever portions.
_SHARE = (
    "CASE WHEN {x} = p.quantity THEN p.value ELSE round(p.value * ({x}) / p.quantity, %(digits)s::int) END"
)
_HIGH = "(least(d.high, p.high) - p.low)"
_LOW = "(greatest(d.low, p.low) - p.low)"

_SIDE = """(SELECT id FROM site_location WHERE company_id = %(company)s AND kind = %(side)s
              AND warehouse_id IS NULL AND parent_id IS NULL)"""

_ISSUE = f"""
WITH part AS (
  SELECT * FROM jsonb_to_recordset(%(parts)s::jsonb)
    AS p(id bigint, line_id bigint, product_id bigint, quantity numeric, whole bool, quant_id bigint,
         location_id bigint, lot_id bigint)
), gone AS (
  DELETE FROM stock_reservation r USING part WHERE r.id = part.id AND part.whole
), kept AS (
  UPDATE stock_reservation r SET quantity = r.quantity - part.quantity
  FROM part WHERE r.id = part.id AND NOT part.whole
), quant AS (
  UPDATE stock_quant q SET on_hand = q.on_hand - t.quantity, reserved = q.reserved - t.quantity
  FROM (SELECT quant_id, sum(quantity) AS quantity FROM part GROUP BY quant_id) t WHERE q.id = t.quant_id
), moved AS (
  INSERT INTO stock_move (company_id, product_id, lot_id, source_id, destination_id, quantity, moved_on,
                          document_kind, document_id, line_id, posted_by)
  SELECT %(company)s::bigint, product_id, lot_id, location_id, {_SIDE}, quantity, %(day)s::date, %(kind)s,
         %(document)s::bigint, line_id, %(by_name)s
  FROM part
), asked AS (
  SELECT line_id, product_id, sum(quantity) AS quantity FROM part GROUP BY line_id, product_id
), demand AS (
  SELECT *, sum(quantity) OVER in_line - quantity AS low, sum(quantity) OVER in_line AS high
  FROM asked WINDOW in_line AS (PARTITION BY product_id ORDER BY line_id)
), pile AS (
  SELECT id, product_id, account_id, quantity, value,
         sum(quantity) OVER in_age - quantity AS low, sum(quantity) OVER in_age AS high
  FROM stock_pile WHERE company_id = %(company)s AND product_id = ANY(%(products)s::bigint[]) AND quantity <> 0
  WINDOW in_age AS (PARTITION BY product_id ORDER BY opened_on, id)
), draw AS (
  SELECT d.line_id, d.product_id, p.id AS pile_id, p.account_id,
         least(d.high, p.high) - greatest(d.low, p.low) AS quantity,
         {_SHARE.format(x=_HIGH)} - {_SHARE.format(x=_LOW)} AS value
  FROM demand d JOIN pile p ON p.product_id = d.product_id AND p.low < d.high AND d.low < p.high
), drawn AS (
  UPDATE stock_pile p SET quantity = p.quantity - t.quantity, value = p.value - t.value
  FROM (SELECT pile_id, sum(quantity) AS quantity, sum(value) AS value FROM draw GROUP BY pile_id) t
  WHERE p.id = t.pile_id
), valued AS (
  INSERT INTO stock_valuation (company_id, pile_id, product_id, account_id, valued_on, quantity, value,
                               document_kind, document_id, line_id)
  SELECT %(company)s::bigint, pile_id, product_id, account_id, %(day)s::date, -quantity, -value, %(kind)s,
         %(document)s::bigint, line_id
  FROM draw
)
SELECT cost.line_id, cost.product_id, cost.quantity, cost.value, a.code,
       coalesce(nullif(%(contra)s::text, ''), {inherited("cogs_account")}, '')
FROM (SELECT line_id, product_id, account_id, -sum(quantity) AS quantity, -sum(value) AS value
      FROM draw GROUP BY line_id, product_id, account_id) cost
JOIN accounting_account a ON a.id = cost.account_id
JOIN product_product product ON product.id = cost.product_id JOIN product_category c ON c.id = product.category_id
"""


def issue(
    company: Company,
    picks: Sequence[Pick],
    *,
    held_by: models.Model,
    document: models.Model,
    side: str,
    moved_on: date,
    by: Actor,
    contra: str = "",
) -> list[Valued]:
    """Take what is reserved for lines of ``held_by`` out of stock for ``document``, and post its cost.

    ``side`` is the kind of place outside of the company that they go to (customer, adjustment). ``contra`` names
    the account charged instead of the category's cost of sales. Refuses, for every line at
    once, what is not reserved.
    """
    held = reservations.held(held_by, line_ids=[pick.held_line for pick in picks])
    parts, missing = rules.parts(picks, held)
    refusals.check(
        rules.STOCK_SHORT(f"lines.{place}.quantity", product=pick.product, missing=missing[pick.line_id])
        for place, pick in enumerate(picks)
        if pick.line_id in missing
    )
    products = sorted({pick.product for pick in picks})
    sql.rows(_LOCK_PILES, {"company": company.pk, "products": products})
    rows = sql.rows(
        _ISSUE,
        {
            "company": company.pk,
            "digits": company.digits,
            "parts": sql.records(parts),
            "products": products,
            "side": side,
            "day": moved_on,
            "kind": work.kind_of(document),
            "document": document.pk,
            "by_name": by.name,
            "contra": contra,
        },
    )
    valued = [Valued(*row) for row in rows]
    _post(company, rules.entry_lines(valued), moved_on, document, by)
    _show(document)
    return valued


def _post(company: Company, lines: list[DraftLine], day: date, document: models.Model, by: Actor) -> None:
    """Goods that cost nothing move without an entry."""
    if lines:
        entries.post(company, lines, posted_on=day, source=document, by=by)


def _show(document: models.Model) -> None:
    """Tell a dry run each move by itself: what goes from where to where."""
    if not work.required().dry:
        return
    named = {"document_kind": work.kind_of(document), "document_id": document.pk}
    for move in (
        Move.objects.filter(**named).select_related("product", "source", "destination").order_by("id")
    ):
        work.effect("stock.move", partial(_words, move))


def _words(move: Move) -> dict[str, Any]:
    return {
        "product": move.product_id,
        "product_name": str(move.product),
        "source_name": str(move.source),
        "destination_name": str(move.destination),
        "quantity": move.quantity,
    }


_RECEIVE = f"""
WITH asked AS (
  SELECT *, CASE WHEN shared THEN NULL ELSE nextval(pg_get_serial_sequence('stock_pile', 'id')) END AS own_pile
  FROM unnest(%(products)s::bigint[], %(lots)s::bigint[], %(quantities)s::numeric[], %(values)s::numeric[],
              %(lines)s::bigint[], %(shared)s::bool[], %(accounts)s::text[])
    AS a(product_id, lot_id, quantity, value, line_id, shared, account)
), priced AS (
  SELECT asked.*, a.id AS account_id FROM asked
  JOIN accounting_account a ON a.company_id = %(company)s AND a.code = asked.account
), quant AS (
  INSERT INTO stock_quant (company_id, location_id, product_id, lot_id, on_hand, reserved)
  SELECT %(company)s, %(destination)s, product_id, lot_id, sum(quantity), 0 FROM asked GROUP BY product_id, lot_id
  ORDER BY product_id, lot_id
  ON CONFLICT (location_id, product_id, lot_id) DO UPDATE SET on_hand = stock_quant.on_hand + EXCLUDED.on_hand
), moved AS (
  INSERT INTO stock_move (company_id, product_id, lot_id, source_id, destination_id, quantity, moved_on,
                          document_kind, document_id, line_id, posted_by)
  SELECT %(company)s, product_id, lot_id, {_SIDE}, %(destination)s, quantity, %(day)s, %(kind)s, %(document)s,
         line_id, %(by_name)s
  FROM asked
), own AS (
  INSERT INTO stock_pile (id, company_id, product_id, account_id, shared, opened_on, quantity, value)
  SELECT own_pile, %(company)s, product_id, account_id, false, %(day)s, quantity, value FROM priced WHERE NOT shared
), poured AS (
  INSERT INTO stock_pile AS pile (company_id, product_id, account_id, shared, opened_on, quantity, value)
  SELECT %(company)s, product_id, account_id, true, %(day)s, sum(quantity), sum(value) FROM priced WHERE shared
  GROUP BY product_id, account_id ORDER BY product_id
  ON CONFLICT (company_id, product_id) WHERE shared
  DO UPDATE SET quantity = pile.quantity + EXCLUDED.quantity, value = pile.value + EXCLUDED.value
  RETURNING id, product_id, account_id
), valued AS (
  INSERT INTO stock_valuation (company_id, pile_id, product_id, account_id, valued_on, quantity, value,
                               document_kind, document_id, line_id)
  SELECT %(company)s, coalesce(priced.own_pile, poured.id), priced.product_id,
         coalesce(poured.account_id, priced.account_id), %(day)s, priced.quantity, priced.value,
         %(kind)s, %(document)s, priced.line_id
  FROM priced LEFT JOIN poured ON priced.shared AND poured.product_id = priced.product_id
  RETURNING line_id, product_id, quantity, value, account_id
)
SELECT valued.line_id, valued.product_id, valued.quantity, valued.value, a.code
FROM valued JOIN accounting_account a ON a.id = valued.account_id
"""


def receive(
    company: Company,
    receipts: Sequence[Receipt],
    facts: dict[int, ProductFacts],
    *,
    side: str,
    destination: Location,
    contra: str,
    document: models.Model,
    moved_on: date,
    by: Actor,
) -> None:
    """Bring goods into one of the company's own locations with their value, and post it against ``contra``.

    ``side`` is the kind of place outside of the company that they come from (supplier, customer, adjustment).
    An empty ``contra`` is the category's cost of sales (a return). At standard cost the stock takes the standard
    value and the difference goes to the variance account.
    """
    pile_values = [_pile_value(company, receipt, facts[receipt.product], moved_on) for receipt in receipts]
    rows = _insert_receipts(
        company, receipts, pile_values, facts, side, destination.pk, document, moved_on, by
    )
    if len(rows) != len(receipts):
        missing = {facts[receipt.product].stock_account for receipt in receipts}
        raise refusals.Refused(rules.STOCK_ACCOUNT_MISSING(accounts=", ".join(sorted(missing))))
    valued = [
        Valued(line_id, product, quantity, value, account, contra or facts[product].cogs_account)
        for line_id, product, quantity, value, account in rows
    ]
    lines = rules.entry_lines(valued) + _variance_lines(receipts, pile_values, facts, contra)
    _post(company, lines, moved_on, document, by)
    _show(document)
    if destination.warehouse_id is not None:
        products = sorted({receipt.product for receipt in receipts})
        events.emit(StockReceived(company.pk, destination.warehouse_id, products), document)


def _pile_value(company: Company, receipt: Receipt, known: ProductFacts, day: date) -> Decimal:
    if known.method != "standard":
        return receipt.value
    if known.standard_cost is None:
        raise refusals.Refused(rules.NO_STANDARD_COST("product", product=known.label, day=day))
    return money.round_money(known.standard_cost * receipt.quantity, company.digits)


def _variance_lines(
    receipts: Sequence[Receipt], pile_values: Sequence[Decimal], facts: dict[int, ProductFacts], contra: str
) -> list[DraftLine]:
    valued = []
    for receipt, pile_value in zip(receipts, pile_values, strict=True):
        variance = facts[receipt.product].variance_account
        difference = receipt.value - pile_value
        other = contra or facts[receipt.product].cogs_account
        valued.append(Valued(None, receipt.product, rules.ZERO, difference, variance, other))
    return rules.entry_lines(valued)


def _insert_receipts(
    company: Company,
    receipts: Sequence[Receipt],
    pile_values: Sequence[Decimal],
    facts: dict[int, ProductFacts],
    side: str,
    destination_id: int,
    document: models.Model,
    moved_on: date,
    by: Actor,
) -> list[tuple[Any, ...]]:
    products = [receipt.product for receipt in receipts]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM stock_quant WHERE location_id = %s AND product_id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [destination_id, products],
        )
        cursor.execute(_LOCK_PILES, {"company": company.pk, "products": products})
        cursor.execute(
            _RECEIVE,
            {
                "company": company.pk,
                "products": products,
                "lots": [receipt.lot for receipt in receipts],
                "quantities": [receipt.quantity for receipt in receipts],
                "values": list(pile_values),
                "lines": [receipt.line_id for receipt in receipts],
                "shared": [facts[product].shared for product in products],
                "accounts": [facts[product].stock_account for product in products],
                "side": side,
                "destination": destination_id,
                "day": moved_on,
                "kind": work.kind_of(document),
                "document": document.pk,
                "by_name": by.name,
            },
        )
        return list(cursor.fetchall())


_TRANSFER = """
WITH asked AS (
  SELECT * FROM unnest(%(quants)s::bigint[], %(quantities)s::numeric[]) AS a(quant_id, quantity)
), left_behind AS (
  UPDATE stock_quant q SET on_hand = q.on_hand - asked.quantity FROM asked WHERE q.id = asked.quant_id
  RETURNING q.id, q.product_id, q.lot_id, q.location_id
), arrived AS (
  INSERT INTO stock_quant AS quant (company_id, location_id, product_id, lot_id, on_hand, reserved)
  SELECT %(company)s, %(destination)s, product_id, lot_id, sum(quantity), 0
  FROM left_behind JOIN asked ON asked.quant_id = left_behind.id GROUP BY product_id, lot_id ORDER BY product_id, lot_id
  ON CONFLICT (location_id, product_id, lot_id) DO UPDATE SET on_hand = quant.on_hand + EXCLUDED.on_hand
)
INSERT INTO stock_move (company_id, product_id, lot_id, source_id, destination_id, quantity, moved_on, document_kind,
                        document_id, posted_by)
SELECT %(company)s, product_id, lot_id, location_id, %(destination)s, quantity, %(day)s, %(kind)s, %(document)s,
       %(by_name)s
FROM left_behind JOIN asked ON asked.quant_id = left_behind.id
"""


def transfer(
    company: Company,
    quantities: dict[int, Decimal],
    *,
    destination_id: int,
    document: models.Model,
    moved_on: date,
    by: Actor,
) -> None:
    """Move free stock, by quant, to another of the company's own locations; nothing changes in the accounts.

    What is reserved stays where it is: the constraint of the quant refuses to move it away.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM stock_quant WHERE id = ANY(%(quants)s) OR (location_id = %(destination)s AND product_id IN"
            " (SELECT product_id FROM stock_quant WHERE id = ANY(%(quants)s))) ORDER BY id FOR NO KEY UPDATE",
            {"quants": list(quantities), "destination": destination_id},
        )
        cursor.execute(
            _TRANSFER,
            {
                "company": company.pk,
                "quants": list(quantities),
                "quantities": list(quantities.values()),
                "destination": destination_id,
                "day": moved_on,
                "kind": work.kind_of(document),
                "document": document.pk,
                "by_name": by.name,
            },
        )

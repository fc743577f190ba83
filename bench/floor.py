"""The floor under order-to-cash: the rows, locks and commits that any double-entry system must make, and no more.

Plain psycopg on tables of its own in the schema ``floor`` of the benchmark's database: five commits an order
(create, confirm, deliver, invoice, pay), one INSERT … SELECT unnest() a table, rows locked in the order of their
keys, foreign keys and indexes as a real schema has them. No tax engine, no rights, no rules, no Python objects.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg

PARTIES = 20
ZERO = Decimal(0)

SCHEMA = """
DROP SCHEMA IF EXISTS floor CASCADE; CREATE SCHEMA floor; SET search_path TO floor;
CREATE TABLE account (id int PRIMARY KEY, code text UNIQUE NOT NULL, name text NOT NULL);
CREATE TABLE party (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE product (id int PRIMARY KEY, name text NOT NULL, price numeric(14, 2) NOT NULL);
CREATE TABLE stock (
  product int PRIMARY KEY REFERENCES product, quantity numeric(16, 3) NOT NULL, reserved numeric(16, 3) NOT NULL,
  value numeric(18, 4) NOT NULL, cost numeric(18, 6) NOT NULL, CHECK (quantity >= 0), CHECK (reserved <= quantity));
CREATE SEQUENCE order_number; CREATE SEQUENCE delivery_number; CREATE SEQUENCE invoice_number;
CREATE SEQUENCE payment_number;
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number text UNIQUE, party int NOT NULL REFERENCES party,
  state text NOT NULL, total numeric(14, 2) NOT NULL, at timestamptz NOT NULL DEFAULT now(), version int DEFAULT 1);
CREATE TABLE order_line (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, orders bigint NOT NULL REFERENCES orders,
  product int NOT NULL REFERENCES product, quantity numeric(16, 3) NOT NULL, price numeric(14, 2) NOT NULL,
  tax numeric(6, 4) NOT NULL, delivered numeric(16, 3) NOT NULL DEFAULT 0, invoiced numeric(16, 3) NOT NULL DEFAULT 0);
CREATE INDEX ON order_line (orders);
CREATE TABLE reservation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, line bigint NOT NULL REFERENCES order_line,
  product int NOT NULL REFERENCES product, quantity numeric(16, 3) NOT NULL, state text NOT NULL);
CREATE INDEX ON reservation (line);
CREATE TABLE delivery (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number text UNIQUE, orders bigint NOT NULL REFERENCES orders,
  at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON delivery (orders);
CREATE TABLE move (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, delivery bigint NOT NULL REFERENCES delivery,
  line bigint NOT NULL REFERENCES order_line, product int NOT NULL REFERENCES product,
  quantity numeric(16, 3) NOT NULL);
CREATE INDEX ON move (delivery); CREATE INDEX ON move (product);
CREATE TABLE valuation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, move bigint NOT NULL REFERENCES move,
  product int NOT NULL REFERENCES product, quantity numeric(16, 3) NOT NULL, cost numeric(18, 6) NOT NULL,
  value numeric(18, 4) NOT NULL);
CREATE INDEX ON valuation (product);
CREATE TABLE journal (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, source bigint NOT NULL,
  day date NOT NULL DEFAULT current_date, posted timestamptz NOT NULL DEFAULT now());
CREATE TABLE journal_line (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, journal bigint NOT NULL REFERENCES journal,
  account int NOT NULL REFERENCES account, party int REFERENCES party, debit numeric(16, 2) NOT NULL,
  credit numeric(16, 2) NOT NULL, day date NOT NULL DEFAULT current_date);
CREATE INDEX ON journal_line (journal); CREATE INDEX ON journal_line (account, day);
CREATE TABLE invoice (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number text UNIQUE, orders bigint NOT NULL REFERENCES orders,
  party int NOT NULL REFERENCES party, net numeric(14, 2) NOT NULL, tax numeric(14, 2) NOT NULL, state text NOT NULL,
  journal bigint REFERENCES journal);
CREATE INDEX ON invoice (orders);
CREATE TABLE invoice_line (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, invoice bigint NOT NULL REFERENCES invoice,
  line bigint NOT NULL REFERENCES order_line, product int NOT NULL REFERENCES product,
  quantity numeric(16, 3) NOT NULL, price numeric(14, 2) NOT NULL);
CREATE INDEX ON invoice_line (invoice);
CREATE TABLE payment (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number text UNIQUE, party int NOT NULL REFERENCES party,
  amount numeric(14, 2) NOT NULL, journal bigint NOT NULL REFERENCES journal);
CREATE TABLE settlement (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, debit_line bigint NOT NULL REFERENCES journal_line,
  credit_line bigint NOT NULL REFERENCES journal_line, amount numeric(16, 2) NOT NULL);
CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), who int NOT NULL,
  what text NOT NULL, record bigint NOT NULL, data jsonb);
INSERT INTO account VALUES (1, '1200', 'receivable'), (2, '4000', 'revenue'), (3, '2200', 'tax'),
  (4, '1300', 'stock'), (5, '5000', 'cost of sales'), (6, '1000', 'bank');
"""
_LOCK_ORDER = "SELECT state FROM orders WHERE id = %s FOR UPDATE"
_LOCK_STOCK = "SELECT product FROM stock WHERE product = ANY(%s) ORDER BY product FOR UPDATE"
_ENTRY = "INSERT INTO journal (kind, source) VALUES (%s, %s) RETURNING id"
_LINES = """
INSERT INTO journal_line (journal, account, party, debit, credit)
SELECT %s, * FROM unnest(%s::int[], %s::int[], %s::numeric[], %s::numeric[]) RETURNING id
"""
_DELIVER = """
WITH l AS (SELECT id, product, quantity FROM order_line WHERE orders = %(order)s),
  m AS (INSERT INTO move (delivery, line, product, quantity) SELECT %(delivery)s, id, product, quantity FROM l
        RETURNING id, product, quantity),
  v AS (INSERT INTO valuation (move, product, quantity, cost, value)
        SELECT m.id, m.product, -m.quantity, s.cost, -round(m.quantity * s.cost, 2) FROM m JOIN stock s USING (product)
        RETURNING value),
  u AS (UPDATE stock s SET quantity = s.quantity - l.quantity, reserved = s.reserved - l.quantity,
        value = s.value - round(l.quantity * s.cost, 2) FROM l WHERE s.product = l.product),
  r AS (UPDATE reservation r SET state = 'done' FROM l WHERE r.line = l.id),
  k AS (UPDATE order_line SET delivered = quantity WHERE orders = %(order)s)
SELECT -sum(value) FROM v
"""


def prepare(connection: psycopg.Connection[Any], products: int) -> None:
    """Make the floor's tables anew with this many products in stock."""
    connection.execute(SCHEMA)
    connection.execute(
        "INSERT INTO party SELECT i, 'Customer ' || i FROM generate_series(1, %s) i", (PARTIES,)
    )
    connection.execute(
        "INSERT INTO product SELECT i, 'Product ' || i, 10 FROM generate_series(1, %s) i", (products,)
    )
    connection.execute("INSERT INTO stock SELECT id, 1000000, 0, 5000000, 5 FROM product")
    connection.commit()


class Client:
    """One client of the floor; ``order`` is a whole cycle of five commits."""

    def __init__(self, connection: psycopg.Connection[Any], lines: int, seed: int) -> None:
        self.connection = connection
        self.lines = lines
        self.dice = random.Random(seed)
        self.statements = 0
        self.run("SET search_path TO floor")
        self.products = [key for (key,) in self.run("SELECT id FROM product").fetchall()]
        connection.commit()

    def run(self, statement: str, *parameters: Any) -> psycopg.Cursor[Any]:
        self.statements += 1
        return self.connection.execute(statement, parameters)

    def one(self, statement: str, *parameters: Any) -> Any:
        return self.run(statement, *parameters).fetchone()

    def order(self) -> None:
        """Create, confirm, deliver, invoice and collect one order."""
        order, party, products = self._step(self._create)
        self._step(lambda: self._confirm(order, products))
        self._step(lambda: self._deliver(order, products))
        invoice, total, line = self._step(lambda: self._invoice(order, party))
        self._step(lambda: self._pay(order, party, invoice, total, line))

    def _step(self, step: Callable[[], Any]) -> Any:
        result = step()
        self.connection.commit()
        return result

    def _audit(self, what: str, record: int) -> None:
        said = json.dumps({"state": what})
        self.run("INSERT INTO audit (who, what, record, data) VALUES (1, %s, %s, %s)", what, record, said)

    def _state(self, order: int, state: str) -> None:
        self.run("UPDATE orders SET state = %s, version = version + 1 WHERE id = %s", state, order)

    def _create(self) -> tuple[int, int, list[int]]:
        products = self.dice.sample(self.products, self.lines)
        quantities = [self.dice.randint(1, 5) for _one in products]
        party = self.dice.randint(1, PARTIES)
        prices = dict(self.run("SELECT id, price FROM product WHERE id = ANY(%s)", products).fetchall())
        total = sum(
            prices[product] * quantity for product, quantity in zip(products, quantities, strict=True)
        )
        (order,) = self.one(
            "INSERT INTO orders (number, party, state, total)"
            " VALUES ('SO' || nextval('order_number'), %s, 'draft', %s) RETURNING id",
            party,
            total,
        )
        self.run(
            "INSERT INTO order_line (orders, product, quantity, price, tax)"
            " SELECT %s, p, q, u, 0.10 FROM unnest(%s::int[], %s::numeric[], %s::numeric[]) v(p, q, u)",
            order,
            products,
            quantities,
            [prices[product] for product in products],
        )
        self._audit("create", order)
        return order, party, products

    def _confirm(self, order: int, products: list[int]) -> None:
        self.one(_LOCK_ORDER, order)
        self.run(_LOCK_STOCK, products).fetchall()
        self.run(
            "WITH l AS (SELECT id, product, quantity FROM order_line WHERE orders = %s), r AS ("
            "INSERT INTO reservation (line, product, quantity, state) SELECT id, product, quantity, 'held' FROM l)"
            " UPDATE stock s SET reserved = s.reserved + l.quantity FROM l WHERE s.product = l.product",
            order,
        )
        self._state(order, "confirmed")
        self._audit("confirm", order)

    def _deliver(self, order: int, products: list[int]) -> None:
        self.one(_LOCK_ORDER, order)
        self.run(_LOCK_STOCK, products).fetchall()
        (delivery,) = self.one(
            "INSERT INTO delivery (number, orders) VALUES ('DO' || nextval('delivery_number'), %s) RETURNING id",
            order,
        )
        (cost,) = self.connection.execute(_DELIVER, {"order": order, "delivery": delivery}).fetchone() or (
            ZERO,
        )
        self.statements += 1
        (journal,) = self.one(_ENTRY, "cost", delivery)
        self.run(_LINES, journal, [5, 4], [None, None], [cost, ZERO], [ZERO, cost])
        self._state(order, "delivered")
        self._audit("deliver", order)

    def _invoice(self, order: int, party: int) -> tuple[int, Decimal, int]:
        self.one(_LOCK_ORDER, order)
        net, tax = self.one(
            "SELECT sum(delivered * price), round(sum(delivered * price * tax), 2) FROM order_line WHERE orders = %s",
            order,
        )
        (journal,) = self.one(_ENTRY, "invoice", order)
        lines = self.run(
            _LINES, journal, [1, 2, 3], [party, None, None], [net + tax, ZERO, ZERO], [ZERO, net, tax]
        ).fetchall()
        (invoice,) = self.one(
            "INSERT INTO invoice (number, orders, party, net, tax, state, journal)"
            " VALUES ('IV' || nextval('invoice_number'), %s, %s, %s, %s, 'posted', %s) RETURNING id",
            order,
            party,
            net,
            tax,
            journal,
        )
        self.run(
            "INSERT INTO invoice_line (invoice, line, product, quantity, price)"
            " SELECT %s, id, product, delivered, price FROM order_line WHERE orders = %s",
            invoice,
            order,
        )
        self.run("UPDATE order_line SET invoiced = delivered WHERE orders = %s", order)
        self._state(order, "invoiced")
        self._audit("invoice", invoice)
        return invoice, net + tax, lines[0][0]

    def _pay(self, order: int, party: int, invoice: int, total: Decimal, line: int) -> None:
        self.one("SELECT state FROM invoice WHERE id = %s FOR UPDATE", invoice)
        (journal,) = self.one(_ENTRY, "payment", invoice)
        lines = self.run(_LINES, journal, [6, 1], [None, party], [total, ZERO], [ZERO, total]).fetchall()
        self.run(
            "INSERT INTO payment (number, party, amount, journal)"
            " VALUES ('RC' || nextval('payment_number'), %s, %s, %s)",
            party,
            total,
            journal,
        )
        self.run(
            "INSERT INTO settlement (debit_line, credit_line, amount) VALUES (%s, %s, %s)",
            line,
            lines[1][0],
            total,
        )
        self.run("UPDATE invoice SET state = 'paid' WHERE id = %s", invoice)
        self._state(order, "done")
        self._audit("pay", invoice)

"""The whole cycle of an order costs the same number of statements, however many lines it has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from onmaru.erp.sales.commands import deliveries, invoices, orders, payments
from onmaru.ledgers.stock.commands import documents
from onmaru.masters.product.commands import products
from tests import companies
from tests.companies import BY, DAY
from tests.proofs import clean

MOST = 60
NOW: dict[str, Any] = {"by": BY, "today": DAY}


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement sent by whatever cursor; savepoints, which only the test's own transaction makes, left out."""
    sent: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if "SAVEPOINT" not in str(sql):
            sent.append(str(sql))
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield sent


def cycle(world: companies.World, goods: list[Any], customer: Any) -> dict[str, int]:
    """Create, confirm, deliver, invoice and collect an order of these goods; the statements of each."""
    rows = [{"product": one, "quantity": Decimal(2)} for one in goods]
    counts: dict[str, int] = {}
    with counted() as sent:

        def done(step: str) -> None:
            counts[step] = len(sent) - sum(counts.values())

        order = orders.create(company=world.company, customer=customer, lines=rows, **NOW)
        done("create")
        orders.confirm(order, **NOW)
        done("confirm")
        deliveries.deliver(order, **NOW)
        done("deliver")
        invoice = invoices.issue(order, **NOW)
        done("invoice")
        payments.collect(company=world.company, customer=customer, amount=invoice.total, **NOW)
        done("pay")
    return counts


@pytest.mark.django_db
def test_statements_do_not_grow_with_lines() -> None:
    world = companies.build(method="fifo")
    named = {"category": world.category, "unit": world.piece, "standard_price": Decimal(1000)}
    rows = [named | {"code": f"P{place:03}", "name": "상품"} for place in range(100)]
    goods = products.create_many(rows=rows, by=BY)
    for cost in (100, 110):
        lines = [documents.ReceiptLine(one.pk, Decimal(5), Decimal(cost)) for one in goods]
        documents.receive(company=world.company, location=world.shelf, lines=lines, moved_on=DAY, by=BY)
    counts = [cycle(world, goods[:size], world.customer(f"상사 {size}")) for size in (1, 10, 100)]
    assert counts[0] == counts[1] == counts[2]
    assert sum(counts[0].values()) <= MOST, counts[0]
    clean()

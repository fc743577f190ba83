"""From a customer's order to cash in the books, as a clerk lives it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from onmaru.erp.sales import queries
from onmaru.erp.sales.commands import deliveries, invoices, orders, payments
from onmaru.erp.sales.models import Order
from onmaru.kernel import invariants
from onmaru.ledgers.accounting.queries import balances, receivables
from onmaru.ledgers.stock.queries import stock
from tests import companies
from tests.companies import BY, DAY

pytestmark = pytest.mark.django_db


def clean() -> None:
    """Every invariant of every ledger holds."""
    findings = invariants.run()
    assert [f"{one.name}: {one.examples}" for one in findings if not one.ok] == []


def test_a_quotation_becomes_cash() -> None:
    world = companies.build()
    bolt, nut = world.product("B1", "1000"), world.product("N1", "333")
    hanbit = world.customer()
    world.receive(bolt, "100", "600")
    world.receive(nut, "10", "100")

    order = orders.create(
        company=world.company,
        customer=hanbit,
        lines=[{"product": bolt, "quantity": Decimal(7)}, {"product": nut, "quantity": Decimal(15)}],
        by=BY,
        today=DAY,
    )
    assert (order.number, order.supply_amount, order.tax_amount, order.total) == (
        "SO-2026-000001",
        Decimal(7000 + 4995),
        Decimal(700 + 499),
        Decimal(13194),
    )
    orders.quote(order, by=BY, today=DAY)
    orders.confirm(order, by=BY, today=DAY)
    assert stock.levels(world.company, [nut.pk])[nut.pk].free == 0
    clean()

    first = orders_deliver = deliveries.deliver(order, by=BY, today=DAY)
    assert orders_deliver.number == "DO-2026-000001"
    assert {line.product_id: line.quantity for line in first.lines.all()} == {bolt.pk: 7, nut.pk: 10}
    assert queries.status.of_order(order).delivery == "partial"
    clean()

    partly = invoices.issue(order, by=BY, today=DAY)
    assert (partly.supply_amount, partly.tax_amount) == (Decimal(7000 + 3330), Decimal(700 + 332))
    clean()

    world.receive(nut, "5", "130")
    deliveries.deliver(order, by=BY, today=DAY)
    rest = invoices.issue(order, by=BY, today=date(2026, 4, 2))
    assert partly.total + rest.total == order.total
    assert Order.objects.get(pk=order.pk).state == Order.State.CLOSED
    assert stock.worth(world.company, on=DAY)[0].value == Decimal(93 * 600)
    clean()

    payments.collect(
        company=world.company, customer=hanbit, amount=Decimal(10000), by=BY, today=date(2026, 4, 10)
    )
    assert queries.status.of_order(order).payment == "partial"
    clean()
    payment = payments.collect(
        company=world.company,
        customer=hanbit,
        amount=Decimal(4000),
        fee=Decimal(500),
        by=BY,
        today=date(2026, 4, 11),
    )
    assert queries.status.of_order(order).payment == "paid"
    assert receivables.exposure(world.company, hanbit.pk) == Decimal(13194 - 14500)
    assert balances.balance(world.company, "259", on=date(2026, 4, 30)) == Decimal(-1306)
    assert balances.balance(world.company, "103", on=date(2026, 4, 30)) == Decimal(14000)
    clean()

    payments.cancel(payment, by=BY, today=date(2026, 4, 12))
    assert receivables.exposure(world.company, hanbit.pk) == Decimal(3194)
    assert balances.balance(world.company, "259", on=date(2026, 4, 30)) == 0
    clean()


def test_goods_come_back_and_are_credited() -> None:
    world = companies.build(method="fifo")
    bolt = world.product("B1", "1000")
    hanbit = world.customer()
    world.receive(bolt, "3", "600")
    world.receive(bolt, "3", "700")
    order = orders.create(
        company=world.company,
        customer=hanbit,
        lines=[{"product": bolt, "quantity": Decimal(5)}],
        by=BY,
        today=DAY,
    )
    orders.confirm(order, by=BY, today=DAY)
    delivery = deliveries.deliver(order, by=BY, today=DAY)
    assert balances.balance(world.company, "455", on=DAY) == Decimal(3 * 600 + 2 * 700)
    invoice = invoices.issue(order, by=BY, today=DAY)

    line = delivery.lines.get()
    back = deliveries.take_back(delivery, lines=[{"line": line.pk, "quantity": Decimal(2)}], by=BY, today=DAY)
    assert back.number == "RT-2026-000001"
    note = invoices.credit(order, by=BY, today=DAY)
    assert (note.kind, note.total, note.number) == ("credit_note", Decimal(-2200), "CN-2026-000001")
    assert queries.status.open_amount(invoice) == Decimal(3300)
    clean()

    rest = deliveries.take_back(delivery, by=BY, today=DAY)
    invoices.credit(order, by=BY, today=DAY)
    assert rest.lines.get().quantity == -3
    assert balances.balance(world.company, "455", on=DAY) == 0
    assert balances.balance(world.company, "404", on=DAY) == 0
    assert receivables.exposure(world.company, hanbit.pk) == 0
    clean()

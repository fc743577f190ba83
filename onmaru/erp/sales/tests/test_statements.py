"""The account on a transaction statement: one leaves what the next begins with, whenever invoices are made."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from onmaru.erp.sales import queries
from onmaru.erp.sales.commands import deliveries, invoices, orders
from onmaru.erp.sales.models import Delivery, Order
from onmaru.erp.sales.tests.shop import NOW, Shop, first
from onmaru.ledgers.accounting.commands import accounts
from onmaru.masters.product.commands import price_lists
from tests.companies import BY, DAY
from tests.proofs import credit, debit, post

LATER, LAST = date(2026, 3, 13), date(2026, 3, 31)


@pytest.fixture
def shop(db: None) -> Shop:
    made = Shop()
    made.stocked()
    return made


def said(*printed: Delivery) -> list[tuple[int, ...]]:
    """Owed before, charged, received, owed after."""
    found = [queries.statements.account(one, queries.statements.of(one)[1]) for one in printed]
    return [
        tuple(int(part) for part in (one.previous, one.charged, one.received, one.balance)) for one in found
    ]


def test_what_one_statement_leaves_the_next_begins_with(shop: Shop) -> None:
    opening = [debit("receivable", "50000", party=shop.hanbit.pk), credit("331", "50000")]
    post(shop.company, *opening, on=date(2026, 1, 1))
    order = shop.sold("1", "2")
    line, other = order.lines.order_by("ordinal")
    one = shop.deliver(order, (line, "1"))
    shop.pay("30000")
    two = shop.deliver(order, (other, "1"))
    shop.pay("100", on=date(2026, 3, 12))
    three = shop.deliver(order, (other, "1"), on=LATER)
    back = deliveries.take_back(two, returned_on=LATER, **NOW)
    expected = [
        (50000, 1100, 30000, 21100),
        (51100, 1100, 30000, 22200),
        (22100, 1100, 0, 23200),
        (23200, -1100, 0, 22100),
    ]
    assert said(one, two, three, back) == expected
    # Charged that day or later, closed, paid, cancelled and charged anew: what was printed is printed again.
    invoice = shop.invoice(order, on=LATER)
    assert said(one, two, three, back) == expected
    assert shop.state(order) == "closed"
    shop.pay("22100", on=LAST)
    assert said(one, two, three, back) == expected
    assert queries.terms.exposure(shop.company, shop.hanbit.pk) == 0
    invoices.cancel(invoice, cancelled_on=LATER, **NOW)
    assert said(one, two, three, back) == expected
    shop.invoice(Order.objects.get(pk=order.pk), on=LAST)
    assert said(one, two, three, back) == expected


def test_other_orders_of_the_customer_count_and_those_of_others_do_not(shop: Shop) -> None:
    shop.deliver(shop.sold("4", customer=shop.world.customer("다른")))
    quiet, closed = shop.sold("1"), shop.sold("3")
    shop.deliver(quiet)
    shop.invoice(quiet)
    shop.deliver(closed, "2")
    orders.close(closed, by=BY)
    delivery = shop.deliver(shop.sold("5"), on=LATER)
    assert said(delivery) == [(3300, 5500, 0, 8800)]
    shop.deliver(shop.sold("7"), on=LATER)
    shop.invoice(closed, on=LAST)
    assert said(delivery) == [(3300, 5500, 0, 8800)]


def test_what_was_charged_before_it_went_is_owed_since_then(shop: Shop) -> None:
    shop.agree(invoice_policy="order")
    order = shop.sold("3")
    shop.invoice(order)
    half = shop.deliver(order, "1", on=LATER)
    assert said(half, shop.deliver(order, on=LAST)) == [(2200, 1100, 0, 3300), (1100, 2200, 0, 3300)]


def test_dollars_are_an_account_of_their_own(shop: Shop) -> None:
    accounts.set_rate(
        currency="USD", target="KRW", valid_on=DAY, rate=Decimal(1300), source="한국은행", by=BY
    )
    shop.deliver(shop.sold("1"))
    prices = price_lists.create(by=BY, code="USD", name="달러", currency="USD")
    order = shop.sold({"quantity": Decimal(2), "unit_price": Decimal(50)}, price_list=prices)
    part = shop.deliver(order, (first(order), "1"))
    shop.pay("55", currency="USD")
    assert said(part, shop.deliver(order, on=LATER)) == [(0, 55, 55, 0), (0, 55, 0, 55)]

"""Money in: partly, for several, too much, with a fee, in dollars, used later, and taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from onmaru.erp.sales import queries, rules
from onmaru.erp.sales.commands import invoices, orders, payments
from onmaru.erp.sales.models import Invoice, Payment
from onmaru.erp.sales.tests.shop import NOW, Shop
from onmaru.kernel import identity, refusals
from onmaru.ledgers.accounting import rules as accounting
from onmaru.ledgers.accounting.commands import accounts, matching
from onmaru.ledgers.accounting.models import Entry, Match
from onmaru.ledgers.accounting.queries import receivables
from onmaru.masters.product.commands import price_lists
from onmaru.workbench import shown
from tests.companies import BY, DAY
from tests.proofs import at_once, broken, clean, refused, run_sql


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop()


def owed(shop: Shop, quantity: str = "5", on: date = DAY, **values: Any) -> Invoice:
    """An invoice over a quantity of bolts at 1,100 with tax."""
    shop.stocked(quantity)
    order = shop.sold(quantity, **values)
    shop.deliver(order)
    return shop.invoice(order, on=on)


def open_of(*documents: Invoice) -> list[Decimal]:
    return [queries.status.open_amount(one) for one in documents]


def advance(payment: Payment) -> Decimal:
    found: Decimal = queries.status.payments(Payment.objects.filter(pk=payment.pk)).get().open_amount  # type: ignore[attr-defined]
    return found


def test_a_payment_settles_the_oldest_due_first(shop: Shop) -> None:
    late = owed(shop, "2", on=date(2026, 3, 20))
    early = owed(shop, "3", on=date(2026, 3, 1))
    payment = shop.pay("4000", on=date(2026, 4, 5))
    assert (payment.number, payment.received_on, payment.currency) == (
        "RC-2026-000001",
        date(2026, 4, 5),
        "KRW",
    )
    assert open_of(early, late) == [0, 1500]
    assert (shop.books()["103"], shop.books()["108"]) == (4000, 1500)
    assert advance(payment) == 0
    assert shop.status(late.order)[1] == "partial" and shop.status(early.order)[1] == "paid"
    clean()


def test_the_invoices_named_are_settled_in_their_order(shop: Shop) -> None:
    first, second, third = owed(shop, "1"), owed(shop, "1"), owed(shop, "1")
    shop.pay("1500", invoices=[third, second])
    assert open_of(first, second, third) == [1100, 700, 0]
    # What is over after the named ones is an advance, though others are open.
    payment = shop.pay("1000", invoices=[second])
    assert open_of(first, second, third) == [1100, 0, 0] and advance(payment) == 300
    clean()


def test_the_amount_of_each_invoice_is_said_and_the_rest_is_an_advance(shop: Shop) -> None:
    first, second, third = owed(shop, "1"), owed(shop, "2"), owed(shop, "3")
    payment = shop.pay("3000", fee="50", invoices=[(second, "2000"), (first, "0"), (third, "700")])
    assert open_of(first, second, third) == [1100, 200, 2600] and advance(payment) == 350
    # Unsaid, as far as the money goes; one invoice may stand in two rows.
    shop.pay("2000", invoices=[(third, "100"), first, (third, "500"), second])
    assert open_of(first, second, third) == [0, 0, 2000]
    clean()
    payments.cancel(payment, **NOW)
    assert open_of(first, second, third) == [0, 2000, 2700]
    clean()


def test_no_more_is_settled_than_is_open_or_was_received(shop: Shop) -> None:
    first, second = owed(shop, "1"), owed(shop, "2")
    with refused(rules.OVER_SETTLED, rules.OVER_SETTLED) as caught:
        shop.pay("5000", invoices=[(first, "1100.01"), (second, "-1")])
    assert [(one.field, one.params["most"]) for one in caught.value.reasons] == [
        ("invoices.0.amount", "1100"),
        ("invoices.1.amount", "2200"),
    ]
    with refused(rules.OVER_SETTLED, at="invoices.1.amount"):
        shop.pay("5000", invoices=[(first, "600"), (first, "501")])
    with refused(rules.SETTLES_TOO_MUCH, at="invoices"):
        shop.pay("1000", fee="99", invoices=[(first, "1100")])
    with refused(rules.SETTLES_TOO_MUCH):
        shop.pay("1200", invoices=[first, (second, "200")])
    with refused(rules.AMOUNT_TOO_FINE, at="invoices.0.amount"):
        shop.pay("1000", invoices=[(first, "0.5")])
    gone = Invoice(pk=10**9)
    with refused(refusals.NOT_FOUND, at="invoices.0.invoice"):
        shop.pay("1000", invoices=[gone])
    assert not Payment.objects.exists()
    payment = shop.pay("1000", invoices=[])
    assert advance(payment) == 1000 and open_of(first, second) == [1100, 2200]
    clean()


def test_an_invoice_is_collected_from_itself(shop: Shop) -> None:
    early, invoice = owed(shop, "1", on=date(2026, 3, 1)), owed(shop, "2")
    payment = payments.pay(invoice, amount=Decimal(2500), fee=Decimal(100), memo="입금", **NOW)
    assert open_of(early, invoice) == [1100, 0] and advance(payment) == 400
    assert (payment.method, payment.memo, payment.received_on) == ("bank", "입금", DAY)
    with refused(rules.PAYMENT_EMPTY):
        payments.pay(early, amount=Decimal(0), **NOW)
    with refused(refusals.NOT_PERMITTED):
        payments.pay(early, amount=Decimal(1), by=identity.only(BY, "sales.invoice.cancel"), today=DAY)
    clean()


def test_a_fee_settles_like_money_and_is_a_cost(shop: Shop) -> None:
    invoice = owed(shop, "5")
    shop.pay("5000", fee="500")
    assert open_of(invoice) == [0]
    assert {"103": Decimal(5000), "831": Decimal(500)}.items() <= shop.books().items()
    shop.pay("0", fee="100")
    assert shop.books()["259"] == -100
    clean()


def test_cash_goes_into_the_till(shop: Shop) -> None:
    owed(shop, "1")
    shop.pay("1100", method="cash")
    assert shop.books()["101"] == 1100 and "103" not in shop.books()


def test_too_much_is_an_advance_that_is_used_later_in_parts(shop: Shop) -> None:
    first = owed(shop, "1")
    payment = shop.pay("5000")
    assert open_of(first) == [0] and advance(payment) == 3900
    assert shop.books()["259"] == -3900
    assert receivables.exposure(shop.company, shop.hanbit.pk) == -3900
    with refused(matching.NOTHING_TO_SETTLE):
        payments.apply_advance(payment, **NOW)
    second, third = owed(shop, "2"), owed(shop, "2")
    payments.apply_advance(payment, applied_on=date(2026, 5, 1), **NOW)
    assert open_of(second, third) == [0, 500] and advance(payment) == 0
    assert "259" not in shop.books() and shop.books()["108"] == 500
    with refused(rules.NO_ADVANCE):
        payments.apply_advance(payment, **NOW)
    clean()


def test_an_advance_before_any_invoice(shop: Shop) -> None:
    payment = shop.pay("3000")
    assert advance(payment) == 3000 and "108" not in shop.books()
    invoice = owed(shop, "1")
    payments.apply_advance(payment, **NOW)
    assert (open_of(invoice), advance(payment)) == ([0], 1900)
    owed(shop, "1")
    payments.apply_advance(payment, **NOW)
    assert advance(payment) == 800
    clean()


def test_what_cannot_be_a_payment_is_said_at_once(shop: Shop) -> None:
    other = shop.world.customer("다른 상사")
    mine = owed(shop, "1")
    theirs = owed(shop, "1", customer=other)
    with refused(rules.PAYMENT_EMPTY):
        shop.pay("0")
    with refused(rules.PAYMENT_EMPTY):
        shop.pay("100", fee="-1")
    with refused(rules.PAYMENT_EMPTY, rules.INVOICE_OF_ANOTHER):
        shop.pay("-5", invoices=[mine, theirs])
    with refused(rules.AMOUNT_TOO_FINE, rules.AMOUNT_TOO_FINE) as caught:
        shop.pay("0.5", fee="0.25")
    assert [one.field for one in caught.value.reasons] == ["amount", "fee"]
    with refused(rules.INVOICE_OF_ANOTHER):
        shop.pay("5", currency="USD", invoices=[mine])
    with refused(accounting.RATE_MISSING):
        shop.pay("5", currency="USD")
    with refused(accounting.PERIOD_MISSING):
        shop.pay("5", on=date(2031, 1, 1))
    with refused(refusals.NOT_PERMITTED):
        payments.collect(
            company=shop.company, customer=shop.hanbit, amount=Decimal(1), by=identity.only(BY), today=DAY
        )
    assert not Payment.objects.exists() and not Match.objects.exists()
    clean()


def test_a_cancelled_payment_opens_what_it_settled(shop: Shop) -> None:
    first, second = owed(shop, "1"), owed(shop, "2")
    payment = shop.pay("2000", fee="100")
    later = shop.pay("500")
    assert open_of(first, second) == [0, 700]
    back = payments.cancel(payment, cancelled_on=date(2026, 4, 9), reason="부도", **NOW)
    assert back.state == "cancelled"
    assert open_of(first, second) == [1100, 2200 - 500] and advance(later) == 0
    assert {"103": Decimal(500), "108": Decimal(2800)}.items() <= shop.books().items()
    assert "831" not in shop.books()
    with refused(refusals.MOVE_NOT_ALLOWED):
        payments.cancel(payment, **NOW)
    with refused(refusals.MOVE_NOT_ALLOWED):
        payments.apply_advance(payment, **NOW)
    mirrored = Entry.objects.get(reversal_of__source_kind="sales.payment")
    assert (mirrored.memo, mirrored.posted_on) == ("부도", date(2026, 4, 9))
    shop.pay("2800")
    assert open_of(first, second) == [0, 0]
    clean()


def test_a_cancelled_payment_takes_its_used_advance_back(shop: Shop) -> None:
    payment = shop.pay("5000")
    first, second = owed(shop, "1"), owed(shop, "2")
    payments.apply_advance(payment, **NOW)
    third = owed(shop, "1")
    payments.apply_advance(payment, **NOW)
    assert (open_of(first, second, third), advance(payment)) == ([0, 0, 0], 600)
    payments.cancel(payment, **NOW)
    assert (open_of(first, second, third), advance(payment)) == ([1100, 2200, 1100], 0)
    assert not {"103", "259"} & set(shop.books())
    clean()


def test_an_invoice_cancelled_after_its_payment_and_then_the_payment(shop: Shop) -> None:
    invoice = owed(shop, "5")
    payment = shop.pay("5500")
    note = invoices.cancel(invoice, by=BY, today=DAY)
    assert open_of(invoice, note) == [0, -5500]
    payments.cancel(payment, **NOW)
    assert open_of(invoice, note) == [5500, -5500]
    assert "108" not in shop.books()
    clean()


class Dollars:
    """A customer who owes 110 dollars since the first of March, at 1,300 won."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        for day, rate in (
            (date(2026, 3, 1), "1300"),
            (date(2026, 3, 15), "1350.5"),
            (date(2026, 4, 1), "1250"),
        ):
            accounts.set_rate(
                currency="USD", target="KRW", valid_on=day, rate=Decimal(rate), source="한국은행", by=BY
            )
        self.prices = price_lists.create(by=BY, code="USD", name="달러", currency="USD")
        self.invoice = self.owed(date(2026, 3, 1))

    def owed(self, on: date) -> Invoice:
        self.shop.stocked("2")
        row = {"quantity": Decimal(2), "unit_price": Decimal(50)}
        order = orders.confirm(self.shop.order(row, price_list=self.prices), **NOW)
        self.shop.deliver(order)
        return self.shop.invoice(order, on=on)

    def pay(self, amount: str, on: date, **more: Any) -> Payment:
        return self.shop.pay(amount, on=on, currency="USD", **more)


def test_what_is_open_says_its_currency(shop: Shop) -> None:
    Dollars(shop)
    typed = {"company": shop.company, "customer": shop.hanbit, "currency": "USD"}
    with shown.at_home("KRW"):
        (row,) = queries.receipts.to_collect(typed)["invoices"]
    assert "110.00 USD" in row["invoice"][1]


def test_dollars_paid_at_a_better_rate_are_a_gain_and_at_a_worse_one_a_loss(shop: Shop) -> None:
    dollars = Dollars(shop)
    first = dollars.pay("60", on=date(2026, 3, 20))
    # 60 × 1,350.5 = 81,030 for 78,000 owed.
    assert {
        "907": Decimal(-3030),
        "103": Decimal(81030),
        "108": Decimal(65000),
    }.items() <= shop.books().items()
    dollars.pay("49.99", fee="0.01", on=date(2026, 4, 2))
    # 50 × 1,250 = 62,500 for 65,000 owed; the cent of fee is 12.5, half up 13.
    assert {"932": Decimal(2500), "831": Decimal(13)}.items() <= shop.books().items()
    assert shop.books()["103"] == 81030 + 62500 - 13
    assert "108" not in shop.books() and open_of(dollars.invoice) == [0]
    clean()
    payments.cancel(first, cancelled_on=date(2026, 4, 10), **NOW)
    # The gain is gone with the payment; 60 dollars are owed again at 1,300.
    assert "907" not in shop.books()
    assert {
        "108": Decimal(78000),
        "932": Decimal(2500),
        "103": Decimal(62487),
    }.items() <= shop.books().items()
    assert open_of(dollars.invoice) == [60]
    clean()


def test_an_advance_in_dollars_keeps_its_rate_until_it_is_used(shop: Shop) -> None:
    dollars = Dollars(shop)
    payment = dollars.pay("200", on=date(2026, 3, 20))
    # 110 settle 143,000 with 148,555; 90 are kept at 270,100 - 148,555.
    assert shop.books()["907"] == -5555 and shop.books()["259"] == -121545
    second = dollars.owed(date(2026, 4, 1))
    payments.apply_advance(payment, applied_on=date(2026, 4, 5), **NOW)
    # 90 of the 110 dollars owed at 1,250 are worth 112,500.
    assert open_of(second) == [20] and "259" not in shop.books()
    assert {"907": Decimal(-5555 - 9045), "108": Decimal(25000)}.items() <= shop.books().items()
    clean()
    payments.cancel(payment, cancelled_on=date(2026, 4, 10), **NOW)
    assert not {"907", "932", "259", "103"} & set(shop.books())
    assert open_of(dollars.invoice, second) == [110, 110]
    clean()


def test_won_do_not_settle_dollars(shop: Shop) -> None:
    dollars = Dollars(shop)
    payment = shop.pay("143000")
    assert open_of(dollars.invoice) == [110] and advance(payment) == 143000
    with refused(matching.NOTHING_TO_SETTLE):
        payments.apply_advance(payment, **NOW)
    with refused(rules.AMOUNT_TOO_FINE):
        dollars.pay("0.005", on=DAY)
    clean()


@pytest.mark.django_db(transaction=True)
def test_two_payments_of_one_invoice_at_once_settle_it_once() -> None:
    shop = Shop()
    invoice = owed(shop, "5")
    answers = at_once(*[lambda: shop.pay("4000")] * 3)
    assert not [one for one in answers if isinstance(one, Exception)]
    assert open_of(invoice) == [0]
    assert sorted(advance(one) for one in answers) == [0, 2500, 4000]
    assert shop.books()["259"] == -6500
    clean()
    answers = at_once(*[lambda one=one: payments.cancel(one, **NOW) for one in answers])
    assert not [one for one in answers if isinstance(one, Exception)]
    assert open_of(invoice) == [5500] and not {"103", "259"} & set(shop.books())
    clean()


def test_the_audit_sees_a_payment_without_its_entry(shop: Shop) -> None:
    invoice = owed(shop, "1")
    payment = shop.pay("1100")
    run_sql(
        "UPDATE sales_invoice SET customer_id = %s WHERE id = %s", shop.world.customer("다른").pk, invoice.pk
    )
    assert broken() == {"settlements_agree"}
    run_sql("UPDATE sales_invoice SET customer_id = %s WHERE id = %s", shop.hanbit.pk, invoice.pk)
    run_sql("UPDATE sales_payment SET number = NULL WHERE id = %s", payment.pk)
    assert broken() == {"documents_have_entries", "numbers_are_borne"}

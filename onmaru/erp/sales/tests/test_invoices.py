"""Charging, crediting and cancelling: in whatever portions, the last won comes out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from onmaru.erp.sales import queries, rules
from onmaru.erp.sales.commands import invoices, orders
from onmaru.erp.sales.models import Invoice, Order
from onmaru.erp.sales.tests.shop import Shop, amounts, first
from onmaru.kernel import identity, refusals
from onmaru.ledgers.accounting import rules as accounting
from onmaru.ledgers.accounting.commands import accounts
from onmaru.ledgers.accounting.models import Entry, OpenItem
from onmaru.ledgers.accounting.queries import receivables
from onmaru.masters.product.commands import categories, price_lists
from tests.companies import BY, DAY
from tests.proofs import broken, clean, refused, run_sql


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop()


def postings(document: Any) -> list[tuple[str, Decimal, Decimal]]:
    entry = Entry.objects.get(source_kind="sales.invoice", source_id=document.pk)
    return list(entry.lines.order_by("ordinal").values_list("account__code", "debit", "credit"))


def test_an_invoice_is_posted_with_its_tax_and_its_due_day(shop: Shop) -> None:
    shop.agree(payment_days=45)
    shop.stocked()
    parts = categories.create(
        by=BY, code="PT", name="부품", parent=shop.world.category, revenue_account="401"
    )
    nut = shop.product("NUT", "333", category=parts)
    shop.stocked(product=nut)
    order = shop.sold("3", {"product": nut, "quantity": Decimal(5), "tax_class": "zero"})
    shop.deliver(order)
    invoice = shop.invoice(order, on=date(2026, 3, 20))
    assert amounts(invoice) == (3000 + 1665, 300, 4965)
    assert (invoice.number, invoice.invoiced_on, invoice.due_on) == (
        "IV-2026-000001",
        date(2026, 3, 20),
        date(2026, 5, 4),
    )
    assert postings(invoice) == [("108", 4965, 0), ("404", 0, 3000), ("401", 0, 1665), ("255", 0, 300)]
    item = OpenItem.objects.get()
    assert (item.party, item.due_on, item.remaining) == (shop.hanbit, date(2026, 5, 4), 4965)
    assert [(line.quantity, line.amount, line.tax) for line in invoice.lines.order_by("id")] == [
        (3, 3000, 300),
        (5, 1665, 0),
    ]
    clean()


def test_by_delivery_only_what_left_is_charged(shop: Shop) -> None:
    shop.stocked()
    order = shop.sold("5")
    with refused(rules.NOTHING_TO_INVOICE):
        shop.invoice(order)
    shop.deliver(order, "2")
    assert amounts(shop.invoice(order)) == (2000, 200, 2200)
    with refused(rules.NOTHING_TO_INVOICE):
        shop.invoice(order)
    shop.deliver(order)
    assert amounts(shop.invoice(order)) == (3000, 300, 3300)
    assert shop.state(order) == "closed"
    with refused(rules.NOTHING_TO_INVOICE):
        shop.invoice(order)
    clean()


def test_by_order_all_is_charged_at_once_and_the_last_delivery_closes(shop: Shop) -> None:
    shop.agree(invoice_policy="order")
    shop.stocked()
    order = shop.sold("5")
    assert amounts(shop.invoice(order)) == (5000, 500, 5500)
    assert shop.state(order) == "confirmed"
    shop.deliver(order, "2")
    assert shop.state(order) == "confirmed"
    last = shop.deliver(order)
    assert shop.state(order) == "closed"
    shop.back(last, "1")
    assert amounts(shop.credit(order)) == (-1000, -100, -1100)
    clean()


def test_services_go_with_the_first_goods_or_alone(shop: Shop) -> None:
    work = shop.product("WORK", "5000", kind="service")
    shop.stocked()
    order = shop.sold("2", (work, "3"))
    with refused(rules.NOTHING_TO_INVOICE):
        shop.invoice(order)
    shop.deliver(order, "1")
    assert amounts(shop.invoice(order)) == (16000, 1600, 17600)
    shop.deliver(order)
    assert amounts(shop.invoice(order)) == (1000, 100, 1100)
    alone = shop.sold((work, "1"))
    assert shop.status(alone)[0] == "not_needed"
    assert amounts(shop.invoice(alone)) == (5000, 500, 5500) and shop.state(alone) == "closed"
    clean()


@pytest.mark.parametrize("scope", ["line", "document"])
@pytest.mark.parametrize("rounding", ["down", "half_up", "up"])
def test_parts_add_up_to_the_order_whatever_is_cancelled_between(
    shop: Shop, scope: str, rounding: str
) -> None:
    shop.agree(rounding=rounding, rounding_scope=scope)
    shop.stocked()
    # 100 won for three pieces, twice.
    row = {"quantity": Decimal(3), "unit_price": Decimal("33.4"), "discount": Decimal("0.001996")}
    order = orders.confirm(shop.order(row, row), by=BY, today=DAY)
    lines = list(order.lines.order_by("ordinal"))
    issued: list[Invoice] = []
    for quantity in ("1", "1", "1"):
        shop.deliver(order, *[(line, quantity) for line in lines])
        issued.append(shop.invoice(order))
    for invoice in issued[:2]:
        invoices.cancel(invoice, by=BY, today=DAY)
    again = shop.invoice(order)
    assert sum(one.total for one in Invoice.objects.filter(order=order)) == order.total
    assert sum(one.tax_amount for one in Invoice.objects.filter(order=order)) == order.tax_amount
    invoices.cancel(again, by=BY, today=DAY)
    invoices.cancel(issued[2], by=BY, today=DAY)
    assert sum(one.total for one in Invoice.objects.filter(order=order)) == 0
    assert amounts(shop.invoice(order)) == amounts(order)
    clean()


def test_goods_without_a_price_are_invoiced_without_an_entry(shop: Shop) -> None:
    shop.stocked()
    order = shop.sold({"quantity": Decimal(2), "unit_price": Decimal(0)})
    shop.deliver(order)
    invoice = shop.invoice(order)
    assert amounts(invoice) == (0, 0, 0) and invoice.number
    assert not Entry.objects.filter(source_kind="sales.invoice").exists()
    assert shop.state(order) == "closed"
    clean()


def test_what_came_back_is_credited_against_the_orders_own_invoices(shop: Shop) -> None:
    shop.stocked()
    other = shop.sold("1")
    shop.deliver(other)
    untouched = shop.invoice(other, on=date(2026, 3, 1))
    order = shop.sold("5")
    delivery = shop.deliver(order)
    invoice = shop.invoice(order)
    with refused(rules.NOTHING_TO_CREDIT):
        shop.credit(order)
    shop.back(delivery, "2")
    with refused(rules.NOTHING_TO_INVOICE):
        shop.invoice(order)
    note = shop.credit(order, on=date(2026, 3, 25))
    assert (note.kind, note.number, note.due_on) == ("credit_note", "CN-2026-000001", date(2026, 3, 25))
    assert amounts(note) == (-2000, -200, -2200)
    assert postings(note) == [("108", 0, 2200), ("404", 2000, 0), ("255", 200, 0)]
    assert [queries.status.open_amount(one) for one in (untouched, invoice, note)] == [1100, 3300, 0]
    clean()


def test_a_credit_for_what_was_paid_stays_the_customers(shop: Shop) -> None:
    shop.stocked()
    order = shop.sold("5")
    delivery = shop.deliver(order)
    invoice = shop.invoice(order)
    shop.pay("5500")
    shop.back(delivery)
    note = shop.credit(order)
    assert (queries.status.open_amount(invoice), queries.status.open_amount(note)) == (0, -5500)
    assert receivables.exposure(shop.company, shop.hanbit.pk) == -5500
    clean()


def test_new_goods_and_returns_are_set_off_in_one_invoice(shop: Shop) -> None:
    shop.stocked()
    order = shop.sold("5", (shop.product("WORK", "100", kind="service"), "1"))
    delivery = shop.deliver(order, "4")
    shop.invoice(order)
    shop.back(delivery, "1", redeliver=True)
    shop.deliver(order, "2")
    # Three kept and two more: one piece is left to charge.
    assert amounts(shop.invoice(order)) == (1000, 100, 1100)
    clean()


def test_an_invoice_is_cancelled_by_its_mirror_and_the_order_is_charged_anew(shop: Shop) -> None:
    shop.stocked()
    order = shop.sold("5")
    shop.deliver(order)
    invoice = shop.invoice(order)
    note = invoices.cancel(invoice, cancelled_on=date(2026, 4, 2), reason="착오", by=BY, today=DAY)
    assert (note.corrects, note.memo, note.invoiced_on, note.number) == (
        invoice,
        "착오",
        date(2026, 4, 2),
        "CN-2026-000001",
    )
    assert amounts(note) == (-5000, -500, -5500)
    assert [queries.status.open_amount(one) for one in (invoice, note)] == [0, 0]
    assert shop.state(order) == "confirmed"
    for document in (invoice, note):
        with refused(rules.CORRECTED_ALREADY):
            invoices.cancel(document, by=BY, today=DAY)
    again = shop.invoice(order)
    assert amounts(again) == (5000, 500, 5500) and shop.state(order) == "closed"
    assert {"404": -5000, "255": -500, "108": 5500}.items() <= shop.books().items()
    clean()


def test_a_paid_invoice_that_is_cancelled_leaves_a_credit(shop: Shop) -> None:
    shop.stocked()
    order = shop.sold("5")
    shop.deliver(order)
    invoice = shop.invoice(order)
    payment = shop.pay("2000")
    note = invoices.cancel(invoice, by=BY, today=DAY)
    # 3,500 were open and are settled by the note; 2,000 of it are the customer's.
    assert (queries.status.open_amount(invoice), queries.status.open_amount(note)) == (0, -2000)
    assert queries.status.payments(type(payment).objects.all()).get().open_amount == 0  # type: ignore[attr-defined]
    clean()


def test_an_order_closed_by_hand_stays_closed_when_its_invoice_is_cancelled(shop: Shop) -> None:
    shop.stocked()
    order = shop.sold("5")
    shop.deliver(order, "2")
    invoice = shop.invoice(order)
    orders.close(order, by=BY)
    invoices.cancel(invoice, by=BY, today=DAY)
    assert shop.state(order) == "closed" and shop.free() == 98
    assert amounts(shop.invoice(order)) == (2000, 200, 2200)
    clean()


def dollars(shop: Shop, *rates: tuple[date, str]) -> dict[str, Any]:
    for day, rate in rates:
        accounts.set_rate(
            currency="USD", target="KRW", valid_on=day, rate=Decimal(rate), source="한국은행", by=BY
        )
    return {"price_list": price_lists.create(by=BY, code="USD", name="달러", currency="USD")}


def test_a_foreign_invoice_is_posted_at_the_rate_of_its_day(shop: Shop) -> None:
    shop.stocked()
    how = dollars(shop, (date(2026, 3, 1), "1300.5"), (date(2026, 3, 15), "1400"))
    rows = [{"quantity": Decimal(1), "unit_price": Decimal(price)} for price in ("3.33", "6.67", "0.01")]
    order = orders.confirm(shop.order(*rows, **how), by=BY, today=DAY)
    assert amounts(order) == (Decimal("10.01"), Decimal("0.99"), Decimal("11.00"))
    shop.deliver(order)
    invoice = shop.invoice(order, on=date(2026, 3, 14))
    # 11.00 × 1,300.5 = 14,305.5; tax 0.99 → 1,287.495; the rest is revenue.
    assert postings(invoice) == [("108", 14306, 0), ("404", 0, 13019), ("255", 0, 1287)]
    item = OpenItem.objects.get()
    assert (item.currency, item.remaining, item.remaining_base) == ("USD", 11, 14306)
    # Its cancellation goes back at its own rate, not at that of the day.
    note = invoices.cancel(invoice, cancelled_on=date(2026, 3, 20), by=BY, today=DAY)
    assert (note.exchange_rate, postings(note)[0]) == (Decimal("1300.5"), ("108", 0, 14306))
    assert not {"907", "932"} & set(shop.books())
    clean()


def test_a_credit_note_of_another_day_realises_the_difference(shop: Shop) -> None:
    shop.stocked()
    how = dollars(shop, (date(2026, 3, 1), "1300"), (date(2026, 3, 15), "1400"))
    row = {"quantity": Decimal(2), "unit_price": Decimal(50), "tax_class": "zero"}
    order = orders.confirm(shop.order(row, **how), by=BY, today=DAY)
    delivery = shop.deliver(order)
    shop.invoice(order, on=date(2026, 3, 10))
    shop.back(delivery, "1")
    shop.credit(order, on=date(2026, 3, 20))
    # 50 dollars owed at 1,300 were given back at 1,400: 5,000 won more credit than debt.
    assert shop.books()["108"] == 65000
    assert {"907": Decimal(-5000), "404": Decimal(-60000)}.items() <= shop.books().items()
    clean()


def test_without_a_rate_there_is_no_invoice_and_nothing_half_done(shop: Shop) -> None:
    shop.stocked()
    order = orders.confirm(shop.order("1", **dollars(shop)), by=BY, today=DAY)
    shop.deliver(order)
    with refused(accounting.RATE_MISSING):
        shop.invoice(order)
    assert not Invoice.objects.exists()


def test_permissions_and_states_are_asked(shop: Shop) -> None:
    shop.stocked()
    order = shop.sold("1")
    shop.deliver(order)
    for verb in (invoices.issue, invoices.credit):
        with refused(refusals.NOT_PERMITTED):
            verb(order, by=identity.only(BY, "sales.order.deliver"), today=DAY)
        with refused(refusals.MOVE_NOT_ALLOWED):
            verb(shop.order("1"), by=BY, today=DAY)
    invoice = shop.invoice(order)
    with refused(refusals.NOT_PERMITTED):
        invoices.cancel(invoice, by=identity.only(BY, "sales.order.*"), today=DAY)
    with refused(accounting.PERIOD_MISSING):
        invoices.cancel(invoice, cancelled_on=date(2031, 1, 1), by=BY, today=DAY)
    preview = invoices.cancel(invoice, by=BY, today=DAY, dry_run=True)
    assert [one["kind"] for one in preview.effects] == ["accounting.entry"]  # type: ignore[attr-defined]
    assert Invoice.objects.count() == 1


def test_an_order_that_is_charged_line_by_line_in_any_order_closes(shop: Shop) -> None:
    shop.stocked()
    order = shop.sold("1", "2", "3")
    for line in order.lines.order_by("-ordinal"):
        shop.deliver(order, (line, str(line.quantity)))
        shop.invoice(order)
    assert Order.objects.get(pk=order.pk).state == "closed"
    assert Invoice.objects.filter(order=order).count() == 3
    assert first(order).invoice_lines.count() == 1
    clean()


def test_the_audit_sees_documents_that_do_not_add_up(shop: Shop) -> None:
    shop.stocked()
    order = shop.sold("3")
    shop.deliver(order)
    shop.invoice(order)
    for harm, found in (
        (
            "UPDATE sales_invoice SET total = total + 1, supply_amount = supply_amount + 1",
            {"documents_have_entries", "documents_add_up"},
        ),
        ("UPDATE sales_invoiceline SET amount = amount + 1", {"documents_add_up"}),
        ("UPDATE sales_orderline SET tax = tax + 1", {"documents_add_up"}),
        ("UPDATE sales_invoice SET number = NULL", {"documents_have_entries", "numbers_are_borne"}),
    ):
        run_sql("SAVEPOINT before")
        run_sql(harm)
        assert broken() == found
        run_sql("ROLLBACK TO before")
    clean()


@pytest.mark.parametrize("tax_included", [False, True])
def test_the_audit_sees_a_won_too_much_where_documents_are_rounded_as_a_whole(
    shop: Shop, *, tax_included: bool
) -> None:
    shop.agree(rounding_scope="document")
    shop.stocked()
    prices = price_lists.create(by=BY, code="P", name="단가", currency="KRW", tax_included=tax_included)
    row = {"quantity": Decimal(3), "unit_price": Decimal("33.4")}
    order = orders.confirm(shop.order(row, row, price_list=prices), by=BY, today=DAY)
    issued = []
    for _part in range(2):
        shop.deliver(order, *[(line, "1") for line in order.lines.order_by("ordinal")])
        issued.append(shop.invoice(order))
    note = invoices.cancel(issued[0], by=BY, today=DAY)
    clean()
    for table, key in (
        ("order", order.pk),
        ("invoice", issued[0].pk),
        ("invoice", issued[1].pk),
        ("invoice", note.pk),
    ):
        run_sql("SAVEPOINT before")
        run_sql(
            f"UPDATE sales_{table} SET supply_amount = supply_amount + 1, tax_amount = tax_amount - 1 WHERE id = %s",
            key,
        )
        assert broken() == {"documents_add_up"}
        run_sql("ROLLBACK TO before")
    clean()

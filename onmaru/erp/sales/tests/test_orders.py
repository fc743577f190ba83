"""Quotations and orders: what they cost, what is refused, what is reserved, how they end."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from onmaru.erp.sales import queries, rules
from onmaru.erp.sales.commands import orders, terms
from onmaru.erp.sales.models import CustomerTerms, Order
from onmaru.erp.sales.tests.shop import NOW, Shop, amounts
from onmaru.kernel import identity, jobs, refusals
from onmaru.kernel.models import AuditRow, Grant, Role, User
from onmaru.kernel.refusals import Refused
from onmaru.ledgers.accounting import rules as accounting
from onmaru.ledgers.accounting.commands import accounts
from onmaru.ledgers.stock.commands import documents
from onmaru.ledgers.stock.models import Reservation
from onmaru.masters.party.commands import parties
from onmaru.masters.product.commands import price_lists, prices, products
from onmaru.masters.product.models import PriceList
from onmaru.masters.site import commands as site
from onmaru.office.undo import commands as undo
from onmaru.office.undo import queries as way_back
from onmaru.workbench import calls
from tests.companies import BY, DAY
from tests.proofs import at_once, clean, refused


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop()


def listed(code: str = "PL", **values: Any) -> PriceList:
    return price_lists.create(by=BY, code=code, name=code, **values)


def price(price_list: PriceList, product: Any, amount: str, **values: Any) -> None:
    named = {"price_list": price_list, "product": product, "valid_from": date(2026, 1, 1)}
    prices.create(by=BY, **named | {"unit_price": Decimal(amount)} | values)


# What is refused


def test_all_that_is_wrong_with_an_order_is_said_by_its_cells(shop: Shop) -> None:
    free, gone = shop.product("FREE", "0"), shop.product("GONE")
    products.archive(gone, by=BY)
    with refused(
        rules.PRODUCT_UNFIT,
        rules.PRODUCT_UNFIT,
        rules.ORDER_QUANTITY,
        rules.PRICE_MISSING,
        rules.PRICE_NEGATIVE,
        rules.DISCOUNT_OUT_OF_RANGE,
        rules.ORDER_QUANTITY,
    ) as caught:
        shop.order(
            (gone, "1"),
            {"product": 999999, "quantity": Decimal(1)},
            "0",
            (free, "1"),
            {"quantity": Decimal(1), "unit_price": Decimal(-1), "discount": Decimal("1.1")},
            "1.5",
        )
    assert [one.field for one in caught.value.reasons] == [
        "lines.0.product",
        "lines.1.product",
        "lines.2.quantity",
        "lines.3.unit_price",
        "lines.4.unit_price",
        "lines.4.discount",
        "lines.5.quantity",
    ]
    assert not Order.objects.exists()


def test_an_order_needs_lines_a_customer_and_a_warehouse(shop: Shop) -> None:
    with refused(rules.ORDER_EMPTY, at="lines"):
        shop.order()
    supplier = parties.create(by=BY, name="한울", is_supplier=True)
    archived = shop.world.customer("옛 고객")
    parties.archive(archived, by=BY)
    archived.refresh_from_db()
    for stranger in (supplier, archived):
        with refused(rules.CUSTOMER_UNFIT, at="customer"):
            shop.order("1", customer=stranger)
    site.warehouses.archive(shop.world.warehouse, by=BY)
    with refused(rules.WAREHOUSE_MISSING):
        shop.order("1")


def test_taxed_goods_need_a_rate_on_the_day_and_untaxed_do_not(shop: Shop) -> None:
    long_ago = date(1977, 6, 30)
    with refused(rules.TAX_RATE_MISSING):
        shop.order("1", ordered_on=long_ago)
    assert shop.order({"quantity": Decimal(1), "tax_class": "exempt"}, ordered_on=long_ago).tax_amount == 0


def test_nothing_of_another_company_is_taken(shop: Shop) -> None:
    other = site.companies.create(by=BY, code="B", name="나")
    theirs = site.warehouses.create(by=BY, company=other, code="T", name="그쪽")
    with refused(refusals.NOT_FOUND, at="warehouse"):
        shop.order("1", warehouse=theirs)
    order = shop.order("1")
    with refused(refusals.NOT_FOUND, at="warehouse"):
        orders.edit(order, by=BY, warehouse=theirs)
    with refused(refusals.FIELD_FIXED, at="company"):
        orders.edit(order, by=BY, company=other)
    place = shop.world.customer("다른 상사", addresses=[{"line1": "서울로 1"}])
    with refused(refusals.NOT_FOUND, at="ship_to"):
        orders.edit(order, by=BY, ship_to=place.addresses.get())
    stranger = replace(BY, companies=frozenset({other.pk}))
    for act in (orders.quote, orders.cancel):
        with refused(refusals.NOT_FOUND):
            act(order, by=stranger)


def test_each_verb_has_its_permission(shop: Shop) -> None:
    order = shop.order("1")
    nobody = identity.only(BY)
    with refused(refusals.NOT_PERMITTED):
        orders.create(company=shop.company, customer=shop.hanbit, lines=[], by=nobody, today=DAY)
    with refused(refusals.NOT_PERMITTED):
        orders.edit(order, by=nobody)
    for act in (orders.quote, orders.reopen, orders.cancel, orders.close):
        with refused(refusals.NOT_PERMITTED):
            act(order, by=nobody)
    for later in (orders.confirm, orders.reserve):
        with refused(refusals.NOT_PERMITTED):
            later(order, by=nobody, today=DAY)


def test_an_order_in_a_currency_without_a_rate_is_confirmed_only_without_a_limit(shop: Shop) -> None:
    shop.agree(credit_limit=Decimal(10**9))
    dollars = listed("USD", currency="USD")
    price(dollars, shop.bolt, "5")
    clerk = identity.only(BY, "sales.*")
    narrow = identity.only(BY, "sales.order.confirm")
    order = shop.order("1", price_list=dollars)
    with refused(accounting.RATE_MISSING):
        orders.confirm(order, by=narrow, today=DAY)
    accounts.set_rate(
        currency="USD", target="KRW", valid_on=DAY, rate=Decimal(1300), source="한국은행", by=BY
    )
    assert orders.confirm(order, by=narrow, today=DAY).state == "confirmed"
    assert clerk.may(orders.EXCEED_CREDIT)


def test_goods_of_a_closed_order_not_charged_yet_count_as_owed(shop: Shop) -> None:
    kit = shop.product("K", "5000", kind="kit", components=[{"component": shop.bolt, "quantity": Decimal(2)}])
    shop.stocked("6")
    order = shop.sold("4", (kit, "3"))
    shop.deliver(order, "3")
    assert queries.terms.exposure(shop.company, shop.hanbit.pk) == order.total
    orders.close(order, by=BY)
    # Three pieces went and their rest never will.
    assert queries.terms.exposure(shop.company, shop.hanbit.pk) == 3300
    other = shop.sold((kit, "2"))
    shop.deliver(other, (other.lines.get(kit__isnull=False), "3"))
    orders.close(other, by=BY)
    # Three components make one kit whole.
    assert queries.terms.exposure(shop.company, shop.hanbit.pk) == 3300 + 5500
    invoice = shop.invoice(order)
    assert (invoice.total, queries.terms.exposure(shop.company, shop.hanbit.pk)) == (3300, 8800)
    shop.pay("3300")
    shop.invoice(other)
    assert queries.terms.exposure(shop.company, shop.hanbit.pk) == 5500
    shop.agree(credit_limit=Decimal(6000))
    with refused(rules.CREDIT_LIMIT_EXCEEDED):
        orders.confirm(shop.order("1"), by=identity.only(BY, "sales.order.confirm"), today=DAY)


# Changing, quoting, confirming, ending


def test_an_edit_that_made_a_quotation_a_draft_is_taken_back_with_its_state(shop: Shop) -> None:
    order = orders.quote(shop.order("1", memo="첫"), by=BY)
    with undo.keeping() as kept:
        calls.do(orders.edit, BY, {"memo": "둘째", "lines": [shop.row("5")]}, subject=order.pk)
    row = AuditRow.objects.latest("id")
    assert row.changes["state"] == ["quoted", "draft"]
    clerk = identity.only(BY, "sales.order.edit", "sales.order.view")
    assert way_back.stuck(row, clerk) is not None and not way_back.can_undo(row, clerk)
    held = kept[str(row.pk)]
    with refused(way_back.MOVED):
        undo.undo(row, clerk, kept=held)
    back = undo.undo(row, BY, kept=held)
    back.refresh_from_db()
    assert (back.state, back.memo, back.lines.get().quantity) == ("quoted", "첫", 1)
    told = AuditRow.objects.filter(subject_id=order.pk, id__gt=row.pk).order_by("id")
    assert [one.command for one in told] == ["sales.order.edit", "sales.order.quote"]


def test_the_page_offers_the_way_back_or_says_why_there_is_none(shop: Shop) -> None:
    order = orders.quote(shop.order("1", memo="첫"), by=BY)
    role = Role.objects.create(code="desk", permissions=["*"])
    user = User.objects.create_user("kim", language="en")
    Grant.objects.create(user=user, role=role)
    browser = Browser()
    browser.force_login(user)
    form = {"company": order.company_id, "customer": order.customer_id, "ordered_on": order.ordered_on}
    form |= {"currency": order.currency, "warehouse": order.warehouse_id, "memo": "둘째"}
    form |= {"lines.0.product": shop.bolt.pk, "lines.0.quantity": "5"}
    saved = browser.post(f"/orders/{order.pk}/edit", form, follow=True).content.decode()
    (address,) = re.findall(r'action="(/undo/\d+)"', saved)
    browser.post(address)
    order.refresh_from_db()
    assert (order.state, order.memo, order.lines.get().quantity) == ("quoted", "첫", 1)
    seen = [
        "sales.order.edit",
        *(f"{kind}.view" for kind in ("sales.order", "party.party", "product.product")),
    ]
    Role.objects.update(permissions=[*seen, "site.warehouse.view", "site.company.view"])
    saved = browser.post(f"/orders/{order.pk}/edit", form, follow=True).content.decode()
    assert "from “Quoted” to “Draft quotation”" in saved and 'action="/undo/' not in saved


def test_a_quotation_changes_until_it_is_an_order(shop: Shop) -> None:
    nut = shop.product("NUT", "300")
    order = orders.quote(shop.order("1", "2", memo="첫"), by=BY)
    changed = orders.edit(order, by=BY, lines=[shop.row((nut, "5"))], memo="둘째")
    assert (changed.state, changed.memo, *amounts(changed)) == ("draft", "둘째", 1500, 150, 1650)
    assert [line.product for line in changed.lines.all()] == [nut]
    same = orders.edit(changed, by=BY, customer_reference="PO-77")
    assert (same.customer_reference, *amounts(same)) == ("PO-77", 1500, 150, 1650)
    orders.confirm(changed, **NOW)
    with refused(refusals.MOVE_NOT_ALLOWED):
        orders.edit(changed, by=BY, memo="셋째")
    back = orders.reopen(changed, by=BY)
    assert (back.state, Reservation.objects.count()) == ("draft", 0)
    assert AuditRow.objects.filter(subject_id=order.pk, command="sales.order.edit").first()
    clean()


def test_terms_are_those_of_the_day_the_order_was_made(shop: Shop) -> None:
    shop.agree(payment_days=10, invoice_policy="order", rounding="up", over_delivery=Decimal(5))
    order = shop.order("1")
    agreed = CustomerTerms.objects.get()
    terms.edit(agreed, by=BY, payment_days=90, rounding="down")
    kept = Order.objects.get(pk=order.pk)
    assert (kept.payment_days, kept.invoice_policy, kept.rounding, kept.over_delivery) == (
        10,
        "order",
        "up",
        5,
    )
    assert shop.order("1").payment_days == 90
    with refused(refusals.NOT_UNIQUE):
        shop.agree()
    with refused(refusals.FIELD_INVALID, refusals.FIELD_INVALID):
        terms.edit(agreed, by=BY, credit_limit=Decimal(-1), over_delivery=Decimal(101))


def test_what_is_free_is_reserved_and_the_rest_waits_for_the_next_receipt(shop: Shop) -> None:
    shop.stocked("10")
    late = shop.sold("8", promised_on=date(2026, 5, 1))
    early = shop.sold("6", promised_on=date(2026, 4, 1))
    assert [one.reserved for one in queries.positions.of(late.pk)] == [8]
    assert [one.reserved for one in queries.positions.of(early.pk)] == [2]
    last = shop.sold("5", promised_on=date(2026, 4, 15))
    shop.stocked("6")
    assert shop.free() == 6
    jobs.drain()
    # The earliest promise first: 4 to the early one, 2 to the last.
    reserved = [queries.positions.of(order.pk)[0].reserved for order in (late, early, last)]
    assert reserved == [8, 6, 2] and shop.free() == 0
    jobs.drain()
    orders.reserve(last, **NOW)
    assert [queries.positions.of(order.pk)[0].reserved for order in (late, early, last)] == reserved
    clean()


def test_a_receipt_elsewhere_or_a_cancelled_order_fills_nothing(shop: Shop) -> None:
    order, gone = shop.sold("5"), shop.sold("5")
    orders.cancel(gone, by=BY)
    second = site.warehouses.create(by=BY, company=shop.company, code="W2", name="둘째")
    place = second.locations.get(kind="internal")
    line = documents.ReceiptLine(shop.bolt.pk, Decimal(9), Decimal(1))
    documents.receive(company=shop.company, location=place, lines=[line], moved_on=DAY, by=BY)
    jobs.drain()
    assert queries.positions.of(order.pk)[0].reserved == 0
    shop.stocked("9")
    jobs.drain()
    assert (queries.positions.of(order.pk)[0].reserved, shop.free()) == (5, 9 + 4)
    clean()


def test_an_order_is_cancelled_at_every_stage_while_the_customer_has_nothing(shop: Shop) -> None:
    shop.stocked("5")
    draft, quoted, confirmed = shop.order("1"), orders.quote(shop.order("1"), by=BY), shop.sold("3")
    for order in (draft, quoted, confirmed):
        assert orders.cancel(order, reason="변심", by=BY).state == "cancelled"
        with refused(refusals.MOVE_NOT_ALLOWED):
            orders.confirm(order, **NOW)
    assert shop.free() == 5 and not Reservation.objects.exists()
    said = AuditRow.objects.filter(command="sales.order.cancel").values_list("changes__asked", flat=True)
    assert set(map(str, said)) == {"{'reason': '변심'}"}

    order = shop.sold("5")
    delivery = shop.deliver(order, "2")
    for act in (orders.cancel, orders.reopen):
        with refused(rules.DELIVERED_ALREADY):
            act(order, by=BY)
    shop.invoice(order)
    with refused(rules.DELIVERED_ALREADY, rules.INVOICED_ALREADY):
        orders.cancel(order, by=BY)
    shop.back(delivery)
    with refused(rules.INVOICED_ALREADY):
        orders.cancel(order, by=BY)
    shop.credit(order)
    # Its lines bear a delivery and an invoice for ever: it can end, but not be rewritten.
    with refused(rules.DELIVERED_ALREADY, rules.INVOICED_ALREADY):
        orders.reopen(order, by=BY)
    orders.cancel(order, by=BY)
    assert shop.free() == 5
    clean()


def test_closing_gives_back_what_is_reserved_and_charging_goes_on(shop: Shop) -> None:
    shop.stocked("5")
    order = shop.sold("5")
    shop.deliver(order, "2")
    assert orders.close(order, reason="단종", by=BY).state == "closed"
    assert shop.free() == 3
    with refused(refusals.MOVE_NOT_ALLOWED):
        shop.deliver(order)
    assert amounts(shop.invoice(order)) == (2000, 200, 2200)
    shop.pay("2200")
    assert shop.status(order) == ("partial", "paid")
    jobs.drain()
    assert shop.free() == 3
    clean()


# Credit


def test_a_limit_counts_what_is_owed_and_what_will_be(shop: Shop) -> None:
    shop.agree(credit_limit=Decimal(10000))
    shop.stocked()
    clerk = identity.only(BY, "sales.order.confirm")

    def confirm(quantity: str, by: identity.Actor = clerk) -> Order:
        return orders.confirm(shop.order(quantity), by=by, today=DAY)

    order = confirm("9")
    with refused(rules.CREDIT_LIMIT_EXCEEDED, at="customer") as caught:
        confirm("1")
    # 9,900 of the confirmed order and 1,100 more.
    assert caught.value.reasons[0].params["exposure"] == 11000
    shop.deliver(order)
    shop.invoice(order)
    with refused(rules.CREDIT_LIMIT_EXCEEDED):
        confirm("1")
    shop.pay("9900")
    confirm("9")
    shop.pay("1200")
    confirm("1")
    with refused(rules.CREDIT_LIMIT_EXCEEDED):
        confirm("1")
    assert confirm("1", identity.only(BY, "sales.order.confirm", orders.EXCEED_CREDIT)).state == "confirmed"
    clean()


@pytest.mark.django_db(transaction=True)
def test_two_orders_at_once_do_not_pass_the_limit_side_by_side() -> None:
    shop = Shop()
    shop.agree(credit_limit=Decimal(11000))
    clerk = identity.only(BY, "sales.order.confirm")
    made = [shop.order("6") for _order in range(3)]
    answers = at_once(*[lambda one=one: orders.confirm(one, by=clerk, today=DAY) for one in made])
    assert sorted(type(one).__name__ for one in answers) == ["Order", "Refused", "Refused"]
    assert {code for one in answers if isinstance(one, Refused) for code in one.codes} == {
        "credit_limit_exceeded"
    }
    clean()

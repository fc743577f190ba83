"""What an order costs: prices, tax, rounding, units, kits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from onmaru.erp.sales import rules
from onmaru.erp.sales.commands import orders
from onmaru.erp.sales.tests.shop import NOW, Shop, amounts, first
from onmaru.masters.product.commands import conversions, price_lists, prices, products, units
from onmaru.masters.product.models import PriceList
from tests.companies import BY, DAY
from tests.proofs import clean, refused


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop()


def listed(code: str = "PL", **values: Any) -> PriceList:
    return price_lists.create(by=BY, code=code, name=code, **values)


def price(price_list: PriceList, product: Any, amount: str, **values: Any) -> None:
    named = {"price_list": price_list, "product": product, "valid_from": date(2026, 1, 1)}
    prices.create(by=BY, **named | {"unit_price": Decimal(amount)} | values)


@pytest.mark.parametrize(
    ("quantity", "unit_price", "discount", "tax_class", "supply", "tax"),
    [
        ("3", "1000", "0", "taxable", 3000, 300),
        ("3", "1000", "0", "zero", 3000, 0),
        ("3", "1000", "0", "exempt", 3000, 0),
        ("3", "335.5", "0", "taxable", 1006, 100),  # 1,006.5 and 100.6, both cut
        ("1", "999", "0.15", "taxable", 849, 84),  # 849.15 and 84.9
        ("7", "0.1", "0", "taxable", 0, 0),
        ("1", "1000", "1", "taxable", 0, 0),
    ],
)
def test_amounts_are_cut_below_one_won(
    shop: Shop, quantity: str, unit_price: str, discount: str, tax_class: str, supply: int, tax: int
) -> None:
    row = {"quantity": Decimal(quantity), "unit_price": Decimal(unit_price), "discount": Decimal(discount)}
    assert amounts(shop.order(row | {"tax_class": tax_class})) == (supply, tax, supply + tax)
    clean()


@pytest.mark.parametrize(
    ("rounding", "scope", "expected"),
    [
        # Three lines of 333.5: supply 333 / 334 / 334 each, tax of that; or 1,000.5 and 100.05 as a whole.
        ("down", "line", (999, 99)),
        ("half_up", "line", (1002, 99)),
        ("up", "line", (1002, 102)),
        ("down", "document", (1000, 100)),
        ("half_up", "document", (1001, 100)),
        ("up", "document", (1001, 101)),
    ],
)
def test_rounding_is_as_agreed(shop: Shop, rounding: str, scope: str, expected: tuple[Decimal, ...]) -> None:
    shop.agree(rounding=rounding, rounding_scope=scope)
    shop.stocked()
    row = {"quantity": Decimal(1), "unit_price": Decimal("333.5")}
    order = orders.confirm(shop.order(row, row, row), **NOW)
    assert amounts(order)[:2] == expected
    shop.deliver(order)
    assert amounts(shop.invoice(order)) == amounts(order)
    clean()


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        # 1,000 with tax is 909.09: 909 and 91 a line; three of them 2,727.27 as a whole.
        ("line", (2727, 273, 3000)),
        ("document", (2728, 272, 3000)),
    ],
)
def test_prices_that_include_tax_keep_their_total(
    shop: Shop, scope: str, expected: tuple[Decimal, ...]
) -> None:
    inside = listed(tax_included=True)
    shop.agree(rounding_scope=scope, price_list=inside)
    price(inside, shop.bolt, "1000")
    shop.stocked()
    order = shop.sold("1", "1", "1")
    assert order.tax_included and amounts(order) == expected
    shop.deliver(order)
    assert amounts(shop.invoice(order)) == expected
    clean()


def test_a_price_comes_from_the_list_by_day_and_quantity_else_from_the_product(shop: Shop) -> None:
    agreed = listed()
    shop.agree(price_list=agreed)
    price(agreed, shop.bolt, "900", valid_to=date(2026, 3, 31))
    price(agreed, shop.bolt, "800", min_quantity=Decimal(10), valid_to=date(2026, 3, 31))
    price(agreed, shop.bolt, "950", valid_from=date(2026, 4, 1))

    def paid(*quantities: str, on: date = DAY) -> list[Decimal]:
        order = shop.order(*quantities, ordered_on=on)
        return [line.unit_price for line in order.lines.order_by("ordinal")]

    assert paid("1") == [900] and paid("9") == [900] and paid("10") == [800]
    # The break counts what the whole order asks.
    assert paid("4", "6") == [800, 800]
    assert paid("10", on=date(2026, 4, 1)) == [950]
    assert paid("10", on=date(2025, 12, 31)) == [1000]
    typed = shop.order({"quantity": Decimal(10), "unit_price": Decimal(1)})
    assert first(typed).unit_price == 1
    other = shop.world.customer("다른 상사")
    assert first(shop.order("10", customer=other)).unit_price == 1000


def test_a_list_in_dollars_makes_an_order_in_dollars(shop: Shop) -> None:
    dollars = listed("USD", currency="USD")
    price(dollars, shop.bolt, "1.235")
    order = shop.order("3", price_list=dollars)
    # 3.705 cut to 3.70; a tenth of it 0.37.
    assert (order.currency, *amounts(order)) == ("USD", Decimal("3.70"), Decimal("0.37"), Decimal("4.07"))


def test_a_box_of_twelve_is_twelve_pieces(shop: Shop) -> None:
    box = units.create(by=BY, code="BOX", name_ko="상자", name_en="box")
    kilo = units.create(by=BY, code="KG", name_ko="킬로그램", name_en="kg", dimension="weight", digits=3)
    products.edit(shop.bolt, by=BY, conversions=[{"unit": box, "numerator": 12, "denominator": 1}])
    shop.stocked()
    order = shop.sold({"quantity": Decimal(2), "unit": box})
    line = first(order)
    assert (line.base_quantity, line.unit_price, line.amount) == (24, 12000, 24000)
    assert shop.free() == 76
    shop.deliver(order, "1")
    # One piece of a box is a twelfth of its price, and asking again charges nothing.
    assert amounts(shop.invoice(order)) == (1000, 100, 1100)
    with refused(rules.NOTHING_TO_INVOICE):
        shop.invoice(order)
    shop.deliver(order, "6")
    assert amounts(shop.invoice(order)) == (6000, 600, 6600)
    shop.deliver(order)
    assert amounts(shop.invoice(order)) == (17000, 1700, 18700)
    assert shop.state(order) == "closed"
    with refused(rules.UNIT_UNFIT, at="lines.0.unit"):
        shop.order({"quantity": Decimal(1), "unit": kilo})
    with refused(rules.ORDER_QUANTITY, at="lines.0.quantity"):
        shop.order({"quantity": Decimal("0.3"), "unit": box})
    assert first(shop.order({"quantity": Decimal("0.5"), "unit": box})).base_quantity == 6
    clean()


def test_a_general_conversion_and_a_sales_unit_are_known(shop: Shop) -> None:
    dozen = units.create(by=BY, code="DZ", name_ko="다스", name_en="dozen")
    conversions.create(by=BY, unit=dozen, base=shop.world.piece, numerator=12, denominator=1)
    pen = shop.product("PEN", "500", sales_unit=dozen)
    line = first(shop.order((pen, "1")))
    assert (line.unit, line.base_quantity, line.unit_price) == (dozen, 12, 6000)


def test_a_kit_is_its_parts_in_stock_and_one_line_on_the_invoice(shop: Shop) -> None:
    saddle, wheel = shop.product("SADDLE"), shop.product("WHEEL")
    parts = [{"component": saddle, "quantity": Decimal(1)}, {"component": wheel, "quantity": Decimal(2)}]
    kit = shop.product("BIKE", "10000", kind="kit", components=parts)
    shop.stocked("10", saddle, cost="100")
    shop.stocked("3", wheel, cost="200")
    order = shop.sold((kit, "3"), "2")
    lines = list(order.lines.order_by("ordinal"))
    assert [(line.product, line.base_quantity, line.unit_price) for line in lines[:3]] == [
        (kit, 3, 10000),
        (saddle, 3, 0),
        (wheel, 6, 0),
    ]
    assert lines[1].kit_id == lines[2].kit_id == lines[0].pk
    shop.deliver(order)
    # Three saddles and three wheels: one bike is whole.
    invoice = shop.invoice(order)
    assert [(line.product, line.quantity) for line in invoice.lines.all()] == [(kit, 1)]
    assert (*amounts(invoice), shop.books()["455"]) == (10000, 1000, 11000, 900)
    shop.stocked("3", wheel, cost="200")
    shop.stocked("2")
    delivery = shop.deliver(order)
    assert amounts(shop.invoice(order)) == (22000, 2200, 24200)
    assert shop.state(order) == "closed"
    back = delivery.lines.get(product=wheel)
    shop.back(delivery, (back, "1"))
    note = shop.credit(order)
    assert [(line.product, line.quantity, line.amount) for line in note.lines.all()] == [(kit, -1, -10000)]
    clean()

"""Two hundred lines of a spreadsheet become the lines of an order: found, priced, and marked where they are wrong."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from onmaru.erp.sales.models import Order
from onmaru.erp.sales.tests.shop import Shop
from onmaru.kernel.models import User
from onmaru.masters.product.commands import price_lists, prices
from onmaru.masters.product.models import Product
from tests.browser.conftest import PHONE, Visit, sideways
from tests.browser.test_sheet import paste
from tests.companies import BY, DAY

pytestmark = pytest.mark.browser

ROWS, MOST_STEPS = 200, 7
WORDS = {
    "ko": ("품목코드를 모르는 행", "붙여 넣은 행 200개, 확인할 행 3개", "자료가 없거나"),
    "en": ("An unknown code", "Pasted: 200 lines, 3 to look at.", "there is no"),
}


def catalogue(shop: Shop) -> list[str]:
    """A product for every line, and how the spreadsheet calls it: by code, by name, by barcode."""
    made = [shop.product(f"10{place:03}", str(1000 + place), name=f"볼트 {place}호") for place in range(ROWS)]
    for place, product in enumerate(made[2::3]):
        Product.objects.filter(pk=product.pk).update(barcode=f"88000000{place:05}")
    return [
        (one.code, one.name, Product.objects.get(pk=one.pk).barcode)[place % 3]
        for place, one in enumerate(made)
    ]


def cell(page: Page, line: int, name: str) -> str:
    return page.locator(f"[name='lines.{line}.{name}']").input_value()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_two_hundred_lines_are_pasted_mended_and_saved(visit: Visit, language: str) -> None:
    User.objects.filter(username="kim").update(language=language)
    unknown, said, reason = WORDS[language]
    shop = Shop()
    names = catalogue(shop)
    lines = [[name, f"{place % 9 + 1}"] for place, name in enumerate(names)]
    lines[10][0], lines[20][1], lines[30][1] = unknown, "두 개", "1.5"
    lines[40][1] = "１，２３４"
    page = visit(path="/orders/new")
    steps = 2
    page.fill("#f-customer", "한빛")
    page.keyboard.press("Enter")
    steps += 1
    page.locator("#f-lines-0-product").focus()
    steps += 1
    begun = time.perf_counter()
    paste(page, "\r\n".join("\t".join(line) for line in lines) + "\r\n")
    expect(page.locator("output[data-words]")).to_have_text(said)
    print(f"{language}: {time.perf_counter() - begun:.2f} s")
    expect(page.locator("#lines tbody tr")).to_have_count(ROWS)
    expect(page.locator("#f-lines-10-product")).to_be_focused()
    expect(page.locator("#w-f-lines-10-product")).to_contain_text(reason)
    assert page.input_value("#f-lines-10-product") == unknown
    assert cell(page, 20, "quantity") == "두 개"
    assert cell(page, 40, "quantity") == "1234"
    expect(page.locator("#f-lines-12-unit_price")).to_have_attribute("placeholder", "1,012")
    steps += 3
    page.fill("#f-lines-10-product", "10010")
    page.fill("[name='lines.20.quantity']", "2")
    page.fill("[name='lines.30.quantity']", "3")
    page.locator("[name='lines.31.quantity']").focus()
    expect(page.locator("#lines [aria-invalid=true]")).to_have_count(0)
    page.keyboard.press("Control+s")
    page.wait_for_selector("article.record")
    order = Order.objects.get()
    assert list(order.lines.values_list("product__code", flat=True)) == [
        f"10{place:03}" for place in range(ROWS)
    ]
    assert order.lines.get(ordinal=13).unit_price == 1012
    assert steps <= MOST_STEPS


def test_a_header_says_where_the_columns_go_and_prices_follow_the_customer(visit: Visit) -> None:
    shop = Shop()
    cheap = price_lists.create(by=BY, code="V", name="우대", currency="KRW")
    prices.create(by=BY, price_list=cheap, product=shop.bolt, unit_price=Decimal(900), valid_from=DAY)
    shop.agree(shop.world.customer("단골상사"), price_list=cheap)
    page = visit(size=PHONE, path="/orders/new")
    page.locator("#f-lines-0-product").focus()
    paste(page, "수량\t납기일\t품목\n１２\t26.12.3\tBOLT\n")
    expect(page.locator("#f-lines-0-unit_price")).to_have_attribute("placeholder", "1,000")
    expect(page.locator("#lines .total")).to_have_text("12,000")
    assert (cell(page, 0, "quantity"), cell(page, 0, "promised_on")) == ("12", "2026-12-03")
    page.fill("#f-customer", "단골")
    page.locator("[role=option]", has_text="단골").click()
    expect(page.locator("#lines .total")).to_have_text("10,800")
    assert cell(page, 0, "unit_price") == ""
    assert sideways(page) == 0


def test_more_lines_than_a_form_takes_are_said_and_nothing_is_pasted(visit: Visit) -> None:
    Shop()
    page = visit(path="/orders/new")
    page.locator("#f-lines-0-product").focus()
    paste(page, "BOLT\t1\n" * 10_000)
    expect(page.locator("output[data-words]")).to_contain_text("10000행")
    expect(page.locator("#lines tbody tr")).to_have_count(3)
    assert cell(page, 0, "quantity") == ""

"""The clerk's day with an order, by keyboard alone and by touch, every key and touch counted."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from onmaru.erp.sales import queries
from onmaru.erp.sales.models import Invoice, Order
from onmaru.erp.sales.tests.shop import Shop
from onmaru.kernel.models import User
from tests.browser.conftest import PASSWORD, PHONE, Visit, sideways

pytestmark = pytest.mark.browser

MOST_KEYS, MOST_TOUCHES = 52, 20


class Hands:
    """What a person presses, counted; it waits as a person does who looks at the screen."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.count += len(text)

    def touch(self, which: str, text: str | None = None) -> None:
        self.page.locator(which, has_text=text).first.tap()
        self.count += 1


def goods(language: str) -> Shop:
    User.objects.filter(username="kim").update(language=language)
    shop = Shop()
    nut = shop.product("NUT", "500")
    for product in (shop.bolt, nut):
        shop.stocked("50", product=product)
    return shop


def arrive(page: Page, address: str) -> None:
    page.wait_for_url(re.compile(address))
    page.wait_for_selector("html[data-ready]")


@pytest.mark.parametrize(("language", "order"), [("ko", "수주"), ("en", "sal")])
def test_an_order_becomes_money_by_keyboard_alone(visit: Visit, language: str, order: str) -> None:
    shop = goods(language)
    page = visit()
    page.context.clear_cookies()
    page.goto("/account/login/")
    expect(page.locator("#login")).to_be_focused()
    hands = Hands(page)
    hands.type("kim")
    hands.press("Tab")
    hands.type(PASSWORD)
    hands.press("Enter")
    page.wait_for_selector("html[data-ready] .shell")

    hands.press("/")
    hands.type("ㅎㅂ")
    expect(page.locator("#found [role=option]")).to_have_count(1)
    hands.press("ArrowDown", "Enter")
    arrive(page, r"/parties/\d+/$")
    hands.press("Control+k")
    hands.type(order)
    hands.press("Enter")
    arrive(page, r"/orders/new\?customer=\d+")
    expect(page.locator("#f-customer")).to_have_value(str(shop.hanbit))
    hands.type("BO")
    hands.press("Tab")
    hands.type("3")
    hands.press("Enter")
    hands.type("NU")
    hands.press("Tab")
    hands.type("2")
    expect(page.locator("#lines .total")).to_have_text("4,000")
    hands.press("Control+s")

    arrive(page, r"/orders/\d+/$")
    for arrived in (r"/orders/\d+/$", r"/deliveries/\d+/$"):
        proceed(hands)
        arrive(page, arrived)
    page.go_back()  # Alt and the left arrow belong to the browser's window, which this one has not
    hands.count += 1
    arrive(page, r"/orders/\d+/$")
    for arrived in (r"/invoices/\d+/$", r"/payments/\d+/$"):
        proceed(hands)
        arrive(page, arrived)
    hands.press("/")
    expect(page.locator("#seek")).to_be_focused()
    assert queries.status.of_order(Order.objects.get()).payment == "paid"
    assert (Invoice.objects.get().total, hands.count <= MOST_KEYS) == (4400, True), hands.count


def proceed(hands: Hands) -> None:
    """The next step: its dialog, and the same keys again."""
    address = hands.page.url
    hands.press("Control+Enter")
    expect(hands.page.locator("dialog[open] footer .primary").first).to_be_visible()
    with hands.page.expect_navigation():
        hands.press("Control+Enter")
    assert hands.page.url != address or "/orders/" in address


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_order_becomes_money_by_touch(visit: Visit, language: str) -> None:
    goods(language)
    page = visit(size=PHONE)
    hands = Hands(page)
    hands.touch(".tabs [data-drawer]")
    hands.touch(".rail a[href='/orders/']")
    arrive(page, r"/orders/$")
    hands.touch("main header a.button.primary")
    arrive(page, r"/orders/new$")
    page.locator("#f-customer").press_sequentially("ㅎㅂ")
    hands.touch(".options [role=option]")
    for line, text in enumerate(("BO", "NU")):
        if line:
            hands.touch("[data-add-line=lines]")
        else:
            hands.touch("#f-lines-0-product")
        page.locator(f"#f-lines-{line}-product").press_sequentially(text)
        hands.touch(".options [role=option]", text)
        hands.touch(f"#f-lines-{line}-quantity")
        page.locator(f"#f-lines-{line}-quantity").press_sequentially("2")
    expect(page.locator("#lines .total")).to_have_text("3,000")
    assert sideways(page) == 0
    hands.touch(".saving [type=submit]")
    arrive(page, r"/orders/\d+/$")
    for arrived in (r"/orders/\d+/$", r"/deliveries/\d+/$"):
        carry_on(hands)
        arrive(page, arrived)
    hands.touch(".facts a[href^='/orders/']")
    arrive(page, r"/orders/\d+/$")
    for arrived in (r"/invoices/\d+/$", r"/payments/\d+/$"):
        carry_on(hands)
        arrive(page, arrived)
    assert queries.status.of_order(Order.objects.get()).payment == "paid"
    assert hands.count <= MOST_TOUCHES


def carry_on(hands: Hands) -> None:
    """Touch the next step and then its button in the dialog, which fits the screen."""
    hands.touch(".verbs button.primary[hx-get]")
    expect(hands.page.locator("dialog[open] footer .primary").first).to_be_visible()
    assert sideways(hands.page) == 0
    with hands.page.expect_navigation():
        hands.touch("dialog[open] footer .primary")

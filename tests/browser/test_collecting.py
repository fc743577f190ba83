"""Money is taken in against invoices, and a customer's addresses follow the customer, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from onmaru.erp.sales import queries
from onmaru.erp.sales.models import Invoice, Payment
from onmaru.erp.sales.tests.shop import Shop
from tests.browser.conftest import DESK, PHONE, Visit, sideways

pytestmark = pytest.mark.browser


def owed(shop: Shop, *quantities: str) -> list[Invoice]:
    shop.stocked("50")
    orders = [shop.sold(quantity) for quantity in quantities]
    for order in orders:
        shop.deliver(order)
    return [shop.invoice(order) for order in orders]


def choose(page: Page, name: str, text: str) -> None:
    page.fill(f"#f-{name}", text)
    page.locator("[role=option]", has_text=text).first.click()


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_payment_is_collected_against_two_invoices(visit: Visit, size: object) -> None:
    shop = Shop()
    first, second, third = owed(shop, "1", "2", "3")
    page = visit(size=size, path="/payments/new")
    expect(page.locator("#s-invoices")).to_be_hidden()
    choose(page, "customer", "한빛")
    amounts = [page.locator(f"[name='invoices.{place}.amount']") for place in range(3)]
    expect(amounts[2]).to_have_value("")
    page.fill("#f-amount", "2000")
    page.fill("#f-fee", "100")
    page.locator("#f-memo").focus()
    for cell, offered in zip(amounts, ("1,100", "1,000", "0"), strict=True):
        expect(cell).to_have_value(offered)
    expect(page.locator("#f-memo")).to_be_focused()
    assert sideways(page) == 0
    amounts[0].fill("0")
    amounts[1].fill("1,500")
    amounts[2].fill("400")
    page.get_by_role("button", name="저장").click()
    page.wait_for_url("**/payments/*/")
    payment = queries.status.payments(Payment.objects.all()).get()
    assert [queries.status.open_amount(one) for one in (first, second, third)] == [1100, 700, 2900]
    assert (payment.amount, payment.fee, payment.open_amount) == (2000, 100, 200)  # type: ignore[attr-defined]


def test_an_open_invoice_is_collected_in_a_dialog(visit: Visit) -> None:
    (invoice,) = owed(Shop(), "5")
    page = visit(path=f"/invoices/{invoice.pk}/")
    page.get_by_role("button", name="수금", exact=True).click()
    expect(page.locator("dialog #f-amount")).to_have_value("5,500")
    page.locator("dialog footer .primary").click()
    page.wait_for_url("**/payments/*/")
    assert queries.status.open_amount(invoice) == 0


def test_addresses_follow_the_customer_and_the_sum_the_discount(visit: Visit) -> None:
    shop = Shop()
    for name, line in (("가나상사", "세종대로 1"), ("다라상사", "해운대로 9")):
        shop.world.customer(name, addresses=[{"kind": "shipping", "line1": line}])
    page = visit(path="/orders/new")
    choose(page, "customer", "가나상사")
    expect(page.locator("#f-ship_to option", has_text="세종대로 1")).to_have_count(1)
    page.fill("[name='lines.0.quantity']", "3")
    page.fill("[name='lines.0.unit_price']", "1,000")
    page.fill("[name='lines.0.discount']", "12.5")
    expect(page.locator("#lines .total")).to_have_text("2,625")
    choose(page, "customer", "다라상사")
    expect(page.locator("#f-ship_to option", has_text="해운대로 9")).to_have_count(1)
    expect(page.locator("#f-ship_to option", has_text="세종대로 1")).to_have_count(0)
    expect(page.locator("[name='lines.0.quantity']")).to_have_value("3")

"""Forms in which one choice leads to others: the open invoices of a customer, its addresses."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from onmaru.erp.sales import queries
from onmaru.erp.sales.models import Delivery, Invoice, Order
from onmaru.erp.sales.tests.shop import Shop
from onmaru.kernel import calendars
from onmaru.kernel.models import User
from tests.proofs import clean

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def clerk() -> Client:
    browser = Client()
    browser.force_login(User.objects.create_user("clerk", is_superuser=True, language="ko"))
    return browser


def owed(shop: Shop, *quantities: str) -> list[Invoice]:
    """Invoices over some pieces at 1,100 with tax."""
    shop.stocked("50")
    orders = [shop.sold(quantity) for quantity in quantities]
    for order in orders:
        shop.deliver(order)
    return [shop.invoice(order) for order in orders]


def test_a_payment_chooses_its_invoices_on_the_form(shop: Shop, clerk: Client) -> None:
    first, second = owed(shop, "1", "2")
    other = shop.world.customer("다른")
    typed = {"company": shop.company.pk, "customer": first.customer_id, "amount": "2,000", "fee": "100"}
    typed |= {"method": "bank", "received_on": calendars.today().isoformat(), "currency": ""}
    drawn = clerk.post("/payments/new", typed | {"redraw": "1"})
    rows = dict(re.findall(r'name="(invoices\.\d\.\w+)" value="([^"]*)"', drawn.content.decode()))
    expected = [str(first.pk), "1100", str(second.pk), "1000"]
    assert (drawn.status_code, list(rows.values())) == (200, expected)
    assert "미결 2,200" in drawn.content.decode() and "aria-invalid" not in drawn.content.decode()
    # Another customer has none; without money they are left to be paid as far as it goes.
    assert (
        "invoices.0"
        not in clerk.post("/payments/new", typed | {"redraw": "1", "customer": other.pk}).content.decode()
    )
    asked = clerk.get(f"/payments/new?customer={first.customer_id}").content.decode()
    assert re.findall(r'name="invoices\.\d\.amount" value="([^"]*)"', asked) == ["", ""]
    refused = clerk.post("/payments/new", typed | rows | {"invoices": "", "invoices.0.amount": "1100.5"})
    assert refused.status_code == 422 and str(second.number) in refused.content.decode()
    posted = typed | rows | {"invoices": "", "invoices.0.amount": "100", "invoices.1.amount": "1500"}
    assert clerk.post("/payments/new", posted).status_code == 302
    assert [queries.status.open_amount(one) for one in (first, second)] == [1000, 700]
    # Rows that were all taken out settle nothing: it is an advance.
    assert clerk.post("/payments/new", typed | {"invoices": ""}).status_code == 302
    assert [queries.status.open_amount(one) for one in (first, second)] == [1000, 700]
    clean()


def test_an_open_invoice_is_collected_from_its_page(shop: Shop, clerk: Client) -> None:
    (invoice,) = owed(shop, "2")
    path = f"/invoices/{invoice.pk}/do/pay"
    shown = clerk.get(path).content.decode()
    assert 'name="amount" value="2200"' in shown and calendars.today().isoformat() in shown
    assert path in clerk.get(f"/invoices/{invoice.pk}/").content.decode()
    paid = {"amount": "2,200", "fee": "0", "method": "bank", "received_on": calendars.today().isoformat()}
    assert clerk.post(path, paid).status_code == 302
    assert queries.status.open_amount(invoice) == 0
    assert path not in clerk.get(f"/invoices/{invoice.pk}/").content.decode()
    back = shop.back(Delivery.objects.get(), returned_on=calendars.today())
    assert "take_back" not in clerk.get(f"/deliveries/{back.pk}/").content.decode()


def test_only_the_addresses_of_the_customer_are_chosen(shop: Shop, clerk: Client) -> None:
    place = {"kind": "shipping", "line1": "세종대로 1"}
    customer = shop.world.customer("한빛상사", addresses=[place])
    other = shop.world.customer("다른", addresses=[place | {"line1": "해운대로 9"}])
    assert "세종대로" not in clerk.get("/orders/new").content.decode()
    typed = {"company": shop.company.pk, "customer": customer.pk, "redraw": "1"}
    drawn = clerk.post("/orders/new", typed).content.decode()
    assert drawn.count("세종대로 1") == 2 and "해운대로" not in drawn
    assert "해운대로 9" in clerk.post("/orders/new", typed | {"customer": other.pk}).content.decode()
    typed |= {"lines.0.product": shop.bolt.pk, "lines.0.quantity": "1", "ordered_on": calendars.today()}
    typed |= {"ship_to": customer.addresses.get().pk}
    del typed["redraw"]
    assert clerk.post("/orders/new", typed | {"bill_to": other.addresses.get().pk}).status_code == 422
    assert clerk.post("/orders/new", typed).status_code == 302
    order = Order.objects.get()
    assert "세종대로 1" in clerk.get(f"/orders/{order.pk}/").content.decode()
    shown = clerk.get(f"/orders/{order.pk}/edit").content.decode()
    assert f'<option value="{order.ship_to_id}" selected>' in shown and "해운대로" not in shown

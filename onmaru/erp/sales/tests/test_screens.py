"""A clerk's day in the pages: an order entered, confirmed, half delivered, charged, printed, paid, read in books."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from onmaru.erp.sales import queries
from onmaru.erp.sales.models import Delivery, Invoice, Order, Payment
from onmaru.kernel import calendars
from onmaru.kernel.models import User
from tests import companies
from tests.companies import World
from tests.proofs import clean

pytestmark = pytest.mark.django_db

LIST, RECORD, ACT, REPORT = 24, 45, 90, 24


@pytest.fixture
def world() -> World:
    return companies.build()


@pytest.fixture
def clerk() -> Client:
    browser = Client()
    browser.force_login(User.objects.create_user("clerk", is_superuser=True, language="ko"))
    return browser


@contextmanager
def budget(most: int) -> Iterator[None]:
    """The block asks the database no more than ``most`` times."""
    with CaptureQueriesContext(connection) as asked:
        yield
    assert len(asked) <= most, [one["sql"][:90] for one in asked]


def act(clerk: Client, path: str, **posted: Any) -> None:
    """Do a verb with what its dialog holds, changed by ``posted``."""
    shown = clerk.get(path).content.decode()
    held = dict(re.findall(r'name="(lines\.[^"]+)"[^>]*?value="([^"]*)"', shown))
    held |= dict(re.findall(r'name="(version)"[^>]*?value="([^"]*)"', shown))
    with budget(ACT):
        answer = clerk.post(path, held | posted)
    assert answer.status_code in {200, 204, 302}, answer.content.decode()[:2000]
    assert "aria-invalid" not in answer.content.decode() and "wrong" not in answer.content.decode()


def _file(clerk: Client, path: str) -> bytes:
    answer: Any = clerk.get(path)
    return b"".join(answer.streaming_content)


def enter(clerk: Client, world: World, **values: str) -> Order:
    """An order of ten pieces typed into the form, its price and unit left to the house."""
    product, customer = world.product("A", price="1000"), world.customer("한빛상사")
    world.receive(product, "6", on=calendars.today())
    typed = {
        "company": world.company.pk,
        "customer": customer.pk,
        "ordered_on": calendars.today().isoformat(),
    }
    typed |= {"lines.0.product": product.pk, "lines.0.quantity": "10"}
    assert clerk.get("/orders/new").status_code == 200
    answer = clerk.post("/orders/new", typed | values)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Order.objects.get()


def test_from_order_to_cash_on_the_pages(world: World, clerk: Client) -> None:
    order = enter(clerk, world)
    assert (order.total, order.lines.get().unit_price) == (Decimal(11000), Decimal(1000))
    act(clerk, f"/orders/{order.pk}/do/confirm")
    act(clerk, f"/orders/{order.pk}/do/deliver", **{"lines.0.quantity": "5"})
    act(clerk, f"/orders/{order.pk}/do/issue")
    act(clerk, f"/deliveries/{Delivery.objects.get().pk}/do/take_back", **{"lines.0.quantity": "1"})
    act(clerk, f"/orders/{order.pk}/do/credit")
    invoice = Invoice.objects.get(kind="invoice")
    paid = {"company": world.company.pk, "customer": order.customer_id, "amount": "6000", "fee": "0"}
    paid |= {"method": "bank", "received_on": calendars.today().isoformat(), "currency": "KRW"}
    assert clerk.post("/payments/new", paid).status_code == 302
    assert queries.status.of_order(order) == queries.status.OrderStatus("partial", "partial")
    assert queries.status.open_amount(invoice) == 0
    clean()
    for name, record in (("orders", order), ("invoices", invoice), ("payments", Payment.objects.get())):
        with budget(RECORD):
            assert clerk.get(f"/{name}/{record.pk}/").status_code == 200
        with budget(LIST):
            assert clerk.get(f"/{name}/").status_code == 200


def test_a_discount_is_ten_where_people_and_programs_meet_it(world: World, clerk: Client) -> None:
    order = enter(clerk, world, **{"lines.0.discount": "10"})
    assert (order.lines.get().discount, order.supply_amount) == (Decimal("0.1"), Decimal(9000))
    assert 'name="lines.0.discount" value="10"' in clerk.get(f"/orders/{order.pk}/edit").content.decode()
    assert '<td class="num minor">10</td>' in clerk.get(f"/orders/{order.pk}/").content.decode()
    told = clerk.get(f"/api/orders/{order.pk}").json()["lines"]
    assert [line["discount"] for line in told] == ["10"]
    rows = [{"product": line["product"]["id"], "quantity": "10", "discount": "12.5"} for line in told]
    answer = clerk.patch(f"/api/orders/{order.pk}", {"lines": rows}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert order.lines.get().discount == Decimal("0.125")
    rows[0]["discount"] = "100.5"
    answer = clerk.patch(f"/api/orders/{order.pk}", {"lines": rows}, content_type="application/json")
    assert [one["code"] for one in answer.json()["reasons"]] == ["discount_out_of_range"]


def test_a_delivery_begins_with_what_is_reserved(world: World, clerk: Client) -> None:
    order = enter(clerk, world)
    act(clerk, f"/orders/{order.pk}/do/confirm")
    shown = clerk.get(f"/orders/{order.pk}/do/deliver").content.decode()
    assert 'name="lines.0.quantity" value="6"' in shown
    assert f'name="lines.0.line" value="{order.lines.get().pk}"' in shown
    assert "A 상품 A" in shown


def test_a_kit_is_entered_as_one_line_and_edited_as_one(world: World, clerk: Client) -> None:
    part = world.product("P")
    kit = world.product(
        "K", price="5000", kind="kit", components=[{"component": part, "quantity": Decimal(2)}]
    )
    order = enter(clerk, world, **{"lines.1.product": str(kit.pk), "lines.1.quantity": "1"})
    assert order.lines.count() == 3
    shown = clerk.get(f"/orders/{order.pk}/edit").content.decode()
    held = dict(re.findall(r'name="([^"]+)"[^>]*?value="([^"]*)"', shown))
    held = {name: text for name, text in held.items() if not re.search(r"\.-\.|lines\.\.", name)}
    answer = clerk.post(f"/orders/{order.pk}/edit", held | {"memo": "급함"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    order.refresh_from_db()
    assert (order.lines.count(), order.total, order.memo) == (3, Decimal(16500), "급함")


def test_what_belongs_to_a_party_stands_on_its_page(world: World, clerk: Client) -> None:
    order = enter(clerk, world)
    with budget(RECORD):
        shown = clerk.get(f"/parties/{order.customer_id}/").content.decode()
    assert str(order) in shown
    product = order.lines.get().product
    assert f"/stock/{product.quants.get().pk}/" in clerk.get(f"/products/{product.pk}/").content.decode()


@pytest.mark.parametrize("name", ["trial-balance", "ageing", "stock-worth", "general-ledger", "party-ledger"])
def test_a_report_is_read_saved_and_told(world: World, clerk: Client, name: str) -> None:
    order = enter(clerk, world)
    world.receive(world.product("B"), "6", on=calendars.today())
    for verb in ("confirm", "deliver", "issue"):
        act(clerk, f"/orders/{order.pk}/do/{verb}")
    account = world.company.accounts.get(code="108")
    asked = {"general-ledger": f"?account={account.pk}", "party-ledger": f"?party={order.customer_id}"}.get(
        name, ""
    )
    with budget(REPORT):
        shown = clerk.get(f"/reports/{name}/{asked}").content.decode()
    assert "6,600" in shown or "3,600" in shown
    told = clerk.get(f"/api/reports/{name}{asked}").json()
    assert told["rows"] and told["currency"] == "KRW"
    csv = _file(clerk, f"/reports/{name}/export.csv{asked}").decode("utf-8-sig")
    assert csv.count("\r\n") == len(told["rows"]) + 1
    assert _file(clerk, f"/reports/{name}/export.xlsx{asked}")[:2] == b"PK"


def test_a_report_is_for_those_who_may_read_it(world: World) -> None:
    stranger = Client()
    stranger.force_login(User.objects.create_user("stranger"))
    assert stranger.get("/reports/trial-balance/").status_code == 403
    assert stranger.get("/api/reports/trial-balance").status_code == 403
    assert stranger.get("/reports/nothing/").status_code == 404


@pytest.mark.usefixtures("built")
def test_the_papers_are_printed_from_the_page(world: World, clerk: Client) -> None:
    order = enter(clerk, world)
    for verb in ("confirm", "deliver", "issue"):
        act(clerk, f"/orders/{order.pk}/do/{verb}")
    for path in (
        f"orders/{order.pk}/print/quotation",
        f"orders/{order.pk}/print/confirmation",
        f"deliveries/{Delivery.objects.get().pk}/print/statement",
        f"invoices/{Invoice.objects.get().pk}/print/invoice",
    ):
        answer = clerk.get(f"/{path}.pdf?language=en")
        assert (answer.status_code, answer.content[:4]) == (200, b"%PDF")

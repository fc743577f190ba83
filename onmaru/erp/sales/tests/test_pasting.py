"""What a form is told of its lines before it is sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from onmaru.erp.sales.models import Order
from onmaru.erp.sales.tests.shop import Shop
from onmaru.kernel import calendars
from onmaru.kernel.models import User
from tests.scratch.models import Client, Deal, Firm

pytestmark = pytest.mark.django_db

MOST_QUERIES = 40


@pytest.fixture
def shop(db: Any) -> Shop:
    return Shop()


@pytest.fixture
def clerk() -> Browser:
    browser = Browser()
    browser.force_login(User.objects.create_user("clerk", is_superuser=True, language="en"))
    return browser


def ask(clerk: Browser, shop: Shop, *rows: tuple[str, str], **head: Any) -> list[dict[str, Any]]:
    """What is said of rows of a product and a quantity."""
    posted = {
        "company": shop.company.pk,
        "ordered_on": calendars.today().isoformat(),
        "lines": "lines",
    } | head
    for place, (product, quantity) in enumerate(rows):
        posted |= {f"lines.{place}.product": product, f"lines.{place}.quantity": quantity}
    answer = clerk.post("/pasting/orders/new", posted)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    told: list[dict[str, Any]] = answer.json()
    return told


def test_a_product_is_known_by_code_name_barcode_or_digits(shop: Shop, clerk: Browser) -> None:
    named = shop.product("7001", name="육각 볼트", barcode="8801234567893")
    told = ask(clerk, shop, ("'7001", "1"), ("육각 볼트", "1"), ("'8801234567893", "1"), (str(named.pk), "1"))
    assert [row["product"]["id"] for row in told] == [named.pk] * 4
    assert told[0]["product"]["label"] == "7001 육각 볼트"
    assert told[0]["quantity"] == {"read": "1"}
    assert told[0]["unit_price"] == {"offer": "1,000"}
    assert told[0]["unit"] == {"offer": "piece"}


def test_every_row_has_its_own_reasons_and_nothing_is_written(shop: Shop, clerk: Browser) -> None:
    told = ask(
        clerk, shop, ("NONE", "x"), ("BOLT", "2"), ("BOLT", "1.5"), ("BOLT", ""), customer=shop.hanbit.pk
    )
    assert "there is no “NONE”" in told[0]["product"]["wrong"][0]
    assert "cannot be read" in told[0]["quantity"]["wrong"][0]
    assert "wrong" not in told[1].get("quantity", {})
    assert told[2]["quantity"]["wrong"] and told[3]["quantity"]["wrong"]
    assert not Order.objects.exists()


def test_two_hundred_rows_cost_no_more_queries_than_one(
    shop: Shop, clerk: Browser, django_assert_max_num_queries: Any
) -> None:
    for place in range(200):
        shop.product(f"P{place}")
    rows = [(f"P{place}", "1") for place in range(200)]
    with django_assert_max_num_queries(MOST_QUERIES):
        told = ask(clerk, shop, *rows, customer=shop.hanbit.pk)
    assert len({row["product"]["id"] for row in told}) == 200


def test_lines_of_any_form_are_looked_at_and_others_are_not_there(clerk: Browser) -> None:
    firm, client = Firm.objects.create(code="F", name="마루"), Client.objects.create(code="C", name="한강")
    deal = Deal.objects.create(number="D", company=firm, client=client, ordered_on="2026-11-01")
    posted = {"lines": "lines", "lines.0.item": "헬멧", "lines.0.quantity": "many"}
    told = clerk.post(f"/pasting/deals/{deal.pk}/edit", posted).json()
    assert [list(row) for row in told] == [["quantity"]]
    assert clerk.post(f"/pasting/deals/{deal.pk}/edit", {"lines": "note"}).status_code == 404
    stranger = Browser()
    stranger.force_login(User.objects.create_user("nobody"))
    assert stranger.post("/pasting/deals/new", posted).status_code == 403

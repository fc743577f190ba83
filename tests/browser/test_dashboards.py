"""A dashboard in a real browser: cards answer, days are picked for all, order and width stay as a hand left them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from onmaru.erp.sales.tests.shop import Shop
from onmaru.kernel.models import User
from onmaru.office.dashboards.models import Card, Dashboard
from tests.browser.conftest import PHONE, Visit, sideways
from tests.scratch.models import Deal

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def board(house: str) -> Dashboard:
    made = Dashboard.objects.create(owner=User.objects.get(username="kim"), name="오늘의 현황", is_home=True)
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("number", "주문 금액", {"measure": "total"}),
        ("number", "올해 주문", {"query": "ordered_on=this year"}),
        ("board", "상태별", {"width": 2}),
        ("chart", "거래처별", {"query": "down=client", "measure": "total", "width": 2}),
        ("list", "최근 주문", {"query": "sort=-number", "width": 2}),
    ]
    for place, (kind, title, more) in enumerate(asked):
        Card.objects.create(dashboard=made, ordinal=place, kind=kind, title=title, source="deals", **more)
    return made


def test_cards_are_filtered_together_and_stay_where_they_are_put(visit: Visit, board: Dashboard) -> None:
    page = visit(path=f"/dashboard/{board.pk}/")
    page.locator(".board-bars li").first.wait_for()
    whole = page.locator(".board-figure").first.inner_text()
    page.locator("[name=period]").select_option("yesterday")
    page.wait_for_url("**period=yesterday**")
    assert page.locator(".board-figure").first.inner_text() != whole

    page.goto(f"/dashboard/{board.pk}/")
    picker = page.locator(".across [role=combobox]").first
    picker.click()
    named = page.locator("#options [role=option] span").first.inner_text()
    page.locator("#options [role=option]").first.click()
    page.wait_for_url("**client=*")
    expect(page.locator(".board-bars li")).to_have_count(1)
    expect(page.locator(".board-bars li span")).to_have_text(named)
    assert page.locator(".board-figure").first.inner_text() != whole
    expect(page.locator(".across [role=combobox]").first).to_have_value(named)
    page.goto(f"/dashboard/{board.pk}/")

    grips = page.locator("[data-grip]")
    with page.expect_response("**/arrange") as first:
        grips.nth(0).drag_to(grips.nth(1))
    assert first.value.status == 204
    with page.expect_response("**/arrange"):
        page.locator("[data-widen]").nth(0).click()
    page.reload()
    titles = page.locator(".board-card h3").all_inner_texts()
    assert titles[:2] == ["올해 주문", "주문 금액"]
    assert page.locator("[data-card]").first.get_attribute("data-width") == "2"

    page.goto(page.url.partition("/dashboard")[0])
    with page.expect_response("**/arrange") as second:
        page.locator("[data-grip]").first.press("ArrowRight")
    assert second.value.status == 204
    page.reload()
    assert page.locator(".board-card h3").all_inner_texts()[:2] == ["주문 금액", "올해 주문"]


def test_the_first_page_of_a_phone_shows_the_figures_without_scrolling_aside(
    visit: Visit, board: Dashboard
) -> None:
    page = visit(size=PHONE)
    page.locator(".board-figure").first.wait_for()
    assert sideways(page) == 0
    second = page.locator(".board-figure").nth(1).bounding_box()
    assert second is not None
    assert second["y"] + second["height"] < PHONE["height"]


@pytest.mark.parametrize("path", ["/dashboard/{}/", "/"])
def test_it_renews_itself_and_fills_the_screen(visit: Visit, board: Dashboard, path: str) -> None:
    Dashboard.objects.update(refresh=60)
    page = visit()
    page.clock.install()
    page.goto(path.format(board.pk))
    page.locator(".board-bars li").first.wait_for()
    figure = page.locator(".board-figure").first
    before = figure.inner_text()
    Deal.objects.filter(number="D-00001").update(total=9_000_000)
    page.clock.fast_forward(20_000)  # far from the minute: the clock goes on meanwhile
    assert figure.inner_text() == before
    page.clock.fast_forward(50_000)
    expect(figure).not_to_have_text(before)
    expect(page.locator(".board-card")).to_have_count(5)
    if path == "/":
        return
    page.locator("[data-whole]").click()
    page.wait_for_function("document.fullscreenElement?.matches('[data-cards]')")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_owner_at_half_past_seven_has_the_figures_on_the_first_screen_of_a_phone(
    visit: Visit, language: str
) -> None:
    User.objects.update(language=language)
    Shop()
    page = visit(size=PHONE)
    figures = page.locator(".board-figure")
    expect(figures).to_have_count(8)
    assert sideways(page) == 0
    places = [figures.nth(place).bounding_box() for place in range(8)]
    assert all(one and one["y"] + one["height"] < PHONE["height"] for one in places)


def test_a_pivot_is_put_on_a_dashboard_from_where_one_looks_at_it(
    visit: Visit, board: Dashboard, house: str
) -> None:
    page = visit()
    page.goto(f"{house}/deals/?face=pivot&down=client&measure=total")
    page.get_by_role("button", name="대시보드에 올리기").click()
    page.locator("[name=on]").select_option(label="오늘의 현황")
    page.locator("[name=title]").fill("거래처별 금액")
    page.get_by_role("button", name="대시보드에 올리기").click()
    page.wait_for_url(f"**/dashboard/{board.pk}/")
    last = page.locator(".board-card").last
    assert last.locator("h3").inner_text() == "거래처별 금액"
    assert last.locator(".board-bars li").count() == 8

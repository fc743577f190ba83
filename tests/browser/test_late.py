"""An answer that comes late takes nothing from a hand that went on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from onmaru.erp.sales.tests.shop import Shop
from onmaru.kernel.models import User
from onmaru.office.approval.tests import people
from onmaru.office.notices.models import Notice
from tests.browser.conftest import PASSWORD, Visit
from tests.browser.test_collecting import choose, owed
from tests.browser.test_sheet import cell, paste, saved, write
from tests.scratch.models import Deal

pytestmark = pytest.mark.browser


def late(page: Page, address: str, act: Callable[[], Any], *, method: str = "GET") -> Callable[[], None]:
    """Do what asks the server at this address; its answer is on its way until what is returned is called."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held or route.request.method != method:
            route.fallback()
        else:
            held.append(route)

    def asked(one: Request) -> bool:
        return one.method == method and address.strip("*") in one.url

    page.route(address, hold)
    with page.expect_request(asked):
        act()

    def come() -> None:
        (route,) = held
        with page.expect_response(asked_for(route.request)):
            route.continue_()

    return come


def asked_for(request: Request) -> Callable[[Any], bool]:
    return lambda answer: answer.request == request


def settled(page: Page) -> None:
    """What an answer does to the page is done: two frames and the time in which htmx settles."""
    page.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(done), 60))")


def test_a_cell_typed_while_another_is_refused_is_saved_and_the_refused_one_stays(visit: Visit) -> None:
    page = visit(path="/deals/?face=sheet%26sort=number")
    write(page, 1, "ordered_on", "어제쯤")
    come = late(page, "**/api/deals/*", lambda: page.keyboard.press("Tab"), method="PATCH")
    write(page, 1, "promised_on", "2026-12-24")
    page.keyboard.press("Enter")
    come()
    expect(page.locator("#sheet-reasons")).to_contain_text("날짜")
    expect(page.locator("#sheet-state")).to_contain_text("저장되지 않은")
    expect(cell(page, 1, "ordered_on")).to_have_text("어제쯤")
    first = Deal.objects.order_by("number")[0]
    assert (f"{first.promised_on}", f"{first.ordered_on}") == ("2026-12-24", "2026-02-15")
    write(page, 1, "ordered_on", "2026-11-05")
    page.keyboard.press("Tab")
    saved(page)
    first.refresh_from_db()
    assert f"{first.ordered_on}" == "2026-11-05"


def test_an_amount_typed_while_what_follows_is_drawn_anew_stays(visit: Visit) -> None:
    owed(Shop(), "1", "2")
    page = visit(path="/payments/new")
    choose(page, "customer", "한빛")
    amount = page.locator("[name='invoices.0.amount']")
    expect(amount).to_have_value("")
    page.fill("#f-amount", "2000")
    come = late(page, page.url, amount.focus, method="POST")
    page.keyboard.type("7")
    come()
    expect(page.locator("[name='invoices.1.amount']")).to_have_value("900")
    expect(amount).to_be_focused()
    page.keyboard.type("5")
    expect(amount).to_have_value("75")


def test_the_hand_is_not_led_back_to_what_was_pasted(visit: Visit) -> None:
    Shop()
    page = visit(path="/orders/new")
    page.locator("#f-lines-0-product").focus()
    come = late(page, "**/pasting/orders/new", lambda: paste(page, "없는 것\t1\nBOLT\t2\n"), method="POST")
    page.locator("[name=customer_reference]").focus()
    come()
    expect(page.locator("output[data-words]")).to_contain_text("확인할 행 1개")
    expect(page.locator("[name=customer_reference]")).to_be_focused()


def test_what_is_written_on_after_a_comment_stays_and_a_filter_is_not_overtaken(visit: Visit) -> None:
    page = visit(path=f"/deals/{Deal.objects.first().pk}/")  # type: ignore[union-attr]
    box = page.locator("#talk form.say > textarea[name=text]").first
    box.fill("먼저 쓴 글")
    come = late(page, "**/say", lambda: box.press("Control+Enter"), method="POST")
    box.press_sequentially(" 이어 쓴 글")
    come()
    expect(page.locator(".of-comments")).to_have_count(1)
    expect(box).to_have_value("이어 쓴 글")

    talk = f"**{page.locator('#talk').get_attribute('data-talk')}*"
    heard = "document.body.dispatchEvent(new CustomEvent('record-changed', { detail: {} }))"
    overtaken: list[Request] = []
    page.on("requestfailed", lambda one: overtaken.append(one))
    late(page, talk, lambda: page.evaluate(heard))
    page.locator("#talk .filters a").nth(1).click()
    expect(page.locator("#entries [name=show-now]")).not_to_have_value("")
    assert [talk.strip("*") in one.url for one in overtaken] == [True]


def test_the_keys_of_the_inbox_stay_where_the_hand_went(visit: Visit) -> None:
    house = people.build()
    house.users["owner"].set_password(PASSWORD)
    house.users["owner"].save()
    house.line(house.seat("decide", "owner"))
    for place in range(2):
        house.draft(house.deal(1000 + place))
    page = visit("owner", path="/approval/inbox/")
    come = late(page, "**/approval/**", lambda: page.keyboard.press("a"), method="POST")
    page.keyboard.press("/")
    come()
    expect(page.locator(".slip")).to_have_count(1)
    settled(page)
    page.keyboard.type("a")
    expect(page.locator("#seek")).to_have_value("a")
    expect(page.locator(".slip")).to_have_count(1)


def test_a_choice_made_before_does_not_overtake_the_one_made_since(visit: Visit) -> None:
    page = visit()
    come = late(page, "**/rules/filter*", lambda: page.goto("/rules/new"))
    page.select_option("#f-kind", "scratch.deal")
    expect(page.locator(".picked-filter details").first).to_be_visible()
    come()
    settled(page)
    expect(page.locator(".picked-filter details").first).to_be_visible()

    page.goto("/record-rules/new")
    kinds = page.locator("#f-kind option").all_inner_texts()[1:]
    other = next(one for one in kinds if one != "거래처")
    come = late(page, "**/record-rules/names*", lambda: page.select_option("#f-kind", label=other))
    page.select_option("#f-kind", label="거래처")
    partys = page.locator(".field:has(#f-hidden) label", has_text="이메일")
    expect(partys).to_be_visible()
    come()
    settled(page)
    expect(partys).to_be_visible()


def test_the_palette_leads_nowhere_without_an_answer_and_the_bell_keeps_its_open_menu(visit: Visit) -> None:
    kim = User.objects.get(username="kim")
    Notice.objects.create(person=kim, kind="mail", words="새 메일")
    page = visit(path="/deals/")
    page.keyboard.press("Control+k")
    page.locator(".palette [role=option]").first.wait_for()
    page.route("**/palette?*q=clients*", lambda route: route.abort())
    page.keyboard.type("clients")
    with page.expect_event("requestfailed"):
        page.keyboard.press("Enter")
    settled(page)
    assert page.url.endswith("/deals/")
    page.keyboard.press("Escape")

    page.locator("[data-bell] > summary").click()
    page.locator(".told").wait_for()
    heard = "document.body.dispatchEvent(new CustomEvent('heard'))"
    come = late(page, "**/inbox/bell", lambda: page.evaluate(heard))
    page.locator(".told details.menu > summary").click()
    come()
    settled(page)
    expect(page.locator(".told details.menu .item").first).to_be_visible()

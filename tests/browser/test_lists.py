"""Finding one's way in a list."""

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import PHONE, Visit

pytestmark = pytest.mark.browser


def test_a_list_is_sorted_by_its_heads(visit: Visit) -> None:
    page = visit(path="/deals/")
    page.locator("th a[href*='sort=total']").click()
    expect(page.locator("th[aria-sort=ascending]")).to_be_visible()
    expect(page.locator("#rows tbody tr").first).to_contain_text("D-00001")
    page.locator("th[aria-sort=ascending] a").click()
    expect(page.locator("#rows tbody tr").first).to_contain_text("D-00120")
    assert "sort=-total" in page.url


def test_a_list_is_filtered_by_state_and_by_reference(visit: Visit) -> None:
    page = visit(path="/deals/")
    page.locator("summary.chip").nth(0).click()
    page.check("details[open] input[value=confirmed]")
    page.click("details[open] button[type=submit]")
    expect(page.locator(".pager .count")).to_contain_text("40")
    page.locator("summary.chip").nth(1).click()
    page.locator("details[open] [role=combobox]").press_sequentially("ㅎㄱ", delay=20)
    page.locator("[role=option]", has_text="한강자전거").click()
    page.click("details[open] button[type=submit]")
    expect(page.locator(".pager .count")).not_to_contain_text("40")
    expect(page.locator(".chip.set")).to_have_count(2)
    one = int(page.locator(".pager .count").inner_text().removesuffix("건"))
    page.locator("summary.chip").nth(1).click()
    expect(page.locator("details.menu[open] .check")).to_have_text(" 한강자전거")
    page.locator("details[open] [role=combobox]").press_sequentially("남산", delay=20)
    page.locator("[role=option]", has_text="남산레저").click()
    page.locator("details[open] [role=combobox]").press_sequentially("북악", delay=20)
    page.locator("[role=option]", has_text="북악스포츠").click()
    page.click("details[open] button[type=submit]")
    expect(page.locator(".chip.set").nth(1)).to_contain_text("한강자전거, 남산레저, 북악스포츠")
    expect(page.locator(".pager .count")).to_contain_text(f"{3 * one}")
    page.go_back()
    page.go_back()
    expect(page.locator(".pager .count")).to_contain_text("40")


def test_a_line_that_is_cut_is_said_until_it_is_there_again(visit: Visit) -> None:
    page = visit(path="/deals/")
    said = page.locator("#notices", has_text="최신이 아닐 수 있습니다")
    page.context.set_offline(True)
    page.locator("th a[href*='sort=total']").click()
    expect(said).to_be_visible()
    page.context.set_offline(False)
    page.locator("th a[href*='sort=total']").click()
    expect(page.locator("th[aria-sort=ascending]")).to_be_visible()
    expect(said).to_be_hidden()


def test_back_pressed_twice_leads_to_the_list_whose_address_it_is(visit: Visit) -> None:
    page = visit(path="/deals/?state=confirmed")
    held: list[Route] = []
    for head in ("total", "number"):
        page.locator(f"th a[href*='sort={head}'], th a[href*='sort=-{head}']").first.click()
        page.wait_for_url(f"**sort=*{head}*")
    count = page.locator(".pager .count").inner_text()

    def hold(route: Route) -> None:
        if "hx-history-restore-request" in route.request.headers and "total" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route("**/deals/**", hold)
    with page.expect_request(lambda one: "hx-history-restore-request" in one.headers and "total" in one.url):
        page.evaluate("history.back()")
    with page.expect_response("**/deals/?state=confirmed"):
        page.evaluate("history.back()")
    page.wait_for_url("**/deals/?state=confirmed")
    (late,) = held
    late.fulfill(body="<main id=late></main>", content_type="text/html")
    page.wait_for_timeout(300)
    expect(page.locator("#late")).to_have_count(0)
    expect(page.locator(".pager .count")).to_have_text(count)


def test_a_filter_leaves_out_and_asks_for_what_is_empty_in_plain_words(visit: Visit) -> None:
    page = visit(path="/deals/")
    page.locator("summary.chip").nth(0).click()
    page.locator("details[open] select").select_option(label="다음은 제외")
    page.check("details[open] input[value=confirmed]")
    page.click("details[open] button[type=submit]")
    expect(page.locator(".pager .count")).to_contain_text("80")
    expect(page.locator(".chip.set")).to_contain_text("제외")
    assert "state__not=confirmed" in page.url
    page.locator("summary.chip.set").click()
    expect(page.locator("details[open] select")).to_have_value("not")
    expect(page.locator("details[open] input[value=confirmed]")).to_be_checked()
    page.click("details[open] a.button.plain")
    expect(page.locator(".pager .count")).to_contain_text("120")
    day = page.locator("details.menu", has=page.locator("[data-way=seen_at]"))
    day.locator("summary").click()
    day.locator("select").select_option(label="비어 있음")
    expect(day.locator(".pair")).to_be_hidden()
    day.locator("button[type=submit]").click()
    expect(page.locator(".chip.set")).to_contain_text("비어 있음")
    assert "seen_at__empty=true" in page.url


def test_pages_go_forth_and_back_by_key(visit: Visit) -> None:
    page = visit(path="/deals/")
    first = page.locator("#rows tbody tr").first.inner_text()
    page.click("[rel=next]")
    page.wait_for_url(re.compile("after="))
    assert page.locator("#rows tbody tr").first.inner_text() != first
    page.click("[rel=prev]")
    page.wait_for_url(re.compile("before="))
    expect(page.locator("#rows tbody tr").first).to_contain_text(first.split()[0])


def test_search_finds_by_initial_consonants_and_says_when_nothing_matches(visit: Visit) -> None:
    page = visit(path="/clients/")
    page.locator("#list-seek").press_sequentially("ㅂㅇㅅㅍㅊ", delay=20)
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.fill("#list-seek", "없는이름")
    expect(page.get_by_text("조건에 맞는 자료가 없습니다")).to_be_visible()


def test_the_search_box_is_one_key_away(visit: Visit) -> None:
    page = visit()
    page.keyboard.press("/")
    with page.expect_response(lambda answer: "한강" in unquote(answer.url)):
        page.keyboard.type("한강")
    expect(page.locator("#found [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("한강자전거")


def test_a_row_leads_to_its_record(visit: Visit) -> None:
    page = visit(path="/deals/?sort=number")
    page.locator("#rows tbody tr").first.locator("td").nth(3).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("D-00001")


def test_on_a_phone_rows_are_cards(visit: Visit) -> None:
    page = visit(size=PHONE, path="/deals/")
    expect(page.locator("#rows thead")).to_be_hidden()
    assert page.locator("#rows tbody tr").first.bounding_box()["height"] < 90  # type: ignore[index]


def test_the_list_leaves_as_a_file(visit: Visit) -> None:
    page = visit(path="/deals/?state=confirmed")
    page.locator("main summary[aria-label=파일]").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="이 목록을 CSV로").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 41

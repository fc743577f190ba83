"""A list edited as a spreadsheet: cells, blocks pasted from Excel, refusals beside what was typed, undo."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from onmaru.erp.sales.commands import orders
from onmaru.erp.sales.tests.shop import Shop
from onmaru.masters.site.commands import companies
from onmaru.office.shaping.commands import fields
from tests.browser.conftest import PHONE, Visit, sideways
from tests.companies import BY
from tests.scratch.models import Client, Deal

pytestmark = pytest.mark.browser


def cell(page: Page, row: int, name: str) -> Locator:
    return page.locator(f"#spreadsheet .tabulator-row:nth-child({row}) [tabulator-field={name}]")


def write(page: Page, row: int, name: str, words: str) -> None:
    cell(page, row, name).click()
    box = cell(page, row, name).locator("input")
    box.fill(words)


def saved(page: Page) -> None:
    expect(page.locator("#sheet-state")).to_have_text("모두 저장되었습니다")


def paste(page: Page, words: str) -> None:
    """What the browser does on Ctrl+V with a block of cells."""
    page.evaluate(
        """words => { const data = new DataTransfer(); data.setData("text/plain", words);
        const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
        document.activeElement.dispatchEvent(event) }""",
        words,
    )


def test_a_cell_is_changed_where_it_stands_and_undone(visit: Visit) -> None:
    page = visit(path="/clients/?face=sheet%26sort=code")
    before = Client.objects.order_by("code").values_list("name", flat=True)[0]
    write(page, 1, "name", "한강자전거 본사")
    page.keyboard.press("Enter")
    saved(page)
    first = Client.objects.order_by("code")[0]
    assert first.name == "한강자전거 본사"
    expect(cell(page, 2, "name").locator("input")).to_be_focused()
    page.keyboard.press("Control+z")  # the editor that Enter opened has no letters to take back
    expect(cell(page, 1, "name")).to_have_text(before)
    saved(page)
    first.refresh_from_db()
    assert first.name == before


def test_a_block_from_excel_fills_cells_and_new_rows(visit: Visit) -> None:
    page = visit(path="/clients/?face=sheet%26sort=code")
    count = Client.objects.count()
    expect(page.locator("#spreadsheet .tabulator-row")).to_have_count(count + 1)
    cell(page, count, "code").click()
    paste(page, "LAST\t끝 상사\r\nN1\t새 상사\r\nN2\t더 새 상사\r\n")
    saved(page)
    assert list(
        Client.objects.filter(code__in=["LAST", "N1", "N2"]).order_by("code").values_list("name", flat=True)
    ) == [
        "끝 상사",
        "새 상사",
        "더 새 상사",
    ]
    assert Client.objects.count() == count + 2


def test_a_cell_of_several_lines_stays_one_cell(visit: Visit) -> None:
    Deal.objects.filter(number="D-00002").update(note="둘째 행")
    page = visit(path="/deals/?face=sheet%26sort=number%26fields=number,note,pieces")
    cell(page, 1, "note").click()
    paste(page, '"첫 줄\n""둘째"" 줄"\t7\r\n')
    saved(page)
    first = Deal.objects.get(number="D-00001")
    assert (first.note, first.pieces) == ('첫 줄\n"둘째" 줄', 7)
    assert Deal.objects.get(number="D-00002").note == "둘째 행"
    cell(page, 1, "note").click()
    page.keyboard.press("End")
    page.keyboard.press("Alt+Enter")
    page.keyboard.type("셋째")
    page.keyboard.press("Enter")
    saved(page)
    first.refresh_from_db()
    assert first.note == '첫 줄\n"둘째" 줄\n셋째'
    expect(cell(page, 2, "note").locator("textarea")).to_be_focused()


def test_walking_through_a_row_saves_nothing(visit: Visit) -> None:
    fields.create(by=BY, kind="scratch.deal", type="boolean", label_ko="보험", label_en="Insured")
    Deal.objects.filter(number="D-00001").update(note="첫 줄\r\n둘째 줄", tags=["fragile", "gift"])
    page = visit(path="/deals/?face=sheet%26sort=number")
    sent = []
    page.on("request", lambda one: sent.append(one.post_data) if one.method == "PATCH" else None)
    cell(page, 1, "client").click()
    expect(page.locator(".tabulator-col[tabulator-field=x_insured]")).to_have_count(1)
    for _step in range(page.locator(".tabulator-col[tabulator-field]").count()):
        page.keyboard.press("Tab")
    write(page, 2, "pieces", "3")
    page.keyboard.press("Enter")
    saved(page)
    assert sent == ['{"pieces":"3"}']


def test_a_pasted_block_is_taken_back_at_once_with_the_rows_it_made(visit: Visit) -> None:
    page = visit(path="/clients/?face=sheet%26sort=code")
    before = dict(Client.objects.values_list("code", "name"))
    expect(page.locator("#spreadsheet .tabulator-row")).to_have_count(len(before) + 1)
    cell(page, len(before), "code").click()
    paste(page, "LAST\t끝 상사\r\nN1\t새 상사\r\n")
    saved(page)
    assert Client.objects.filter(code__in=["LAST", "N1"]).count() == 2
    page.keyboard.press("Control+z")
    expect(page.locator("#spreadsheet .tabulator-row")).to_have_count(len(before) + 1)
    saved(page)
    assert dict(Client.objects.values_list("code", "name")) == before
    page.keyboard.press("Control+y")
    expect(cell(page, len(before), "code")).to_have_text("LAST")


def test_tab_goes_right_esc_takes_back_and_the_first_columns_stay(visit: Visit) -> None:
    page = visit(path="/clients/?face=sheet%26sort=code")
    write(page, 1, "code", "버릴 것")
    page.keyboard.press("Escape")
    expect(cell(page, 1, "code")).not_to_have_text("버릴 것")
    cell(page, 1, "code").click()
    page.keyboard.press("Tab")
    expect(cell(page, 1, "name").locator("input")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator(".tabulator-col[tabulator-field=name] .tabulator-header-popup-button").click()
    page.get_by_text("이 열 고정").click()
    page.reload()
    expect(page.locator(".tabulator-col.tabulator-frozen")).to_have_count(2)
    kept = page.evaluate("Object.entries(localStorage).find(([name]) => name.startsWith('tabulator'))[1]")
    assert "width" not in kept  # nobody drew one: columns go on fitting what they hold


def test_its_columns_are_those_of_the_address(visit: Visit) -> None:
    page = visit(path="/deals/?face=sheet")
    page.locator("[data-columns] > summary").click()
    page.locator("[data-columns] input[value=currency]").check()
    for name in ("promised_on", "seen_at"):
        page.locator(f"[data-columns] input[value={name}]").uncheck()
    for _step in range(30):
        page.locator("[data-columns] input[value=currency]").press("Alt+ArrowUp")
    page.locator("[data-columns] button[type=submit]").click()
    page.wait_for_url(re.compile("face=sheet.*fields=currency"))
    shown = page.locator(".tabulator-col[tabulator-field]")
    expect(shown.first).to_have_attribute("tabulator-field", "currency")
    expect(page.locator(".tabulator-col[tabulator-field=promised_on]")).to_have_count(0)


def test_what_is_refused_stays_typed_with_every_reason(visit: Visit) -> None:
    page = visit(path="/deals/?face=sheet%26sort=number")
    write(page, 1, "ordered_on", "어제쯤")
    page.keyboard.press("Tab")
    expect(page.locator("#sheet-reasons")).to_contain_text("날짜")
    expect(cell(page, 1, "ordered_on")).to_have_class(re.compile("wrong"))
    expect(cell(page, 1, "ordered_on")).to_have_text("어제쯤")
    write(page, 1, "ordered_on", "2026-11-05")
    page.keyboard.press("Tab")
    saved(page)
    expect(page.locator("#sheet-reasons li")).to_have_count(0)
    assert str(Deal.objects.order_by("number")[0].ordered_on) == "2026-11-05"


def test_what_is_right_in_a_row_waits_with_what_is_wrong_and_is_saved_with_it(visit: Visit) -> None:
    page = visit(path="/deals/?face=sheet%26sort=number%26fields=number,ordered_on,pieces,note")
    cell(page, 1, "ordered_on").click()
    paste(page, "어제쯤\t7\t급함\r\n")
    expect(page.locator("#sheet-reasons")).to_contain_text("날짜")
    write(page, 1, "pieces", "8")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet-reasons")).to_contain_text("날짜")
    write(page, 1, "ordered_on", "2026-11-05")
    page.keyboard.press("Enter")
    saved(page)
    first = Deal.objects.get(number="D-00001")
    assert (str(first.ordered_on), first.pieces, first.note) == ("2026-11-05", 8, "급함")


def test_what_a_lost_connection_kept_back_is_saved_when_it_is_there_again(visit: Visit) -> None:
    page = visit(path="/deals/?face=sheet%26sort=number%26fields=number,pieces,ordered_on")
    cell(page, 1, "pieces").wait_for()
    page.context.set_offline(True)
    for name, words in (("pieces", "7"), ("ordered_on", "2026-11-05")):
        write(page, 1, name, words)
        page.keyboard.press("Tab")
    expect(page.locator("#sheet-reasons")).to_contain_text("서버가 응답하지 않습니다")
    page.context.set_offline(False)
    saved(page)
    first = Deal.objects.get(number="D-00001")
    assert (first.pieces, str(first.ordered_on)) == (7, "2026-11-05")


def test_a_change_made_meanwhile_is_not_overwritten(visit: Visit) -> None:
    page = visit(path="/clients/?face=sheet%26sort=code")
    expect(cell(page, 1, "name")).to_be_visible()
    first = Client.objects.order_by("code")[0]
    Client.objects.filter(pk=first.pk).update(name="남이 고침", version=first.version + 1)
    write(page, 1, "name", "내가 고침")
    page.keyboard.press("Tab")
    expect(page.locator("#sheet-reasons")).to_contain_text("남이 고침")
    expect(cell(page, 1, "name")).to_have_text("내가 고침")
    first.refresh_from_db()
    assert first.name == "남이 고침"
    page.locator("#sheet-reasons button").click()
    saved(page)
    first.refresh_from_db()
    assert first.name == "내가 고침"


def head(page: Page, words: str) -> Locator:
    return page.locator(".tabulator-group", has_text=words)


def test_rows_stand_in_groups_and_go_to_another_when_the_hand_has_left(visit: Visit) -> None:
    page = visit(path="/deals/?face=sheet%26group=client")
    first, second = Client.objects.order_by("name")[:2]
    totals = {one.pk: sum(one.deals.values_list("total", flat=True)) for one in (first, second)}
    expect(head(page, first.name).locator(".count")).to_have_text("15")
    expect(head(page, first.name).locator(".sum b").first).to_have_text(f"{totals[first.pk]:,.0f}")
    write(page, 16, "ordered_on", "26-11-05")
    page.keyboard.press("Enter")  # the last row of one group, the first of the next: a heading lies between
    expect(cell(page, 18, "ordered_on").locator("input")).to_be_focused()
    saved(page)
    mine = Deal.objects.get(number=cell(page, 3, "number").inner_text())
    write(page, 3, "client", second.name)
    page.keyboard.press("Enter")
    expect(page.locator("#sheet-state")).to_have_text(
        f"저장했습니다. 칸에서 나가면 “{second.name}” 묶음으로 옮겨집니다."
    )
    expect(cell(page, 3, "number")).to_have_text(mine.number)
    page.keyboard.press("Escape")
    expect(page.locator("#sheet-state")).to_have_text(f"저장하고 “{second.name}” 묶음으로 옮겼습니다.")
    expect(head(page, first.name).locator(".count")).to_have_text("14")
    expect(head(page, second.name).locator(".count")).to_have_text("16")
    expect(head(page, second.name).locator(".sum b").first).to_have_text(
        f"{totals[second.pk] + mine.total:,.0f}"
    )
    expect(cell(page, 3, "number")).not_to_have_text(mine.number)
    assert Deal.objects.get(pk=mine.pk).client == second
    page.keyboard.press("Control+z")
    expect(head(page, first.name).locator(".count")).to_have_text("15")


def test_a_row_that_leaves_the_filter_is_marked_and_its_group_comes_to_less(visit: Visit) -> None:
    page = visit(path="/deals/?face=sheet%26group=client%26ordered_on__gte=2026-05-01%26sort=number")
    first = Client.objects.order_by("name")[0]
    inside = first.deals.filter(ordered_on__gte="2026-05-01")
    count, whole = inside.count(), sum(inside.values_list("total", flat=True))
    expect(head(page, first.name).locator(".count")).to_have_text(str(count))
    mine = Deal.objects.get(number=cell(page, 2, "number").inner_text())
    write(page, 2, "ordered_on", "2026-03-05")
    page.keyboard.press("Tab")
    row, state = page.locator("#spreadsheet .tabulator-row:nth-child(2)"), page.locator("#sheet-state")
    expect(row).to_have_class(re.compile("outside"))
    expect(state).to_contain_text("필터 조건에서 벗어난 행 1개")
    expect(head(page, first.name).locator(".count")).to_have_text(str(count - 1))
    expect(head(page, first.name).locator(".sum b").first).to_have_text(f"{whole - mine.total:,.0f}")
    page.keyboard.press("Escape")
    state.click(position={"x": 2, "y": 2})
    page.keyboard.press("Control+z")
    expect(row).not_to_have_class(re.compile("outside"))
    expect(head(page, first.name).locator(".count")).to_have_text(str(count))
    saved(page)
    page.goto("/deals/?face=sheet&ordered_on__gte=2026-05-01&sort=number")
    write(page, 1, "ordered_on", "2026-03-05")
    page.keyboard.press("Tab")
    expect(page.locator("#spreadsheet .tabulator-row").first).to_have_class(re.compile("outside"))
    gone = cell(page, 1, "number").inner_text()
    state.get_by_role("button", name="필터 다시 적용").click()
    expect(cell(page, 1, "number")).not_to_have_text(gone)


def test_a_folded_group_is_passed_over_and_its_rest_comes_when_asked(visit: Visit) -> None:
    page = visit(size=PHONE)
    Deal.objects.filter(number__gt="D-00110").update(way="web")
    page.goto("/deals/?face=sheet&group=way&fields=number,way,total")
    expect(head(page, "Shop").locator(".count")).to_have_text("110")
    expect(page.locator(".tabulator-group")).to_have_count(1)
    head(page, "Shop").get_by_role("button", name="Shop").press("Enter")
    expect(head(page, "Web").locator(".count")).to_have_text("10")
    expect(page.locator("#spreadsheet .tabulator-row:not(.tabulator-group)")).to_have_count(10)
    head(page, "Shop").get_by_role("button", name="Shop").click()
    head(page, "Shop").get_by_role("button", name="더 보기").click()
    expect(head(page, "Shop").get_by_role("button", name="더 보기")).to_be_hidden()
    numbers = page.evaluate("document.getElementById('spreadsheet').sheet.getData().map((row) => row.number)")
    assert sorted(numbers) == sorted(Deal.objects.values_list("number", flat=True))
    assert sideways(page) == 0
    page.locator("[data-columns] > summary").click()
    page.locator("[data-columns] select[name=group]").select_option("state")
    page.locator("[data-columns] button[type=submit]").click()
    page.wait_for_url(re.compile("face=sheet.*group=state"))
    expect(page.locator(".tabulator-group")).to_have_count(1)


def test_a_change_that_moved_the_state_says_so_and_is_taken_back_with_it(visit: Visit) -> None:
    shop = Shop()
    order = orders.quote(shop.order("1", customer_reference="PO-1"), by=BY)
    page = visit(path="/orders/?face=sheet")
    write(page, 1, "customer_reference", "PO-2")
    page.keyboard.press("Enter")
    state = page.locator("#sheet-state")
    expect(state).to_contain_text("상태: 견적 제출 → 견적 작성")
    expect(cell(page, 1, "state")).to_have_text("견적 작성")
    state.get_by_role("button").click()
    expect(cell(page, 1, "state")).to_have_text("견적 제출")
    expect(cell(page, 1, "customer_reference")).to_have_text("PO-1")
    order.refresh_from_db()
    assert (order.state, order.customer_reference) == ("quoted", "PO-1")


def test_an_amount_says_its_currency_with_its_decimals(visit: Visit) -> None:
    Shop().agree(credit_limit=800_000)
    companies.create(by=BY, code="US", name="지사", currency="USD")
    Deal.objects.update(currency="KWD", total="1234.5")
    expect(cell(visit(path="/deals/?face=sheet"), 1, "total")).to_have_text("1,234.500 KWD")
    expect(cell(visit(path="/customer-terms/?face=sheet"), 1, "credit_limit")).to_have_text("800,000 KRW")


def test_a_block_that_moved_many_rows_is_taken_back_with_their_states(visit: Visit) -> None:
    shop = Shop()
    made = [orders.quote(shop.order("1", customer_reference=f"PO-{place}"), by=BY) for place in range(2)]
    page = visit(path="/orders/?face=sheet%26sort=number")
    cell(page, 1, "customer_reference").click()
    paste(page, "PO-8\nPO-9\n")
    expect(page.locator("#sheet-state")).to_contain_text("견적 작성 (2)")
    page.keyboard.press("Control+z")
    for row, order in enumerate(made, start=1):
        expect(cell(page, row, "state")).to_have_text("견적 제출")
        expect(cell(page, row, "customer_reference")).to_have_text(order.customer_reference)


def test_what_the_state_forbids_says_so_and_undo_takes_the_mark_away(visit: Visit) -> None:
    order = orders.cancel(Shop().order("1", customer_reference="PO-1"), by=BY, reason="취소")
    page = visit(path="/orders/?face=sheet")
    write(page, 1, "customer_reference", "PO-2")
    page.keyboard.press("Tab")
    expect(page.locator("#sheet-reasons")).to_contain_text("취소")
    expect(page.locator("#sheet-reasons button")).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator("#sheet-state").click()
    page.keyboard.press("Control+z")
    saved(page)
    expect(cell(page, 1, "customer_reference")).to_have_text("PO-1")
    expect(cell(page, 1, "customer_reference")).not_to_have_class(re.compile("wrong"))
    assert order.state == "cancelled"


def test_a_block_too_long_for_the_sheet_is_not_begun(visit: Visit) -> None:
    page = visit(path="/clients/?face=sheet")
    write(page, 1, "name", "붙여 넣기 전")
    paste(page, "\n".join(f"고객 {place}\tC{place}" for place in range(10_000)))
    expect(page.locator("#sheet-state")).to_contain_text("복사한 행은 10,000행인데 한 번에 500행까지")
    assert not Client.objects.filter(name__startswith="고객").exists()

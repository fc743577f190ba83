"""An administrator adds a field and moves it in the form; a colleague meets it at once, without a line of code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from onmaru.kernel.models import Role
from onmaru.office.shaping.queries import live
from tests.browser.conftest import PHONE, Visit, sideways
from tests.browser.test_late import late

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(autouse=True)
def shape() -> Iterator[None]:
    yield
    live.forget()


def test_a_field_is_added_in_three_clicks_moved_and_met_by_a_colleague(visit: Visit) -> None:
    Role.objects.filter(code="seller").update(
        permissions=["scratch.client.view", "scratch.client.create_client"]
    )
    colleague = visit("park", path="/clients/")
    page = visit("kim", path="/clients/")
    page.click("a[href='/shaping/clients/']")

    page.click("details.adding > summary")
    page.check("[name=type][value=choice]")
    page.fill("#add-ko", "등급")
    page.fill("#add-choices", "우수 | Gold\n보통 | Silver")
    page.click("#adding button[type=submit]")
    page.wait_for_selector("#arranging [data-name=x_field]")
    page.wait_for_load_state()
    assert page.locator("#seen label").all_inner_texts()[-1].strip() == "등급"

    rows = page.locator("#arranging ol").first.locator("li")
    rows.filter(has_text="등급").locator(".grip").drag_to(rows.nth(1), target_position={"x": 60, "y": 3})
    expect(page.locator("#seen .field label").first).to_have_text("등급")

    colleague.goto("/clients/new")
    assert colleague.locator(".form .field label").first.inner_text().strip() == "등급"
    colleague.fill("[name=code]", "C900")
    colleague.fill("[name=name]", "새벽상사")
    colleague.select_option("[name=x_field]", label="우수")
    colleague.click(".saving button[type=submit]")
    colleague.wait_for_selector(".record")
    assert "우수" in colleague.inner_text(".record")
    colleague.goto("/clients/?x_field=%EC%9A%B0%EC%88%98")
    assert colleague.locator("table.rows tbody tr").count() == 1
    assert colleague.goto("/shaping/clients/").status == 403  # type: ignore[union-attr]


def test_the_arrows_move_a_field_on_a_phone(visit: Visit) -> None:
    page = visit("kim", PHONE, "/shaping/clients/")
    assert sideways(page) <= 0
    row = page.locator("#arranging [data-name=name]").first
    name = row.locator("summary").inner_text().removesuffix("*").strip()
    row.locator("[data-step='-1']").click()
    expect(page.locator("#seen .field label").first).to_contain_text(name)
    page.reload()
    names = page.locator("#arranging ol").first.locator("li[data-name]")
    assert names.first.get_attribute("data-name") == "name"


def test_a_file_field_is_added_hidden_things_arranged_and_a_colleague_sends_a_drawing(
    visit: Visit, tmp_path: Path
) -> None:
    Role.objects.filter(code="seller").update(
        permissions=["scratch.client.view", "scratch.client.create_client", "kernel.storedfile.attach"]
    )
    page = visit("kim", path="/shaping/clients/")
    page.click("details.adding > summary")
    page.check("[name=type][value=file]")
    page.fill("#add-ko", "도면")
    page.fill("#add-en", "drawing")
    page.check("#adding [name=searched]")
    page.click("#adding button[type=submit]")
    page.wait_for_selector("#arranging [data-name=x_drawing]")
    page.check("#arranging [name=hidden][value=is_active]")
    expect(page.locator("#seen")).not_to_contain_text("사용 중")

    colleague = visit("park", PHONE, "/clients/new")
    assert sideways(colleague) <= 0
    colleague.fill("[name=code]", "C901")
    colleague.fill("[name=name]", "새벽상사")
    drawing = tmp_path / "축 도면.pdf"
    drawing.write_bytes(b"%PDF-1.7 drawing")
    come = late(
        colleague,
        "**/shaping/files/*",
        lambda: colleague.set_input_files("input[data-attach]", drawing),
        method="POST",
    )
    colleague.click(".saving button[type=submit]")
    come()
    colleague.wait_for_selector(".record")
    with colleague.expect_download() as taken:
        colleague.click("a[href^='/shaping/file/']")
    assert taken.value.path().read_bytes() == b"%PDF-1.7 drawing"
    colleague.goto("/clients/?q=%EC%B6%95+%EB%8F%84%EB%A9%B4")
    expect(colleague.locator("#listing")).to_contain_text("새벽상사")


def test_a_field_of_lines_is_added_typed_in_the_sheet_and_read_on_the_page(visit: Visit) -> None:
    page = visit("kim", path="/shaping/deals/")
    page.click("details.adding > summary")
    page.select_option("#add-kind", "scratch.dealline")
    page.check("[name=type][value=choice]")
    page.fill("#add-ko", "색상")
    page.fill("#add-en", "colour")
    page.fill("#add-choices", "빨강\n파랑")
    with page.expect_navigation():
        page.click("#adding button[type=submit]")

    page.goto("/deals/")
    page.locator("table.rows tbody a").first.click()
    page.wait_for_selector(".record")
    page.goto(f"{page.url.rstrip('/')}/edit")
    row = page.locator("table.sheet tbody tr").first
    expect(page.locator("table.sheet thead")).to_contain_text("색상")
    row.locator("[data-cell=x_colour]").select_option("파랑")
    page.click("[data-add-line]")
    fresh = page.locator("table.sheet tbody tr").last
    fresh.locator("[data-cell=item]").fill("와셔")
    fresh.locator("[data-cell=quantity]").fill("3")
    fresh.locator("[data-cell=x_colour]").select_option("빨강")
    page.click(".saving button[type=submit]")
    page.wait_for_selector(".record")
    expect(page.locator(".record")).to_contain_text("파랑")
    expect(page.locator(".record")).to_contain_text("빨강")

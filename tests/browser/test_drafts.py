"""What is typed is not lost with the connection."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.scratch.models import Deal

pytestmark = pytest.mark.browser


def test_a_form_left_without_saving_is_offered_again_whole(visit: Visit) -> None:
    page = visit(path="/deals/new")
    page.locator(".field", has_text="고객").locator("[role=combobox]").first.press_sequentially(
        "ㅎㄱ", delay=20
    )
    page.locator("[role=option]", has_text="한강자전거").click()
    page.fill("[name=note]", "전화로 받은 주문")
    page.fill("[name='lines.0.item']", "헬멧")
    page.fill("[name='lines.0.quantity']", "3")
    page.fill("[name='lines.0.price']", "1000")
    while not page.evaluate("Object.values(localStorage).some((kept) => kept.includes('1000'))"):
        page.wait_for_timeout(50)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/clients/")
    page.goto("/deals/new")
    page.click("[data-draft=restore]")
    expect(page.locator("[name=note]")).to_have_value("전화로 받은 주문")
    expect(page.locator("[name='lines.0.item']")).to_have_value("헬멧")
    page.click("form.form button[type=submit]")
    page.wait_for_url("**/deals/*/")
    deal = Deal.objects.order_by("-pk")[0]
    assert (deal.client.name, deal.note, deal.total) == ("한강자전거", "전화로 받은 주문", 3000)
    page.goto("/deals/new")
    expect(page.locator("#draft")).to_be_hidden()


def test_without_a_connection_the_form_stays_as_it_is(visit: Visit) -> None:
    page = visit(path="/clients/new")
    page.fill("[name=code]", "OFF1")
    page.fill("[name=name]", "끊긴 상사")
    page.context.set_offline(True)
    page.click("form.form button[type=submit]")
    expect(page.locator("#notices")).to_contain_text("저장하지 못했습니다")
    expect(page.locator("[name=name]")).to_have_value("끊긴 상사")
    page.context.set_offline(False)
    page.click("form.form button[type=submit]")
    page.wait_for_url("**/clients/*/")
    expect(page.locator("h1")).to_contain_text("끊긴 상사")

"""Moving records by hand on a board and a calendar, and turning a pivot."""

import re

import pytest
from playwright.sync_api import Page, expect

from onmaru.erp.sales.commands import orders
from onmaru.erp.sales.tests.shop import Shop
from onmaru.kernel.models import Role
from tests.browser.conftest import PHONE, Visit, sideways
from tests.companies import BY, DAY
from tests.scratch.models import Deal

pytestmark = pytest.mark.browser


# A key pressed again before the first is answered.
TWICE = """() => { for (const _time of [1, 2]) document.querySelector(".bar").dispatchEvent(
    new KeyboardEvent("keydown", {key: "ArrowRight", altKey: true, bubbles: true, cancelable: true})) }"""


def drag(page: Page, start: str, end: str) -> None:
    """Take hold of one thing and let go over another, as a hand does it."""
    boxes = [page.locator(one).first.bounding_box() for one in (start, end)]
    assert boxes[0]
    assert boxes[1]
    page.mouse.move(boxes[0]["x"] + 30, boxes[0]["y"] + boxes[0]["height"] / 2)
    page.mouse.down()
    page.mouse.move(boxes[1]["x"] + boxes[1]["width"] / 2, boxes[1]["y"] + boxes[1]["height"] / 2, steps=12)
    page.mouse.up()


def test_a_card_is_dropped_where_a_command_leads(visit: Visit) -> None:
    page = visit()
    page.goto("/deals/?face=board&q=D-00005")
    drag(page, ".card-of", ".cards[data-key=confirmed]")
    with page.expect_navigation():
        page.locator("dialog button.primary").click()
    expect(page.locator(".cards[data-key=confirmed] .card-of")).to_have_count(1)
    assert "face=board" in page.url
    assert Deal.objects.get(number="D-00005").state == "confirmed"
    drag(page, ".card-of", ".cards[data-key=draft]")
    expect(page.locator("#notices .warn")).to_be_visible()
    expect(page.locator(".cards[data-key=confirmed] .card-of")).to_have_count(1)


def test_a_card_says_whose_it_is_where_it_stands(visit: Visit) -> None:
    page = visit()
    page.goto("/deals/?face=board&q=D-00005")
    card, said = (page.locator(one).first.bounding_box() for one in (".card-of", ".card-of .said"))
    assert card
    assert said
    assert card["y"] < said["y"] < card["y"] + card["height"]


def test_a_card_goes_by_the_keyboard_and_a_change_meanwhile_is_refused(visit: Visit) -> None:
    page = visit()
    page.goto("/deals/?face=board&by=way&q=D-00004")
    page.locator(".card-of summary").press("Enter")
    with page.expect_navigation():
        page.locator(".card-of .item[data-to=web]").press("Enter")
    expect(page.locator(".cards[data-key=web] .card-of")).to_have_count(1)
    Deal.objects.filter(number="D-00004").update(version=9)
    drag(page, ".card-of", ".cards[data-key=shop]")
    expect(page.locator("#notices .bad")).to_be_visible()
    expect(page.locator(".cards[data-key=web] .card-of")).to_have_count(1)


def test_a_record_is_put_on_another_day(visit: Visit) -> None:
    page = visit()
    page.goto("/deals/?face=calendar&by=ordered_on&on=2026-05&q=D-00004")
    with page.expect_navigation():
        drag(page, ".event", "[data-day='2026-05-21']")
    expect(page.locator("[data-day='2026-05-21'] .event")).to_have_count(1)
    with page.expect_navigation():
        page.locator(".event").press("Alt+ArrowLeft")
    expect(page.locator("[data-day='2026-05-20'] .event")).to_have_count(1)
    expect(page.locator(".event")).to_be_focused()
    page.goto("/deals/?face=timeline&by=ordered_on&span=month&on=2026-05&q=D-00004")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "PATCH" else None)
    with page.expect_navigation():
        page.evaluate(TWICE)
    expect(page.locator(".bar")).to_have_attribute("data-from", "2026-05-21")
    assert len(sent) == 1


def test_what_was_moved_is_said_where_it_was_and_taken_back_with_its_state(visit: Visit) -> None:
    shop = Shop()
    made = [shop.order("1", promised_on=DAY) for _place in range(30)]
    order = orders.quote(made[-1], by=BY)
    page = visit(path=f"/orders/?face=timeline%26on={order.ordered_on}")
    bar = page.locator(f".bar[data-id='{order.pk}']")
    bar.focus()
    depth = "document.querySelector('[data-timeline]').scrollTop"
    before = page.evaluate(depth)
    with page.expect_navigation():
        page.keyboard.press("Alt+Shift+ArrowRight")
    said = page.locator("#notices .notice")
    expect(said).to_contain_text(f"{order.number} · 상태: 견적 제출 → 견적 작성")
    assert page.evaluate(depth) > before / 2 > 0
    with page.expect_navigation():
        said.get_by_role("button").click()
    expect(bar).to_have_attribute("data-to", f"{DAY}")
    expect(bar).to_have_attribute("data-state", "견적 제출")


def test_a_bar_is_stretched_at_its_end_by_hand_and_by_key(visit: Visit) -> None:
    Deal.objects.filter(number="D-00004").update(promised_on="2026-05-19")
    page = visit()
    page.goto("/deals/?face=timeline&by=ordered_on&by=promised_on&span=month&on=2026-05&q=D-00004")
    with page.expect_navigation():
        page.locator(".bar").press("Alt+Shift+ArrowRight")
    bar = page.locator(".bar")
    expect(bar).to_have_attribute("data-to", "2026-05-20")
    at = bar.bounding_box()
    assert at is not None
    day = at["width"] / 6
    page.mouse.move(at["x"] + at["width"] - 3, at["y"] + 9)
    page.mouse.down()
    page.mouse.move(at["x"] + at["width"] - 3 + 3 * day, at["y"] + 9, steps=6)
    with page.expect_navigation():
        page.mouse.up()
    expect(bar).to_have_attribute("data-to", "2026-05-23")
    expect(bar).to_have_attribute("data-from", "2026-05-15")


def test_a_pivot_is_turned_folded_drawn_and_leads_to_its_rows(visit: Visit) -> None:
    page = visit()
    page.goto("/deals/?face=pivot&down=client&down=state&measure=count")
    drag(page, "[data-shelf=down] [data-word=state]", "[data-shelf=across]")
    page.wait_for_url(re.compile("across=state"))
    assert "down=state" not in page.url
    page.goto("/deals/?face=pivot&down=client&down=state&measure=count&by=bar")
    expect(page.locator("#chart canvas")).to_be_visible()
    expect(page.locator("tr.level-2").first).to_be_visible()
    page.locator(".fold-row").first.click()
    expect(page.locator("tr.level-2").first).to_be_hidden()
    figure = page.locator("tr.level-1 td a").first
    count = figure.inner_text()
    figure.click()
    expect(page.locator(".pager .count")).to_contain_text(count)


def test_the_faces_fit_a_phone(visit: Visit) -> None:
    page = visit(size=PHONE)
    dated = "by=ordered_on&on=2026-05"
    for face in ("board", f"calendar&{dated}", f"timeline&{dated}", "pivot&by=line"):
        page.goto(f"/deals/?face={face}")
        assert sideways(page) == 0, face
    expect(page.locator("#chart canvas")).to_be_visible()
    role = Role.objects.get(code="seller")
    for path in ("/deals/?face=sheet", "/shaping/", f"/roles/{role.pk}/permissions"):
        page.goto(path)
        assert sideways(page) == 0, path

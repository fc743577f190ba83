"""Entering records by keyboard, in Hangul, and being refused without losing a letter."""

import re

import pytest
from playwright.sync_api import CDPSession, Page, expect

from onmaru.masters.party.models import Party
from tests.browser.conftest import Visit
from tests.scratch.models import Client, Deal

pytestmark = pytest.mark.browser


def compose(page: Page, word: str) -> CDPSession:
    """Type a word as a Hangul input method does, and leave its last syllable under composition."""
    keyboard = page.context.new_cdp_session(page)
    for syllable in word[:-1]:
        keyboard.send("Input.imeSetComposition", {"text": syllable, "selectionStart": 1, "selectionEnd": 1})
        keyboard.send("Input.insertText", {"text": syllable})
    keyboard.send("Input.imeSetComposition", {"text": word[-1], "selectionStart": 1, "selectionEnd": 1})
    return keyboard


def press_enter_while_composing(page: Page) -> None:
    page.evaluate(
        """() => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", {key: "Enter", isComposing: true, bubbles: true, cancelable: true}))"""
    )


def test_a_party_is_entered_in_hangul(visit: Visit) -> None:
    page = visit(path="/parties/new")
    page.fill("[name=code]", "C900")
    page.focus("[name=name]")
    keyboard = compose(page, "하늘정공")
    press_enter_while_composing(page)
    assert page.url.endswith("/parties/new")
    assert not Party.objects.filter(code="C900").exists()
    keyboard.send("Input.insertText", {"text": "공"})
    page.check("[name=is_customer]")
    page.locator("[name=name]").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("하늘정공")
    assert Party.objects.get(code="C900").name == "하늘정공"


def test_enter_belongs_to_the_input_method_while_it_composes(visit: Visit) -> None:
    page = visit(path="/deals/new")
    page.focus("[name='lines.0.item']")
    keyboard = compose(page, "헬멧")
    press_enter_while_composing(page)
    assert page.evaluate("document.activeElement.name") == "lines.0.item"
    keyboard.send("Input.insertText", {"text": "멧"})
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "lines.1.item"
    page.focus("[name=client] + input")
    compose(page, "한강")
    expect(page.locator(".options [role=option]")).to_have_count(1)
    press_enter_while_composing(page)
    assert page.input_value("[name=client]") != "1"


def test_a_refusal_keeps_what_was_typed_and_names_the_cell(visit: Visit) -> None:
    page = visit(path="/deals/new")
    _choose(page, "client", "한강")
    page.fill("[name=note]", "급한 건")
    page.fill("[name='lines.0.item']", "헬멧")
    page.fill("[name='lines.0.quantity']", "세 개")
    page.fill("[name='lines.0.price']", "45000")
    page.fill("[name='lines.1.quantity']", "2")
    page.click(".saving [type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("1행")
    expect(page.get_by_role("alert")).to_contain_text("2행")
    assert page.input_value("[name=note]") == "급한 건"
    assert page.input_value("[name='lines.0.quantity']") == "세 개"
    assert page.locator("[name=client] + input").input_value() == "한강자전거"
    expect(page.locator("[name='lines.1.item']")).to_have_attribute("aria-invalid", "true")


def test_lines_are_walked_by_keyboard(visit: Visit) -> None:
    page = visit(path="/deals/new")
    _choose(page, "client", "한강")
    for place, (item, quantity) in enumerate([("헬멧", "2"), ("안장", "1.5"), ("튜브", "10"), ("체인", "1")]):
        page.fill(f"[name='lines.{place}.item']", item)
        page.fill(f"[name='lines.{place}.quantity']", quantity)
        page.fill(f"[name='lines.{place}.price']", "10000")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.name") == f"lines.{place + 1}.price"
    page.click(".saving [type=submit]")
    page.wait_for_selector("article.record")
    assert list(Deal.objects.latest("pk").lines.values_list("item", flat=True)) == [
        "헬멧",
        "안장",
        "튜브",
        "체인",
    ]


def test_a_double_click_enters_once(visit: Visit) -> None:
    page = visit(path="/clients/new")
    page.fill("[name=code]", "C901")
    page.fill("[name=name]", "두번")
    page.locator(".saving [type=submit]").dblclick()
    page.wait_for_selector("article.record")
    assert Client.objects.filter(code="C901").count() == 1


def test_a_verb_shows_first_what_it_would_do(visit: Visit) -> None:
    deal = Deal.objects.filter(state="draft").latest("pk")
    page = visit(path=f"/deals/{deal.pk}/")
    page.locator(".verbs .primary").first.click()
    expect(page.locator("dialog[open] .effects")).to_contain_text(deal.number)
    deal.refresh_from_db()
    assert deal.state == "draft"
    page.keyboard.press("Enter")
    expect(page.locator(".state.pill")).to_have_class(re.compile("tone-info"))
    page.locator(".verbs .danger").click()
    page.locator("dialog[open] footer .danger").click()
    expect(page.locator("dialog[open] [role=alert]")).to_be_visible()
    page.fill("dialog[open] [name=reason]", "고객 요청")
    page.locator("dialog[open] footer .danger").click()
    expect(page.locator(".state.pill")).to_have_class(re.compile("tone-gone"))


def _choose(page: Page, name: str, text: str) -> None:
    box = page.locator(f"[name={name}] + input")
    box.click()
    box.press_sequentially(text, delay=20)
    page.locator(".options [role=option]", has_text=text).first.click()

"""Coming in, choosing a language, being refused."""

import pytest
from playwright.sync_api import Browser, expect

from onmaru.kernel.models import User
from tests.browser.conftest import PHONE, Visit, sideways

pytestmark = pytest.mark.browser


def test_a_person_signs_in_and_out(visit: Visit) -> None:
    page = visit()
    expect(page.get_by_role("heading", level=1)).to_have_text("김하늘 님, 안녕하세요")
    page.click(".top details.menu:has(.who) summary")
    page.get_by_role("button", name="로그아웃").click()
    expect(page.locator("#sign-in")).to_be_visible()


def test_a_wrong_password_keeps_the_name(browser: Browser, house: str) -> None:
    page = browser.new_page(base_url=house)
    page.goto("/account/login/")
    page.fill("#login", "kim")
    page.fill("#password", "wrong")
    page.click("#sign-in button[type=submit]")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.input_value("#login") == "kim"
    page.close()


def test_the_language_is_kept_with_the_person(visit: Visit) -> None:
    page = visit()
    page.click(".top details.menu:has(.who) summary")
    page.click(".top [lang=en]")
    expect(page.get_by_role("heading", level=1)).to_have_text("Good to see you, 김하늘")
    assert User.objects.get(username="kim").language == "en"
    elsewhere = visit()
    expect(elsewhere.locator("html")).to_have_attribute("lang", "en")


def test_the_menu_shows_what_the_role_has(visit: Visit) -> None:
    page = visit("park")
    hrefs = page.locator(".rail nav a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert hrefs == ["/", "/day/", "/deals/"]
    page.goto("/clients/")
    expect(page.get_by_text("권한이 없습니다", exact=True)).to_be_visible()
    page.goto("/deals/999999/")
    expect(page.get_by_text("자료를 찾을 수 없습니다")).to_be_visible()


def test_no_page_is_wider_than_a_phone(visit: Visit) -> None:
    page = visit(size=PHONE, path="/deals/")
    assert sideways(page) == 0
    expect(page.locator(".tabs")).to_be_visible()


def test_the_drawer_opens_and_closes(visit: Visit) -> None:
    page = visit(size=PHONE)
    expect(page.locator(".rail")).to_be_hidden()
    page.click("[data-drawer]")
    expect(page.locator(".rail nav a").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".rail")).to_be_hidden()

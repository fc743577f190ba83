"""Two people on one record: who is here, an @ with initial consonants, what comes at once, files, activities, pins."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize, expect

from onmaru.kernel import jobs
from onmaru.kernel.models import User
from onmaru.office.activities.models import Activity
from tests.browser.conftest import DESK, PASSWORD, PHONE, SHOTS, opened, sideways
from tests.scratch.models import Deal
from tests.serving import serving

pytestmark = pytest.mark.browser

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Enter = Callable[..., Page]


@pytest.fixture
def enter(browser: Browser, house: str) -> Iterator[Enter]:
    """Sign in on the house served with its streams; afterwards nothing may stand on a browser's console."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def sign_in(who: str, path: str, size: ViewportSize = DESK) -> Page:
        context = browser.new_context(viewport=size, base_url=address, locale="ko-KR")
        contexts.append(context)
        page = opened(context)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"/account/login/?next={path}")
        page.fill("#login", who)
        page.fill("#password", PASSWORD)
        page.click("#sign-in button[type=submit]")
        page.wait_for_selector("html[data-live]")
        return page

    with serving() as address:
        yield sign_in
        SHOTS.mkdir(exist_ok=True)
        for number, context in enumerate(contexts):
            context.pages[0].screenshot(path=SHOTS / f"discussion-{number}.png")
            context.close()
    assert not said


def _say(page: Page, text: str) -> None:
    page.fill("#talk [data-say] textarea[name=text]", text)
    page.locator("#talk [data-say] textarea[name=text]").press("Control+Enter")


@pytest.mark.parametrize(("language", "size"), [("ko", DESK), ("en", PHONE)])
def test_two_people_talk_and_plan_on_a_record(enter: Enter, language: str, size: ViewportSize) -> None:
    User.objects.update(language=language)
    path = f"/deals/{Deal.objects.first().pk}/"  # type: ignore[union-attr]
    kim, park = enter("kim", path, size), enter("park", path, size)
    expect(kim.locator(".present .mark .unseen")).to_contain_text("박솔")

    box = kim.locator("#talk form.say > textarea[name=text]").first
    box.fill("확인 부탁드립니다 ")
    box.press_sequentially("@ㅂㅅ", delay=20)
    kim.locator(".people [role=option]", has_text="박솔").wait_for()
    box.press("Enter")
    expect(box).to_have_value("확인 부탁드립니다 @박솔 ")
    box.press("Control+Enter")
    expect(park.locator(".of-comments .called")).to_have_text("@박솔")
    expect(box).to_have_value("")
    jobs.drain()
    expect(park.locator("#said .notice")).to_contain_text("확인 부탁드립니다")
    expect(park.locator("[data-unread]")).to_have_text("1")
    park.locator("[data-bell] > summary").click()
    expect(park.locator(".told.fresh")).to_have_count(1)
    park.locator(".told form button[title]").last.click()
    expect(park.locator("[data-unread]")).to_be_hidden()

    file = {"name": "도면.png", "mimeType": "image/png", "buffer": DOT}
    kim.locator("#talk [data-files]").set_input_files(file)  # type: ignore[arg-type]
    kim.locator("#talk form.say .primary").first.click()
    expect(park.locator(".of-files .picture img")).to_be_visible()

    kim.locator("details.plan:not(.mail-writing) > summary").click()
    kim.fill("details.plan:not(.mail-writing) [name=title]", "단가 재협의")
    kim.locator("details.plan:not(.mail-writing) select[name=kind]").select_option("call")
    kim.locator("details.plan:not(.mail-writing) .primary").click()
    kim.locator(".planned .activity details.menu > summary").click()
    kim.fill(".planned [name=outcome]", "3% 인하 합의")
    kim.fill(".planned [name=next_title]", "계약서 발송")
    kim.fill(".planned [name=next_on]", "2026-12-03")
    kim.locator(".planned form .primary").click()
    expect(kim.locator(".planned .what")).to_contain_text("계약서 발송")
    expect(kim.locator(".of-activities .words")).to_have_text("3% 인하 합의")
    assert Activity.objects.filter(state="open").count() == 1

    kim.locator(".of-comments").first.hover()
    kim.locator(".of-comments .quiet").first.click()
    expect(park.locator(".timeline.pinned .of-comments")).to_be_visible()
    park.locator(".talk .filters a").nth(1).click()
    expect(park.locator("#entries .timeline:not(.pinned) .entry")).to_have_count(1)
    for page in (kim, park):
        assert sideways(page) == 0
    kim.goto("/day/")
    expect(kim.locator(".my-day .activity")).to_have_count(1)
    head = kim.locator("main header").first
    height = head.evaluate("(one) => one.offsetHeight")
    kim.locator("main header details.menu > summary").click()
    menu = kim.locator("main header .float").bounding_box()
    assert menu and menu["x"] >= 0 and menu["x"] + menu["width"] <= size["width"]
    assert head.evaluate("(one) => one.offsetHeight") == height
    for place in ("/day/", "/inbox/", "/inbox/wishes"):
        kim.goto(place)
        assert sideways(kim) == 0, place
    kim.goto("/inbox/")
    kim.locator(".faces a").nth(1).click()
    expect(kim).to_have_url(re.compile(r"\?show=unread$"))


def test_files_are_dropped_and_a_comment_is_taken_back(enter: Enter) -> None:
    page = enter("kim", f"/deals/{Deal.objects.first().pk}/")  # type: ignore[union-attr]
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["비밀"], "계약서.txt", { type: "text/plain" }));
          const talk = document.getElementById("talk");
          for (const name of ["dragover", "drop"])
            talk.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator(".of-files a")).to_have_text("계약서.txt")
    _say(page, "잘못 쓴 글")
    page.locator(".of-comments details.menu > summary").click()
    page.locator(".of-comments .item.danger").click()
    expect(page.locator(".of-comments")).to_have_count(0)


def test_an_answer_on_its_way_does_not_close_the_menu_opened_meanwhile(enter: Enter) -> None:
    page = enter("kim", f"/deals/{Deal.objects.first().pk}/")  # type: ignore[union-attr]
    _say(page, "먼저 쓴 글")
    expect(page.locator(".of-comments")).to_have_count(1)
    asked = str(page.locator("#talk").get_attribute("data-talk"))
    held: list[Route] = []
    page.route(
        lambda address: address.split("?")[0].endswith(asked), lambda route: held.append(route), times=1
    )
    page.evaluate("document.body.dispatchEvent(new CustomEvent('record-changed', { detail: {} }))")
    while not held:
        page.wait_for_timeout(20)
    page.evaluate(
        """() => document.getElementById("entries").addEventListener(
          "htmx:afterRequest", () => document.body.toggleAttribute("data-answered", true))"""
    )
    page.locator(".of-comments details.menu > summary").click()
    held.pop().continue_()
    page.wait_for_selector("body[data-answered]")
    expect(page.locator(".of-comments details.menu[open] .item.danger")).to_be_visible()
    with page.expect_request(lambda one: one.url.split("?")[0].endswith(asked)):
        page.locator(".of-comments details.menu > summary").press("Escape")

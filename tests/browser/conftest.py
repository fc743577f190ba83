"""A real Chromium on the house as it is served, with people who may do everything, little or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from onmaru.app import assets, catalogue
from onmaru.kernel import search
from onmaru.kernel.models import Grant, Role, User
from tests.scratch.models import Client, Deal, DealLine, Firm

# Playwright's loop runs in this thread, and Django would refuse the database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

SHOTS = Path(__file__).parent / "shots"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=360, height=740)
# A slow machine is no fault of the page.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
# A page that came and whose scripts did not yet.
HALF = "html:not([data-loaded]) body, html:has(.shell):not([data-ready]) body"
PASSWORD = "open sesame 9"
NAMES = [
    "한강자전거",
    "(주)대한상사",
    "서울모터스",
    "북악스포츠",
    "부산사이클",
    "제주라이딩",
    "남산레저",
    "동해물산",
]

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or a skipped test that says what is missing."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    assets.require()
    catalogue.require()
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])


@pytest.fixture
def house(live_server: LiveServer) -> Iterator[str]:
    """The address of a house with a few customers and 120 orders."""
    admin = User.objects.create_user("kim", password=PASSWORD, full_name="김하늘", language="ko")
    User.objects.filter(pk=admin.pk).update(is_superuser=True)
    clerk = User.objects.create_user("park", password=PASSWORD, full_name="박솔", language="ko")
    role = Role.objects.create(
        code="seller", name_ko="영업", name_en="Seller", permissions=["scratch.deal.view"]
    )
    Grant.objects.create(user=clerk, role=role)
    _orders(_clients(), Firm.objects.create(code="F1", name="마루상사"))
    with override_settings(ACCOUNT_RATE_LIMITS={}):
        yield live_server.url


def _clients() -> list[Client]:
    return [
        Client.objects.create(
            code=f"C{place:03}", name=name, search_text=search.document(name, f"C{place:03}")
        )
        for place, name in enumerate(NAMES, start=1)
    ]


def _orders(clients: list[Client], firm: Firm) -> None:
    deals = Deal.objects.bulk_create(
        Deal(
            number=f"D-{place:05}",
            company=firm,
            client=clients[place % len(clients)],
            ordered_on=f"2026-{place % 12 + 1:02}-15",
            state="confirmed" if place % 3 == 0 else "draft",
            total=1000 * place,
        )
        for place in range(1, 121)
    )
    DealLine.objects.bulk_create(
        DealLine(deal=deal, item="헬멧", quantity=1, price=deal.total) for deal in deals
    )


@pytest.fixture
def visit(browser: Browser, house: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Sign in as ``who`` on a screen of ``size``; afterwards nothing may stand on the browser's console."""
    contexts, said = [], []

    def enter(who: str = "kim", size: ViewportSize = DESK, path: str = "/") -> Page:
        touch = size == PHONE
        context = browser.new_context(viewport=size, base_url=house, locale="ko-KR", has_touch=touch)
        contexts.append(context)
        page = opened(context)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if _is_trouble(message.text) else None)
        page.goto(f"/account/login/?next={path}")
        page.fill("#login", who)
        page.fill("#password", PASSWORD)
        page.click("#sign-in button[type=submit]")
        page.wait_for_selector("html[data-ready] .shell")
        page.wait_for_load_state()  # what a page loads beside is ready too
        return page

    yield enter
    SHOTS.mkdir(exist_ok=True)
    for number, context in enumerate(contexts):
        for page in context.pages:
            page.screenshot(path=SHOTS / f"{request.node.name.replace('/', '_')}-{number}.png")
        context.close()
    assert not said


def opened(context: BrowserContext | Browser, **wishes: Any) -> Page:
    """A page on which nothing is done before its scripts are there: what is seen sooner does not listen yet."""
    page = context.new_page(**wishes)
    page.set_default_timeout(PATIENCE)
    page.add_init_script("addEventListener('load', () => (document.documentElement.dataset.loaded = ''))")
    page.add_locator_handler(page.locator(HALF), lambda: None)
    return page


def _is_trouble(text: str) -> bool:
    """A policy broken or a script that failed; no refusal's 422, no cut line, nothing a library warns itself of."""
    harmless = any(words in text for words in ("is deprecated", "htmx:sendError"))
    return "Content Security Policy" in text or ("Error" in text and not harmless)


def sideways(page: Page) -> int:
    """How many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

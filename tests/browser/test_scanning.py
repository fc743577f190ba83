"""Codes come in by the camera and by scanners, which type and press Enter."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from onmaru.erp.sales.tests.shop import Shop
from onmaru.masters.product.models import Product
from tests.browser.conftest import PASSWORD, Visit, opened

pytestmark = pytest.mark.browser

CODE = "8801234567893"
WIDE, HIGH, BAR = 640, 480, 4
LEFT = [
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
]
PARITY = ["LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL"]


def bars(code: str) -> str:
    """The modules of an EAN-13, 1 for black (GS1 General Specifications, 5.2)."""
    swap = str.maketrans("01", "10")
    halves = zip(code[1:7], PARITY[int(code[0])], strict=True)
    left = [
        LEFT[int(digit)] if kind == "L" else LEFT[int(digit)].translate(swap)[::-1] for digit, kind in halves
    ]
    right = [LEFT[int(digit)].translate(swap) for digit in code[7:]]
    return "101" + "".join(left) + "01010" + "".join(right) + "101"


def film(folder: Path, code: str) -> Path:
    """What the camera sees: the code on white paper, as raw video."""
    modules = "".join(one * BAR for one in bars(code))
    side = (WIDE - len(modules)) // 2
    line = b"\xeb" * side + bytes(16 if one == "1" else 235 for one in modules)
    line += b"\xeb" * (WIDE - len(line))
    blank = b"\xeb" * WIDE
    luma = blank * 120 + line * (HIGH - 240) + blank * 120
    frame = b"FRAME\n" + luma + b"\x80" * (WIDE * HIGH // 2)
    path = folder / "code.y4m"
    path.write_bytes(f"YUV4MPEG2 W{WIDE} H{HIGH} F10:1 Ip A1:1 C420\n".encode() + frame * 3)
    return path


@pytest.fixture
def seeing(browser: Browser, house: str, tmp_path: Path) -> Iterator[Page]:
    """A browser whose camera looks at the code."""
    flags = ["use-fake-ui-for-media-stream", "use-fake-device-for-media-stream"]
    flags.append(f"use-file-for-fake-video-capture={film(tmp_path, CODE)}")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    own = browser.browser_type.launch(
        executable_path=found, args=["--no-sandbox", *(f"--{one}" for one in flags)]
    )
    page = opened(own, base_url=house)
    page.goto("/account/login/?next=/products/new")
    page.fill("#login", "kim")
    page.fill("#password", PASSWORD)
    page.click("#sign-in button[type=submit]")
    page.wait_for_selector("html[data-ready] .shell")
    yield page
    own.close()


@pytest.mark.slow
def test_the_camera_reads_a_code_into_a_field_and_finds_the_product_of_a_line(seeing: Page) -> None:
    page = seeing
    page.locator(".with-camera:has([name=barcode]) .camera").click()
    expect(page.locator("[name=barcode]")).to_have_value(CODE)
    expect(page.locator(".camera-sees")).to_have_count(0)
    bolt = Shop().bolt
    Product.objects.filter(pk=bolt.pk).update(barcode=CODE, search_text=f"bolt {CODE}")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/orders/new")
    page.locator("#f-lines-0-product ~ .camera").click()
    expect(page.locator("[name='lines.0.product']")).to_have_value(str(bolt.pk))
    expect(page.locator("[name='lines.0.quantity']")).to_have_value("1")
    expect(page.locator("#f-lines-1-product")).to_be_focused()


def test_a_scanner_goes_on_and_never_sends_the_form(visit: Visit) -> None:
    shop = Shop()
    shop.product("7001001", barcode=CODE)
    page = visit(path="/orders/new")
    page.focus("#f-lines-0-product")
    scan(page, CODE)
    expect(page.locator("#f-lines-1-product")).to_be_focused()
    expect(page.locator("[name='lines.0.quantity']")).to_have_value("1")
    page.focus("[name=customer_reference]")
    scan(page, "PO-2026-00017")
    expect(page.locator("[name=valid_until]")).to_be_focused()
    assert page.url.endswith("/orders/new")


def scan(page: Page, code: str) -> None:
    """Type as fast as a scanner does, whatever else the machine is doing."""
    page.evaluate(
        """code => { const box = document.activeElement, at = performance.now();
            const press = (key, place) => {
                const event = new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true});
                Object.defineProperty(event, "timeStamp", {value: at + place * 5}); return box.dispatchEvent(event) };
            [...code].forEach((letter, place) => { press(letter, place); box.value += letter;
                box.dispatchEvent(new Event("input", {bubbles: true})) });
            if (press("Enter", code.length)) box.form.requestSubmit() }""",
        code,
    )

"""A page comes light and is painted at once, in a browser that has never seen the house, over loopback."""

from __future__ import annotations

import shutil
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bench import live
from bench.frame import Report, progress

ROUNDS = 3
FIRST_KB, AGAIN_KB, PAINT_MS = 300, 30, 1000
SCREENS = [
    *("", "day/", "inbox/", "search?q=ㅎㅂ", "orders/", "orders/new", "products/", "parties/", "entries/"),
    *(f"orders/?face={face}" for face in ("board", "calendar", "timeline", "pivot", "sheet")),
    *("orders/?group=customer", "reports/trial-balance/", "shaping/orders/", "roles/1/permissions"),
]
WATCH = """new PerformanceObserver((seen) => seen.getEntries().forEach((one) => (window.painted = one.startTime)))
    .observe({type: "largest-contentful-paint", buffered: true})"""


def main() -> Report:
    """Each screen of the demo company in Korean: what it weighs at first and after, letters included, and its paint."""
    from onmaru.app import demo

    report = Report("pages")
    progress("a company to look at")
    demo.seed()
    found = shutil.which("chromium") or shutil.which("google-chrome")
    with live.served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        cookies: Any = _signed_in(browser.new_context(base_url=address, locale="ko-KR"))
        worst: dict[str, float] = {}
        for screen in SCREENS:
            progress(screen)
            seen = [_look(browser, address, cookies, screen) for _round in range(ROUNDS)]
            figures = {name: median(one[name] for one in seen) for name in seen[0]}
            report.figures |= {f"/{screen}: {name}": round(value) for name, value in figures.items()}
            worst = {name: max(value, worst.get(name, 0)) for name, value in figures.items()}
        browser.close()
    report.at_most("kB of the heaviest first load", worst["kB at first"], FIRST_KB)
    report.at_most("kB of the heaviest load after it", worst["kB after"], AGAIN_KB)
    report.at_most("milliseconds to the latest largest paint", worst["ms to its paint"], PAINT_MS)
    return report


def _signed_in(context: BrowserContext) -> Any:
    from onmaru.app import demo

    page = context.new_page()
    page.goto("/account/login/")
    page.fill("#login", "owner")
    page.fill("#password", demo.PASSWORD)
    page.click("#sign-in button[type=submit]")
    page.wait_for_selector("html[data-ready] .shell")
    return context.storage_state()


def _look(browser: Browser, address: str, cookies: Any, screen: str) -> dict[str, float]:
    """One screen in a fresh browser, and once more in the same."""
    context = browser.new_context(
        base_url=address, locale="ko-KR", storage_state=cookies, viewport={"width": 1440, "height": 900}
    )
    page, came = context.new_page(), []
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda told: came.append(told["encodedDataLength"]))
    page.add_init_script(WATCH)
    weights = []
    paint = 0.0
    for _visit in range(2):
        came.clear()
        page.goto(f"/{screen}")
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(500)
        weights.append(sum(came) / 1000)
        paint = paint or page.evaluate("window.painted")
    context.close()
    return {"kB at first": weights[0], "kB after": weights[1], "ms to its paint": paint}

"""A page comes light and is painted at once, in a browser that has never seen the house, over loopback."""

from __future__ import annotations

from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench import live
from bench.frame import Report, progress

ROUNDS = 3
FIRST_KB, AGAIN_KB, PAINT_MS = 300, 30, 1000
SCREENS = [
    *("", "day/", "inbox/", "search?q=ㅎㅂ", "orders/", "orders/new", "products/", "parties/", "entries/"),
    *(f"orders/?face={face}" for face in ("board", "calendar", "timeline", "pivot", "sheet")),
    *("orders/?group=customer", "reports/trial-balance/", "shaping/orders/", "roles/1/permissions"),
    *(
        "orders/?face=pivot&down=customer&across=state&by=bar",
        "prices/?face=board",
        "parties/?face=sheet",
        "parties/new",
    ),
    *("papers/", "processes/1/", "processes/1/draw"),
]
QUIET_MS = 500
DRAWN = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    .then(() => document.fonts.ready).then(() => null)"""
WATCH = """new PerformanceObserver((seen) => seen.getEntries().forEach((one) => (window.painted = one.startTime)))
    .observe({type: "largest-contentful-paint", buffered: true})"""


def main() -> Report:
    """Each screen of the demo company in Korean: what it weighs at first and after, letters included, and its paint."""
    from onmaru.app import demo
    from onmaru.app.cli import test

    report = Report("pages")
    found = test.chromium()
    if found is None:
        raise SystemExit(test.NEEDED)
    progress("a company to look at")
    demo.seed()
    _process()
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


def _process() -> None:
    """One that is drawn already, number 1 of a new house."""
    from onmaru.kernel import identity
    from onmaru.kernel.models import User
    from onmaru.office.processes.commands import drawing

    by = identity.actor(User.objects.get(username="owner"))
    assert drawing.create(by=by, name="수주 심사", kind="sales.order").pk == 1


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
    came: list[int] = []
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda told: came.append(told["encodedDataLength"]))
    page.add_init_script(WATCH)
    weights = []
    paint = 0.0
    for _visit in range(2):
        came.clear()
        page.goto(f"/{screen}", wait_until="networkidle")
        _settle(page, came)
        weights.append(sum(came) / 1000)
        paint = paint or page.evaluate("window.painted")
    context.close()
    return {"kB at first": weights[0], "kB after": weights[1], "ms to its paint": paint}


def _settle(page: Page, came: list[int]) -> None:
    """Until nothing came for half a second: what scripts fetch counts, and the letters of what they drew."""
    before = -1
    while before != len(came):
        before = len(came)
        page.evaluate(DRAWN)
        page.wait_for_timeout(QUIET_MS)

"""Under the fingers: the palette and its keys, composition, looks, views and columns, a narrow phone, light pages."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, Response, expect

from onmaru.kernel import identity
from onmaru.kernel.models import Role, User
from onmaru.office.processes.commands import drawing
from tests.browser.conftest import Visit, sideways

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"
FIRST, FURTHER = 300_000, 30_000


def test_the_palette_leads_by_keyboard_alone(visit: Visit) -> None:
    page = visit(path="/deals/?sort=number")
    page.keyboard.press("Control+k")
    page.keyboard.type("rhror")  # 고객 on the other keyboard
    page.locator(".palette [role=option][href='/clients/']").wait_for()
    page.locator(".palette [role=combobox]").fill("clients")
    page.locator(".palette [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/clients/")
    page.keyboard.press("Control+k")
    page.keyboard.type("D-00002")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/deals/\d+/$"))
    page.keyboard.press("Control+k")
    page.keyboard.type("confirm")
    page.keyboard.press("Enter")
    page.locator("#dialog dialog").wait_for()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".record .state.pill")).to_contain_text("확정")


def test_keys_go_make_edit_and_are_listed(visit: Visit) -> None:
    page = visit(path="/clients/")
    page.keyboard.press("?")
    expect(page.locator(".keys kbd").first).to_be_visible()
    assert page.locator(".keys [data-goes] div").count() > 10
    # A hand that is faster than the browser: the dialog is closed and still holds the focus.
    page.evaluate(
        """() => { document.querySelector("dialog.keys").close();
            const key = new KeyboardEvent("keydown", {key: "n", bubbles: true, cancelable: true});
            document.activeElement.dispatchEvent(key) }"""
    )
    page.wait_for_url("**/clients/new")
    page.fill("[name=code]", "Z1")
    page.fill("[name=name]", "가나상사")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/clients/\d+/$"))
    page.keyboard.press("?")
    expect(page.locator(".keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.wait_for_url("**/edit")
    page.goto("/clients/")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url(re.compile(r"\d/$"))


def _compose(cdp: CDPSession, text: str) -> None:
    cdp.send(
        "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
    )


def _enter(cdp: CDPSession, code: int) -> None:
    for kind in ("rawKeyDown", "keyUp"):
        cdp.send(
            "Input.dispatchKeyEvent",
            {"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": code},
        )
        if kind == "rawKeyDown" and code == 13:
            cdp.send("Input.dispatchKeyEvent", {"type": "char", "key": "Enter", "text": "\r"})


@pytest.mark.parametrize(
    ("path", "box", "goes"),
    [
        ("/clients/new", "[name=name]", r"/clients/\d+/$"),
        ("/clients/", "#seek", r"/search\?q="),
        ("/clients/", "#list-seek", r"/clients/\?q="),
        ("/clients/", "palette", r"/clients/\d+/$"),
    ],
)
def test_the_enter_that_ends_a_syllable_sends_nothing_and_the_next_one_does(
    visit: Visit, path: str, box: str, goes: str
) -> None:
    page = visit(path=path)
    if box == "palette":
        page.keyboard.press("Control+k")
        box = ".palette [role=combobox]"
    if path.endswith("new"):
        page.fill("[name=code]", "Z9")
    page.locator(box).wait_for()
    page.focus(box)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.is_navigation_request() else None)
    cdp = page.context.new_cdp_session(page)
    for syllable in ("ㅎ", "하", "한"):
        _compose(cdp, syllable)
    _enter(cdp, 229)
    page.wait_for_timeout(120)
    assert not sent
    cdp.send("Input.insertText", {"text": "한"})
    cdp.send("Input.insertText", {"text": "강"})
    assert page.input_value(box) == "한강"
    _enter(cdp, 13)
    page.wait_for_url(re.compile(goes))


def width_of_total(page: Page) -> float:
    """Of the column as it was pulled: a list that is drawn anew has its widths a moment later."""
    pulled = """() => { const head = document.querySelector("#rows thead th[data-column=total]");
        return head?.style.width && head.getBoundingClientRect().width }"""
    return float(page.wait_for_function(pulled).json_value())


def test_a_view_is_kept_with_its_columns_and_met_again(visit: Visit) -> None:
    page = visit(path="/deals/?state=confirmed")
    page.locator("[data-columns] > summary").click()
    page.locator("[data-columns] input[value=company]").uncheck()
    page.locator("[data-columns] input[value=currency]").check()
    page.locator("[data-columns] input[value=currency]").press("Alt+ArrowUp")
    page.locator("[data-columns] select[name=group]").select_option("client")
    page.locator("[data-columns] button[type=submit]").click()
    expect(page.locator("#rows thead th[data-column=currency]")).to_be_visible()
    expect(page.locator("#rows thead th[data-column=company]")).to_have_count(0)
    assert page.locator("#rows tr.group").count() >= 2
    head = page.locator("#rows thead th[data-column=total]")
    at = head.locator(".pull").bounding_box()
    assert at is not None
    page.mouse.move(at["x"] + 3, at["y"] + 3)
    page.mouse.down()
    page.mouse.move(at["x"] + 123, at["y"] + 3)
    with page.expect_response(lambda answer: "widths=" in answer.url):
        page.mouse.up()
    wide = width_of_total(page)
    page.locator("[data-views] > summary").click()
    page.fill("[data-views] [name=name]:not([value=''])", "거래처별 확정")
    page.locator("[data-views] .primary").click()
    page.wait_for_url(re.compile("view="))
    page.locator("[data-views] > summary").click()
    page.get_by_role("button", name="메뉴에 고정").click()
    page.goto("/")
    page.locator(".rail .pinned").click()
    expect(page.locator("#rows tr.group").first).to_be_visible()
    assert abs(width_of_total(page) - wide) < 3


def test_days_are_filtered_in_words(visit: Visit) -> None:
    page = visit(path="/deals/")
    page.locator("summary.chip", has_text="수주일").click()
    page.locator("details[open] input[name=ordered_on]").fill("2026년 3월")
    page.locator("details[open] button[type=submit]").click()
    expect(page.locator(".chip.set")).to_contain_text("2026년 3월")
    expect(page.locator(".pager .count")).to_contain_text("10")


def test_a_person_keeps_their_look(visit: Visit) -> None:
    page = visit(path="/deals/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".top details.menu > summary").last.click()
    page.locator("[name=theme][value=dark]").click()
    page.wait_for_selector("html[data-theme=dark]")
    page.wait_for_load_state()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    small = page.evaluate("getComputedStyle(document.body).fontSize")
    page.locator(".top details.menu > summary").last.click()
    page.locator("[name=text_size][value=largest]").click()
    page.wait_for_selector("html[data-text=largest]")
    page.wait_for_load_state()
    assert page.evaluate("getComputedStyle(document.body).fontSize") > small
    assert sideways(page) == 0


def _faults(page: Page, *rules: str) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    only = f"runOnly: {[*rules]}, " if rules else ""
    found = page.evaluate(f"axe.run(document, {{ {only}resultTypes: ['violations'] }})")
    return [
        f"{one['id']} {node['target']} {node['any'][0]['message'] if node['any'] else ''}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:4]
    ]


def _in_every_look(page: Page) -> list[str]:
    """What keeps people out of a page as it came, and what cannot be read in the other looks."""
    faults = _faults(page)
    for look in ({"theme": "dark"}, {"contrast": "high"}, {"theme": "light"}):
        page.evaluate(
            """look => { Object.assign(document.documentElement.dataset, look);
            document.getAnimations().forEach((one) => one.finish()) }""",
            look,
        )
        faults += [f"{look}: {one}" for one in _faults(page, "color-contrast")]
    page.evaluate("document.documentElement.dataset.contrast = 'system'")
    return faults


def test_nothing_that_scripts_draw_keeps_people_out(visit: Visit) -> None:
    page = visit(path="/deals/?state=draft&group=client")
    faults = {"list": _in_every_look(page)}
    role = Role.objects.get(code="seller")
    paths = {
        "/deals/new": ".sheet",
        "/deals/?face=board": ".card-of .item",
        "/deals/?face=timeline&by=ordered_on&on=2026-05": ".bar",
        "/deals/?face=pivot&by=bar": "#chart :is(canvas, svg)",
        "/deals/?face=sheet": ".tabulator-row",
        "/shaping/clients/": "#seen label",
        f"/roles/{role.pk}/permissions": "main",
    }
    for path, drawn in paths.items():
        page.goto(path)
        page.locator(drawn).first.wait_for(state="attached")
        faults[path] = _in_every_look(page)
    page.goto("/")
    page.keyboard.press("Control+k")
    page.locator(".palette [role=option]").first.wait_for()
    faults["palette"] = _in_every_look(page)
    page.context.clear_cookies()
    page.goto("/account/login/")
    faults["sign-in"] = _in_every_look(page)
    assert {path: found for path, found in faults.items() if found} == {}


def test_pages_are_light(visit: Visit) -> None:
    page = visit(path="/deals/")
    came: list[Response] = []
    page.on("response", lambda response: came.append(response))
    weights: dict[str, int] = {}
    process = drawing.create(
        by=identity.actor(User.objects.get(username="kim")), name="심사", kind="scratch.deal"
    )
    drawn = [f"/processes/{process.pk}/draw", "/deals/?face=pivot&down=client&across=state&by=bar"]
    for path in [*drawn, "/deals/?face=sheet", "/deals/?face=board", "/deals/"]:
        page.context.new_cdp_session(page).send("Network.clearBrowserCache")
        assert _came(page, path, came) <= FIRST, path
    for path in ["/", "/clients/", "/clients/new", "/deals/new", "/clients/import"]:
        # A further piece of the letters comes once in a browser's life, with the first page that has such a syllable.
        weights[path] = _came(page, path, came, but=".woff2")
    assert max(weights.values()) <= FURTHER, weights


def _came(page: Page, path: str, came: list[Response], but: str = "-") -> int:
    came.clear()
    page.goto(path, wait_until="networkidle")
    return sum(_weight(one) for one in came if not one.url.endswith(but))


def _weight(response: Response) -> int:
    """What came over the wire; files are compressed here as the house's own server has them beside it."""
    size = max(0, response.request.sizes()["responseBodySize"])
    plain = response.url.endswith((".css", ".js", ".svg"))
    return len(gzip.compress(response.body())) if size and plain else size

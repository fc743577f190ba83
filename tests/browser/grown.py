"""What a room of one new entity shows in a browser. It runs in a tree that `tests/architecture/test_scaffold.py` grew:
a room, an entity and four fields, each a row, a migration and one word of the declaration, and nothing more."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from playwright.sync_api import Page, expect

from onmaru.kernel import jobs
from onmaru.kernel.models import Role, User
from onmaru.office.approval.models import Approval
from onmaru.office.automation import jobs as rules
from onmaru.office.batches.commands import steps
from onmaru.office.batches.models import Run
from tests.browser.conftest import PHONE, Visit, sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/guide-dogs/"


def dog(code: str) -> Any:
    model: Any = apps.get_app_config("pets").get_model("guidedog")
    return model.objects.get(code=code)


def test_a_new_entity_has_every_face_and_everything_of_the_office(visit: Visit) -> None:
    Role.objects.filter(code="seller").update(permissions=["pets.guidedog.*", "approval.approval.*"])
    page = visit(path=LIST)
    expect(page.get_by_role("heading", level=1)).to_have_text("안내견")
    written(page)
    looked_at(page)
    moved(page)
    found_and_kept(page)
    carried(page)
    worked_on(page, visit)


def written(page: Page) -> None:
    """The form, twice; the second record names the first, and both stand in one flow."""
    for code, name, mother in (("A1", "보리", ""), ("A2", "콩이", "보리")):
        page.goto(f"{LIST}new")
        for field, words in (("code", code), ("name", name), ("number", f"N-{code}")):
            page.fill(f"#f-{field}", words)
        page.fill("#f-born_on", "2026-05-14")
        page.select_option("#f-size", label="작음")
        if mother:
            page.fill("#f-mother", mother)
            page.locator("[role=option]", has_text=mother).click()
        page.get_by_role("button", name="저장").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".facts")).to_contain_text("2026-05-14")
    expect(page.locator(".flow a")).to_have_count(2)


def looked_at(page: Page) -> None:
    """The list, filtered; a pivot; all of it on a phone's width too."""
    page.goto(f"{LIST}?size=large")
    expect(page.locator("#rows a.lead")).to_have_count(0)
    page.goto(f"{LIST}?size=small&q=N-A1")
    expect(page.locator("#rows a.lead")).to_have_count(1)
    page.goto(f"{LIST}?face=pivot&down=size&across=born_on.month&measure=count")
    expect(page.locator("tr.level-1 th").first).to_contain_text("작음")
    page.set_viewport_size(PHONE)
    for face in ("", "?face=board", "?face=calendar", "?face=timeline", "?face=pivot", "?face=sheet", "new"):
        page.goto(f"{LIST}{face}")
        assert sideways(page) == 0, face
    page.set_viewport_size({"width": 1440, "height": 900})


def moved(page: Page) -> None:
    """A card to another column, a day and a bar by a day, a cell where it stands."""
    page.goto(f"{LIST}?face=board&by=size&q=N-A1")
    page.locator(".card-of summary").press("Enter")
    with page.expect_navigation():
        page.locator(".card-of .item[data-to=large]").press("Enter")
    expect(page.locator(".cards[data-key=large] .card-of")).to_have_count(1)
    page.goto(f"{LIST}?face=calendar&by=born_on&on=2026-05&q=N-A1")
    with page.expect_navigation():
        page.locator(".event").press("Alt+ArrowRight")
    expect(page.locator("[data-day='2026-05-15'] .event")).to_have_count(1)
    page.goto(f"{LIST}?face=timeline&by=born_on&span=month&on=2026-05&q=N-A1")
    page.locator(".bar").press("Alt+ArrowRight")
    expect(page.locator(".bar")).to_have_attribute("data-from", "2026-05-16")
    page.goto(f"{LIST}?face=sheet&sort=code")
    cell = page.locator("#spreadsheet .tabulator-row:nth-child(1) [tabulator-field=name]")
    cell.click()
    cell.locator("input").fill("보리보리")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet-state")).to_have_text("모두 저장되었습니다")
    first = dog("A1")
    assert (first.size, f"{first.born_on}", first.name) == ("large", "2026-05-16", "보리보리")


def found_and_kept(page: Page) -> None:
    """The palette leads to the list and to a record; a view of the list is kept and pinned to the menu."""
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("보리보리")
    page.locator(f".palette [role=option][href='{LIST}{dog('A1').pk}/']").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("보리보리")
    page.goto(f"{LIST}?size=large")
    page.locator("[data-views] > summary").click()
    page.fill("[data-views] [name=name]:not([value=''])", "큰 개")
    page.locator("[data-views] .primary").click()
    page.wait_for_url(re.compile("view="))
    page.locator("[data-views] > summary").click()
    page.get_by_role("button", name="메뉴에 고정").click()
    page.goto("/")
    page.locator(".rail .pinned").click()
    expect(page.locator("#rows a.lead")).to_have_count(1)


def carried(page: Page) -> None:
    """Out as Excel, CSV and paper; in as the CSV that went out, with a name changed and a row more."""
    for address, begins in (
        (f"{LIST}export.xlsx", b"PK"),
        (f"{LIST}export.pdf", b"%PDF"),
        (f"{LIST}{dog('A1').pk}/sheet.pdf", b"%PDF"),
    ):
        assert page.request.get(address).body().startswith(begins)
    out = page.request.get(f"{LIST}export.csv?whole=1").body().decode("utf-8-sig")
    head, _first, second = out.splitlines()
    assert "보리보리" in out
    file = "\r\n".join([head, second.replace("콩이", "콩콩이"), second.replace("A2", "A3")])
    page.goto(f"{LIST}import")
    page.set_input_files(
        "#file", {"name": "개.csv", "mimeType": "text/csv", "buffer": file.encode("utf-8-sig")}
    )
    page.get_by_role("button", name="미리 보기").click()
    page.get_by_role("button", name="2개 행 반영").click()
    page.wait_for_selector("#run")
    while steps.step(Run.objects.latest("pk").pk):
        pass
    expect(page.locator("#run .state")).to_have_text("완료")
    assert (dog("A2").name, dog("A3").name, dog("A3").mother) == ("콩콩이", "콩이", dog("A1"))


def worked_on(page: Page, visit: Visit) -> None:
    """Talk, a call to a colleague, an activity, the history of it all, approval; and a rule that watches it."""
    page.goto(f"{LIST}{dog('A2').pk}/")
    expect(page.locator("#entries")).to_contain_text("콩콩이")
    box = page.locator("#talk form.say > textarea[name=text]").first
    box.fill("건강 검진 부탁드립니다 ")
    box.press_sequentially("@ㅂㅅ", delay=20)
    page.locator(".people [role=option]", has_text="박솔").click()
    expect(box).to_have_value("건강 검진 부탁드립니다 @박솔 ")
    box.press("Control+Enter")
    expect(page.locator(".of-comments .called")).to_have_text("@박솔")
    jobs.drain()
    colleague = visit("park")
    expect(colleague.locator("[data-unread]")).to_have_text("1")
    page.locator("details.plan:not(.mail-writing) > summary").click()
    page.fill("details.plan:not(.mail-writing) [name=title]", "예방 접종")
    page.locator("details.plan:not(.mail-writing) .primary").click()
    expect(page.locator(".planned .what")).to_contain_text("예방 접종")
    page.get_by_title("결재 올리기").click()
    place = page.locator("[data-place]").last
    place.locator("[name=role]").select_option("decide")
    place.locator("[name=person]").select_option(f"{User.objects.get(username='park').pk}")
    page.locator("header").get_by_role("button", name="결재 올리기").click()
    page.wait_for_url(re.compile("/approvals/"))
    assert Approval.objects.get().subject_id == dog("A2").pk
    page.goto(f"{LIST}{dog('A2').pk}/")
    expect(page.locator(".approvals .stamps")).to_contain_text("박솔")
    colleague.goto("/approval/inbox/")
    colleague.locator("[data-approve]").click()
    expect(colleague.locator(".slip")).to_have_count(0)
    page.reload()
    expect(page.locator(".approvals .state")).to_have_text("승인")
    ruled(page)


def ruled(page: Page) -> None:
    """A rule written on the kind, tried, switched on; then it tells of what is changed."""
    page.goto("/rules/new")
    page.fill("#f-name", "이름 변경 알림")
    page.select_option("#f-kind", label="안내견")
    page.select_option("#f-happening", "changed")
    page.select_option("[name='actions.0.does']", "notice")
    page.fill("[name='actions.0.said']", "{name} 이름 확인")
    page.get_by_role("button", name="저장").click()
    page.locator("a[href$='/trial']").first.click()
    page.locator("main form.say button").click()
    page.locator("button[name=on]").click()
    page.goto(f"{LIST}{dog('A1').pk}/edit")
    page.fill("#f-name", "보리밥")
    page.get_by_role("button", name="저장").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("보리밥")
    assert rules.look() == 1
    page.goto("/inbox/")
    expect(page.locator(".told").first).to_contain_text("보리밥 이름 확인")

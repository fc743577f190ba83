"""Many at once: a customer file of an office moves in and is mended, rows are changed together, a slip is undone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from onmaru.masters.party.models import Party
from onmaru.office.batches.commands import steps
from onmaru.office.batches.models import Run
from tests.browser.conftest import Visit
from tests.browser.test_late import late, settled
from tests.scratch.models import Client

pytestmark = pytest.mark.browser

ROWS, BROKEN, WRITTEN_WRONG = 5000, 40, 37
MOST_STEPS = 12


def office_file(folder: Path) -> Path:
    """CP949, a title above the header, short headers; one word written wrong in many rows, three e-mails broken."""
    lines = ["거래처 명단", "코드,거래처명,매출처 여부,이메일"]
    for place in range(ROWS):
        number = place // 100 if place % 100 == 50 and place // 100 < BROKEN else None
        said = "해당" if number is not None and number < WRITTEN_WRONG else "예"
        mail = "없음" if number is not None and number >= WRITTEN_WRONG else f"c{place}@example.kr"
        lines.append(f"C{place:05},고객사 {place:05},{said},{mail}")
    path = folder / "거래처.csv"
    path.write_bytes("\r\n".join(lines).encode("cp949"))
    return path


def work() -> None:
    """What the worker does with the run that was begun last."""
    while steps.step(Run.objects.latest("pk").pk):
        pass


def test_a_customer_file_with_forty_broken_rows_moves_in_and_is_mended(visit: Visit, tmp_path: Path) -> None:
    page = visit(path="/parties/import")
    page.set_default_timeout(60_000)
    taken = _Steps(page)
    taken.one(lambda: page.set_input_files("#file", office_file(tmp_path)))
    taken.one(lambda: page.get_by_role("button", name="미리 보기").click())
    expect(page.locator("select[name=column-0]")).to_have_value("code")
    taken.one(lambda: page.get_by_role("button", name="전체 검사").click())
    work()
    expect(page.locator(".mending tbody")).to_have_count(BROKEN, timeout=30_000)
    taken.one(lambda: page.get_by_text("열 전체에서 값 바꾸기").click())
    taken.one(lambda: page.select_option(".swap select", label="매출처 여부"))
    taken.one(lambda: page.fill(".swap [name=old]", "해당"))
    taken.one(lambda: page.fill(".swap [name=new]", "예"))
    taken.one(lambda: page.get_by_role("button", name="바꾸기", exact=True).click())
    expect(page.locator(".mending tbody")).to_have_count(BROKEN - WRITTEN_WRONG)
    _type_on(page)
    for _place in range(BROKEN - WRITTEN_WRONG):
        taken.one(lambda: _mend(page))
    expect(page.locator(".mending .state.tone-bad")).to_have_count(0)
    taken.one(lambda: page.get_by_role("button", name="5,000개 행 반영").click())
    work()
    expect(page.locator("#run .state")).to_have_text("완료", timeout=30_000)
    assert (Party.objects.count(), taken.count) == (ROWS, MOST_STEPS)


def _type_on(page: Page) -> None:
    """In another cell of the row, while the answer to one is on its way: what is typed there stays."""
    row = page.locator(".mending tbody").first
    name, mail = (row.get_by_role("textbox").nth(place) for place in (1, 3))
    mail.fill("아직 없음")
    come = late(page, "**/cell", lambda: name.focus(), method="POST")
    name.fill("고친 이름")
    come()
    settled(page)
    expect(name).to_be_focused()
    expect(name).to_have_value("고친 이름")


def _mend(page: Page) -> None:
    left = page.locator(".mending [aria-invalid=true]")
    before = left.count()
    left.first.fill(f"mended{before}@example.kr")
    left.first.press("Tab")
    expect(left).to_have_count(before - 1)


class _Steps:
    """What a person does, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def one(self, act: object) -> None:
        self.count += 1
        act()  # type: ignore[operator]


def test_rows_chosen_by_key_are_archived_together_and_taken_back(visit: Visit) -> None:
    page = visit(path="/clients/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#choosing")).to_contain_text("2건 선택")
    page.click("#choosing [value=edit]")
    page.select_option("#which", "name")
    page.fill("dialog[open] [name=name]", "같은 이름")
    page.click("dialog[open] [name=go]")
    page.wait_for_url(re.compile("/runs/"))
    work()
    expect(page.locator("#run .state")).to_have_text("완료")
    assert Client.objects.filter(name="같은 이름").count() == 2
    page.get_by_role("button", name="전부 되돌리기").click()
    expect(page.locator("dialog[open]")).to_contain_text("변경된 2건이 이전 값으로 돌아갑니다")
    page.locator("dialog[open]").get_by_role("button", name="전부 되돌리기").click()
    expect(page.locator("#run")).to_contain_text("대기 중")
    work()
    expect(page.locator("#run .state")).to_have_text("되돌림")
    assert not Client.objects.filter(name="같은 이름").exists()


def test_a_slip_is_undone_within_ten_seconds(visit: Visit) -> None:
    client = Client.objects.create(code="Z9", name="처음 이름")
    page = visit(path=f"/clients/{client.pk}/edit")
    page.fill("[name=name]", "잘못 친 이름")
    page.get_by_role("button", name="저장").click()
    page.get_by_role("button", name="실행 취소").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("처음 이름")

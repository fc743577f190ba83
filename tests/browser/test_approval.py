"""An expense report through five people, and ten approvals on a phone: what people do, counted."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from onmaru.kernel import jobs
from onmaru.office.approval.models import Approval
from onmaru.office.approval.tests import people
from onmaru.office.approval.tests.people import BY, TODAY, House
from onmaru.office.forms.commands import designs
from onmaru.office.forms.models import Form
from onmaru.office.signatories.commands import absences
from tests.browser.conftest import DESK, PASSWORD, PHONE, Visit, sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "ko": {
        "onward": "저장하고 결재 올리기",
        "send": "결재 올리기",
        "approve": "승인",
        "back": "반려",
        "backed": "반려하기",
        "again": "재기안",
        "edit": "수정",
        "changed": "반려 후 바뀐 내용",
        "for": "한회계 대결",
        "done": "승인",
        "final": "전결",
    },
    "en": {
        "onward": "Save and put to approval",
        "send": "Put to approval",
        "approve": "Approve",
        "back": "Send back",
        "backed": "Send back with this reason",
        "again": "Draft again",
        "edit": "Edit",
        "changed": "Changed since it came back",
        "for": "For 한회계",
        "done": "Approved",
        "final": "Final by delegation",
    },
}


def staffed(language: str) -> House:
    """The people of the house, who speak one language and write papers."""
    found = people.build()
    role = found.users["clerk"].grants.get().role
    role.permissions += ["forms.paper.*", "forms.form.view"]
    role.save()
    for user in found.users.values():
        user.language = language
        user.set_password(PASSWORD)
        user.save()
    designs.lay_out(by=BY)
    return found


@pytest.mark.parametrize(("language", "size"), [("ko", DESK), ("en", PHONE)])
def test_an_expense_report_through_five_people(visit: Visit, language: str, size: ViewportSize) -> None:
    said, house = WORDS[language], staffed(language)
    house.line(
        house.seat("review", "head"),
        house.seat("consent", "law"),
        house.seat("consent", "books"),
        house.seat("decide", "above", final_up_to=1_000_000),
        house.seat("decide", "top"),
    )
    days: dict[str, Any] = {"starts_on": TODAY, "ends_on": TODAY}
    absences.create(by=BY, person=house.users["books"], deputy=house.users["safety"], **days)

    clerk = visit("clerk", size, path=f"/proposals/new/{Form.objects.get(code='EXPENSE').pk}")
    fill(clerk, "거래처 방문", "42000")
    clerk.get_by_role("button", name=said["onward"]).click()
    expect(clerk.locator(".places li")).to_have_count(7)
    clerk.locator("header").get_by_role("button", name=said["send"]).click()
    clerk.wait_for_url(re.compile("/approvals/"))
    expect(clerk.locator(".stamps li")).to_have_count(6)

    lead = visit("lead", size, path="/approval/inbox/")
    decide(lead, "r", size)
    lead.locator(".returning [name=reason]").fill("영수증 금액과 다릅니다")
    lead.get_by_role("button", name=said["backed"]).click()
    expect(lead.locator(".slip")).to_have_count(0)

    clerk.reload()
    expect(clerk.locator(".opinions")).to_contain_text("영수증 금액과 다릅니다")
    paper = Approval.objects.get().subject_id
    clerk.goto(f"/proposals/{paper}/edit")
    clerk.fill("[name='rows.0.spent']", "24000")
    clerk.get_by_role("button", name=said["onward"]).click()
    first = Approval.objects.get()
    clerk.goto(f"/approvals/{first.pk}/")
    clerk.get_by_role("link", name=said["again"]).click()
    clerk.locator("header").get_by_role("button", name=said["send"]).click()
    clerk.wait_for_url(re.compile("/approvals/"))

    lead.reload()
    lead.locator(".slip h2 a").click()
    expect(lead.locator(".changed")).to_contain_text("42,000")
    expect(lead.locator(".changed")).to_contain_text("24,000")
    lead.goto("/approval/inbox/")
    decide(lead, "a", size)
    expect(lead.locator(".slip")).to_have_count(0)
    for name in ("safety", "law", "director"):
        page = visit(name, size, path="/approval/inbox/")
        if name == "safety":
            expect(page.locator(".slip")).to_contain_text(said["for"])
        decide(page, "a", size)
        expect(page.locator(".slip")).to_have_count(0)
        assert sideways(page) == 0
    jobs.drain()
    done = Approval.objects.latest("pk")
    clerk.goto(f"/approvals/{done.pk}/")
    expect(clerk.locator("h1 + .state")).to_have_text(said["done"])
    expect(clerk.locator(".stamps")).to_contain_text(said["final"])
    assert done.paper is not None
    kept = clerk.request.get(f"/approvals/{done.pk}/print/paper.pdf").body()
    assert kept == bytes(done.paper.content)
    expect(clerk.locator(".digest").last).to_contain_text(hashlib.sha256(kept).hexdigest())
    assert (sideways(clerk), sideways(lead)) == (0, 0)


def decide(page: Page, key: str, size: ViewportSize) -> None:
    """Approve or send back: by its key at a desk, by its button under a thumb."""
    if size == DESK:
        page.keyboard.press(key)
    else:
        page.locator({"a": "[data-approve]", "r": "[data-return]"}[key]).tap()


def fill(page: Page, purpose: str, spent: str) -> None:
    """The expense report with one line."""
    page.fill("[name=purpose]", purpose)
    if not page.locator("[name='rows.0.what']").count():
        page.locator("[data-add-line=rows]").click()
    page.fill("[name='rows.0.used_on']", "2026-11-20")
    page.fill("[name='rows.0.what']", "택시")
    page.fill("[name='rows.0.spent']", spent)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_ten_approvals_on_a_phone_by_twelve_touches(visit: Visit, language: str) -> None:
    house = staffed(language)
    house.line(house.seat("decide", "owner"))
    for place in range(10):
        house.draft(house.deal(1000 + place))
    page = visit("owner", PHONE)
    touches = 0
    page.goto("/")
    page.locator("[data-drawer]").tap()
    page.locator(".rail a[href='/approval/inbox/']").tap()
    touches += 2
    expect(page.locator(".slip")).to_have_count(10)
    assert sideways(page) == 0
    for left in range(9, -1, -1):
        page.locator(".slip [data-approve]").first.tap()
        touches += 1
        expect(page.locator(".slip")).to_have_count(left)
    assert touches <= 12
    assert Approval.objects.filter(state="approved").count() == 10
    expect(page.locator("#no-slips")).to_be_visible()


def test_many_are_approved_at_once_and_a_swipe_decides(visit: Visit) -> None:
    house = staffed("ko")
    house.line(house.seat("decide", "owner"))
    for place in range(3):
        house.draft(house.deal(1000 + place))
    page = visit("owner", PHONE, "/approval/inbox/")
    box = page.locator(".slip").first.bounding_box()
    assert box is not None
    throw = """([x, y]) => {
      const slip = document.querySelector(".slip");
      const at = (type, dx) => slip.dispatchEvent(new PointerEvent(type, {
        bubbles: true, pointerType: "touch", clientX: x + dx, clientY: y }));
      at("pointerdown", 0); at("pointermove", 150); at("pointerup", 150);
    }"""
    page.evaluate(throw, [box["x"] + 40, box["y"] + 60])
    expect(page.locator(".slip")).to_have_count(2)
    page.locator("[data-all]").check()
    page.locator("#many button").click()
    expect(page.locator(".notice.good")).to_contain_text("2건을 승인했습니다")
    assert Approval.objects.filter(state="approved").count() == 3

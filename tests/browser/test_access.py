"""Who may see what, as people meet it: a mask opened with a click, and the auditor who finds who opened it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from onmaru.kernel import identity
from onmaru.kernel.models import Grant, Role, User
from onmaru.masters.party import commands as party
from onmaru.masters.party.models import Party
from tests.browser.conftest import PHONE, Visit, sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def someone(*may: str) -> tuple[Party, Role]:
    """A person with a phone, and what the clerk may do with her."""
    role = Role.objects.create(code="desk", name_ko="창구", name_en="Desk", permissions=list(may))
    Grant.objects.create(user=User.objects.get(username="park"), role=role)
    by = identity.system("tester")
    made = party.parties.create(by=by, name="홍길동", kind="person", country="KR", phone="010-1234-5678")
    return made, role


def test_the_auditor_finds_who_saw_a_persons_number(visit: Visit) -> None:
    her, _role = someone("party.party.view", "party.party.reveal")
    clerk = visit("park", path=f"/parties/{her.pk}/")
    expect(clerk.locator("body")).not_to_contain_text("1234")
    clerk.locator(".masked button").first.click()
    expect(clerk.locator(".revealed")).to_contain_text("5678")
    expect(clerk.locator(".revealed")).not_to_contain_text("●")

    auditor = visit("kim", path=f"/parties/{her.pk}/")
    auditor.get_by_title("개인정보 열람 내역").click()
    row = auditor.locator("#rows tr", has_text="홍길동")
    expect(row).to_contain_text("박솔")
    expect(row).to_contain_text("열람")
    row.locator("a.lead").click()
    expect(auditor.locator("main")).to_contain_text("127.0.0.1")


def ruled(page: Page, role: str) -> None:
    """Let a role see persons only, and of them no e-mail address: all of it chosen, nothing known by heart."""
    page.goto("/record-rules/new")
    page.fill("#f-role", role)
    page.locator("#options [role=option]", has_text=role).click()
    page.select_option("#f-kind", label="거래처")
    page.select_option("#f-reads", label="지정한 값만")
    page.fill("#f-field", page.locator("#offered-field option[label='구분']").get_attribute("value") or "")
    page.press("#f-field", "Tab")
    page.locator(".field:has(#f-values) label", has_text="개인").check()
    page.locator(".field:has(#f-hidden) label", has_text="이메일").check()
    page.click(".saving button[type=submit]")
    page.wait_for_url("**/record-rules/*/")


def test_the_administrator_ticks_a_role_and_a_colleague_meets_it_at_once(visit: Visit) -> None:
    _her, role = someone("party.party.view")
    party.parties.create(by=identity.system("tester"), name="한빛상사", country="KR")
    clerk = visit("park", path="/parties/")
    expect(clerk.locator("#rows tr", has_text="한빛상사")).to_be_visible()
    expect(clerk.locator("th", has_text="이메일")).to_be_visible()
    admin = visit("kim", path=f"/roles/{role.pk}/permissions")
    admin.locator('input[value="party.party.export"]').check()
    admin.get_by_role("button", name="저장").click()
    admin.wait_for_url(f"**/roles/{role.pk}/")
    ruled(admin, "창구")
    clerk.reload()
    expect(clerk.locator("th", has_text="거래처명").first).to_be_visible()
    expect(clerk.locator("th", has_text="이메일")).to_have_count(0)
    expect(clerk.locator("#rows tr", has_text="홍길동")).to_be_visible()
    expect(clerk.locator("#rows tr", has_text="한빛상사")).to_have_count(0)
    assert set(Role.objects.get(pk=role.pk).permissions) == {"party.party.view", "party.party.export"}
    assert sideways(visit("kim", PHONE, f"/roles/{role.pk}/permissions")) == 0

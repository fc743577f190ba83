"""A rule tried on last month's events, then switched on; a process brought in, simulated, put in force and run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from onmaru.kernel import identity
from onmaru.kernel.models import Role, User
from onmaru.office.automation import jobs
from onmaru.office.automation.commands import rules
from onmaru.office.automation.models import Rule, Run
from onmaru.office.processes.commands import drawing, moving, steps
from onmaru.office.processes.models import Instance
from onmaru.office.processes.tests.conftest import diagram, flow, shaped
from tests.browser.conftest import DESK, PHONE, Visit, sideways
from tests.scratch import commands as scratch
from tests.scratch.models import Deal

pytestmark = pytest.mark.browser

CHECKED = diagram(
    '<bpmn:startEvent id="start"/>'
    '<bpmn:exclusiveGateway id="large" name="큰 건?" default="large-confirm"/>'
    '<bpmn:userTask id="check" name="팀장 확인" onmaru:role="seller"/>'
    '<bpmn:serviceTask id="confirm" name="확정" onmaru:command="confirm"/>'
    '<bpmn:endEvent id="end" name="끝"/>'
    + flow("start", "large")
    + flow("large", "check", "total &gt; 100000")
    + flow("large", "confirm")
    + flow("check", "confirm")
    + flow("confirm", "end")
)


@pytest.mark.parametrize(("language", "size"), [("ko", DESK), ("en", PHONE)])
def test_a_rule_is_tried_then_switched_on(visit: Visit, language: str, size: Any) -> None:
    User.objects.update(language=language)
    kim = User.objects.get(username="kim")
    by, deals = identity.actor(kim), list(Deal.objects.filter(state="draft").order_by("id")[:3])
    for one in deals[:2]:
        scratch.confirm(one, by=by)
    actions = [{"does": "field", "what": "note", "said": '"규칙이 봄"'}]
    said: dict[str, Any] = {
        "kind": "scratch.deal",
        "happening": Rule.Happening.STATE,
        "word": "confirmed",
        "formula": "total > 1000",
    }
    rule = rules.create(by=by, name="확정 확인", actions=actions, **said)
    page = visit("kim", size, f"/rules/{rule.pk}/")
    page.locator(f'a[href="/rules/{rule.pk}/trial"]').first.click()
    page.locator("main form.say button").click()
    expect(page.locator("#outcome")).to_contain_text("1")
    expect(page.locator("main tbody tr")).to_have_count(2)
    assert Run.objects.count() == 0
    assert sideways(page) == 0
    page.locator("button[name=on]").click()
    page.wait_for_url(f"**/rules/{rule.pk}/")
    scratch.confirm(deals[2], by=by)
    jobs.look()
    deals[2].refresh_from_db()
    assert deals[2].note == "규칙이 봄"
    page.reload()
    expect(page.locator("main")).to_contain_text(str(deals[2]))


def test_a_process_is_brought_in_simulated_and_run(visit: Visit, tmp_path: Path) -> None:
    kim = User.objects.get(username="kim")
    Role.objects.filter(code="seller").update(permissions=["scratch.deal.*", "processes.step.*"])
    process = drawing.create(by=identity.actor(kim), name="수주 심사", kind="scratch.deal")
    file = tmp_path / "checked.bpmn"
    file.write_text(shaped(CHECKED))
    page = visit("kim", DESK, f"/processes/{process.pk}/draw")
    page.wait_for_selector("[data-diagram][data-ready]")
    page.locator("[data-bring]").set_input_files(file)
    page.wait_for_selector("[data-diagram][data-ready=brought]")
    page.locator('[data-element-id="check"]').first.click()
    expect(page.locator("[data-panel] select[name=role]")).to_have_value("seller")
    page.locator('[data-element-id="confirm"]').first.click()
    expect(page.locator("[data-panel] select[name=command]")).to_have_value("")
    page.locator("[data-panel] select[name=command]").select_option("scratch.deal.confirm")
    page.locator("[data-keep] [name=release]").click()
    expect(page.locator("[data-said]")).to_have_text("절차를 시행합니다.")
    process.refresh_from_db()
    assert "scratch.deal.confirm" in process.xml and "bjs-powered-by" in page.content()

    page.goto(f"/processes/{process.pk}/simulation")
    expect(page.locator("#ways tbody tr")).to_have_count(120)
    page.wait_for_selector("[data-diagram][data-ready]")
    expect(page.locator(".token").filter(has_text=re.compile(r"^\s*120\s*$")).first).to_be_visible()

    deal = Deal.objects.filter(state="draft", total__gt=100000).order_by("id").first()
    assert deal is not None
    page.goto(f"/deals/{deal.pk}/")
    page.locator("details.menu", has=page.locator("button[name=process]")).locator("summary").click()
    page.locator("button[name=process]").click()
    instance = Instance.objects.get()
    moving.move(instance.pk)
    seller = visit("park", PHONE, "/")
    seller.locator(".my-steps a").click()
    seller.locator("main .verbs button, main .verbs a").first.wait_for()
    page.goto(f"/process-instances/{instance.pk}/")
    page.wait_for_selector("[data-diagram][data-ready]")
    expect(page.locator(".token")).to_have_text("1")
    assert (sideways(seller), sideways(page)) == (0, 0)
    steps.finish(instance.steps.get(), by=identity.actor(User.objects.get(username="park")), answer="예")
    moving.move(instance.pk)
    deal.refresh_from_db()
    assert deal.state == "confirmed"
    page.reload()
    page.wait_for_selector("[data-diagram][data-ready]")
    expect(page.locator(".token")).to_have_count(0)

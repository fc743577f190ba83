"""A rule tried on last month's events and switched on; a process drawn or brought in, simulated, in force and run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation
from playwright.sync_api import Page, Route, ViewportSize, expect

from onmaru.kernel import identity
from onmaru.kernel.models import Role, User
from onmaru.office.automation import jobs
from onmaru.office.automation.models import Rule, Run
from onmaru.office.processes.commands import drawing, moving
from onmaru.office.processes.models import Instance, Process
from onmaru.office.processes.tests.conftest import diagram, flow, shaped
from tests.browser.conftest import DESK, PHONE, Visit, sideways
from tests.proofs import run_sql, unguarded
from tests.scratch import commands as scratch
from tests.scratch.models import Deal

pytestmark = pytest.mark.browser

IN_FORCE = {"ko": "절차를 시행합니다.", "en": "The process is in force."}
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


SIZES = pytest.mark.parametrize(("language", "size"), [("ko", DESK), ("en", PHONE)])


def aged(days: int) -> None:
    """Let everything that ever happened have happened earlier."""
    with unguarded("kernel_auditrow"):
        run_sql("UPDATE kernel_auditrow SET at = at - make_interval(days => %s)", days)


@SIZES
def test_a_rule_is_written_tried_on_last_month_and_switched_on(
    visit: Visit, language: str, size: ViewportSize
) -> None:
    User.objects.update(language=language)
    by = identity.actor(User.objects.get(username="kim"))
    deals = list(Deal.objects.filter(state="draft", total__gt=0).order_by("id")[:4])
    scratch.confirm(deals[3], by=by)
    aged(20)
    for one in deals[:2]:
        scratch.confirm(one, by=by)
    aged(25)
    page = visit("kim", size, "/rules/new")
    page.fill("#f-name", "확정 확인")
    page.select_option("#f-kind", "scratch.deal")
    page.select_option("#f-happening", "state")
    state = Deal._meta.get_field("state")
    with translation.override(language):
        called = str(dict(state.flatchoices)["confirmed"])
    page.focus("#f-word")
    expect(page.locator(f"#rule-words option[value=confirmed][label='{called}']")).to_be_attached()
    page.fill("#f-word", "confirmed")
    filters = page.locator(".picked-filter details", has=page.locator("[name=state]"))
    filters.locator("summary").click()
    filters.locator("[value=confirmed]").check()
    filters.locator("[type=submit]").click()
    expect(filters.locator("summary b")).to_have_text(called)
    page.fill("#f-formula", "total > 1000")
    page.select_option("[name='actions.0.does']", "field")
    page.focus("[name='actions.0.what']")
    expect(page.locator("#rule-words option[value=note]")).to_be_attached()
    page.fill("[name='actions.0.what']", "note")
    page.focus("[name='actions.0.whom']")
    expect(page.locator("#rule-words option[value=kim][label='김하늘']")).to_be_attached()
    page.fill("[name='actions.0.said']", '"규칙이 봄"')
    page.locator(".saving [type=submit]").click()
    page.wait_for_url(re.compile(r"/rules/\d+/$"))
    rule = Rule.objects.get()
    assert rule.query == "state=confirmed"
    page.locator(f'a[href="/rules/{rule.pk}/trial"]').first.click()
    page.locator("main form.say button").click()
    # Of the two of the last thirty days one was of more than a thousand; the one before is out of the days asked.
    expect(page.locator("main tbody tr")).to_have_count(2)
    acted = page.locator("main tbody tr", has=page.locator("td:last-child svg"))
    expect(acted).to_have_count(1)
    expect(acted).to_contain_text(str(deals[1]))
    assert (Run.objects.count(), Deal.objects.filter(note="규칙이 봄").count(), sideways(page)) == (0, 0, 0)
    assert page.locator(".scroll").evaluate("(one) => one.scrollWidth - one.clientWidth") == 0
    page.locator("button[name=on]").click()
    page.wait_for_url(f"**/rules/{rule.pk}/")
    scratch.confirm(deals[2], by=by)
    jobs.look()
    deals[2].refresh_from_db()
    assert deals[2].note == "규칙이 봄"
    page.reload()
    expect(page.locator("main")).to_contain_text(str(deals[2]))


def append(page: Page, what: str) -> None:
    """Take the next element from the pad beside the one that is chosen."""
    page.locator(f'.djs-context-pad .entry[data-action="append.{what}"]').click()


def call(page: Page, name: str, **said: str) -> None:
    """Say in the panel what the chosen element is called and what else it says."""
    panel = page.locator("[data-panel]")
    panel.locator("[name=name]").fill(name)
    for key, value in said.items():
        panel.locator(f"select[name={key}]").select_option(value)
    panel.locator("[name=name]").press("Tab")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_process_is_drawn_by_hand_simulated_and_run(visit: Visit, language: str) -> None:
    User.objects.update(language=language)
    Role.objects.filter(code="seller").update(permissions=["scratch.deal.*", "processes.step.*"])
    page = visit("kim", DESK, "/processes/new")
    page.fill("#f-name", "수주 심사")
    page.select_option("#f-kind", "scratch.deal")
    page.locator(".saving [type=submit]").click()
    page.wait_for_url(re.compile(r"/processes/\d+/$"))
    process = Process.objects.get()
    page.goto(f"/processes/{process.pk}/draw")
    page.wait_for_selector("[data-diagram][data-ready]")
    page.locator('[data-element-id="start"]').click()
    append(page, "append-task")
    call(page, "팀장 확인", role="seller")
    append(page, "append-task")
    page.locator('.djs-context-pad .entry[data-action="replace"]').click()
    page.locator('.djs-popup .entry[data-id="replace-with-service-task"]').click()
    call(page, "확정", command="scratch.deal.confirm")
    append(page, "end-event")
    page.locator("[data-keep] [name=release]").click()
    expect(page.locator("[data-said]")).to_have_text(IN_FORCE[language])

    page.goto(f"/processes/{process.pk}/simulation")
    expect(page.locator("#ways tbody tr")).to_have_count(120)
    page.wait_for_selector("[data-diagram][data-ready]")
    expect(page.locator(".token").filter(has_text=re.compile(r"^\s*120\s*$"))).not_to_have_count(0)

    deal = Deal.objects.filter(state="draft").order_by("id").first()
    assert deal is not None
    page.goto(f"/deals/{deal.pk}/")
    page.locator("details.menu", has=page.locator("button[name=process]")).locator("summary").click()
    with page.expect_navigation():
        page.locator("button[name=process]").click()
    instance = Instance.objects.get()
    moving.move(instance.pk)
    page.goto(f"/process-instances/{instance.pk}/")
    page.wait_for_selector("[data-diagram][data-ready]")
    expect(page.locator(".token")).to_have_text("1")

    seller = visit("park", PHONE, "/")
    seller.locator(".my-steps a").tap()
    seller.locator("main .verbs .primary").first.tap()
    seller.locator("dialog[open] footer .primary").first.tap()
    expect(seller.locator(".notice.good")).to_be_visible()
    moving.move(instance.pk)
    deal.refresh_from_db()
    assert (deal.state, sideways(seller)) == ("confirmed", 0)
    for looks in (page, visit("kim", PHONE, f"/process-instances/{instance.pk}/")):
        looks.reload()
        looks.wait_for_selector("[data-diagram][data-ready]")
        expect(looks.locator(".token")).to_have_count(0)
        assert sideways(looks) == 0


def test_a_click_begun_before_the_editor_of_processes_came_chooses_all_the_same(visit: Visit) -> None:
    kim = User.objects.get(username="kim")
    process = drawing.create(by=identity.actor(kim), name="수주 심사", kind="scratch.deal")
    page = visit("kim", DESK, "/")
    held: list[Route] = []
    page.route("**/modeler-*.js", lambda route: held.append(route))
    page.goto(f"/processes/{process.pk}/draw")
    page.wait_for_selector("[data-diagram][data-ready]")
    with page.expect_request("**/modeler-*.js"):
        page.locator('[data-element-id="start"]').hover()
    page.mouse.down()
    address = held[0].request.url
    held.pop().continue_()
    page.evaluate("(address) => import(address).then(() => null)", address)
    page.mouse.up()
    expect(page.locator("[data-diagram][data-ready=editor] .djs-context-pad .entry")).not_to_have_count(0)


def test_a_diagram_of_another_program_is_brought_in(visit: Visit, tmp_path: Path) -> None:
    kim = User.objects.get(username="kim")
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
    expect(page.locator("[data-said]")).to_have_text(IN_FORCE["ko"])
    process.refresh_from_db()
    assert "scratch.deal.confirm" in process.xml and "bjs-powered-by" in page.content()
    page.goto(f"/processes/{process.pk}/simulation")
    expect(page.locator("#ways tbody tr")).to_have_count(120)

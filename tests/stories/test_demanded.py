"""A command that needs an approval meets that demand whoever gives it: a form, a list, a program, an agent, a rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from onmaru.kernel import tokens
from onmaru.kernel.models import Grant, Role, Token
from onmaru.office.approval.commands import running
from onmaru.office.approval.models import Approval
from onmaru.office.approval.tests import people
from onmaru.office.approval.tests.people import BY, TODAY, House
from onmaru.office.automation import jobs
from onmaru.office.automation.models import Run as Acted
from onmaru.office.automation.tests.test_running import make
from onmaru.office.batches.models import Run
from onmaru.office.batches.tests.conftest import worked
from onmaru.office.demands import commands as demands
from onmaru.office.demands.models import Demand
from onmaru.office.processes.commands import drawing, instances, moving
from onmaru.office.processes.models import Instance
from onmaru.office.processes.tests.conftest import diagram, flow
from onmaru.office.rest.tests.test_api import codes, send
from tests.scratch import commands as scratch
from tests.scratch.models import Deal

SECRET = "of an agent"
CALLS = diagram(
    '<bpmn:startEvent id="start"/><bpmn:endEvent id="end"/>'
    '<bpmn:serviceTask id="confirm" onmaru:command="confirm"/>'
    + flow("start", "confirm")
    + flow("confirm", "end")
)


@pytest.fixture
def house(db: Any) -> House:
    """Orders of five million won and more are confirmed only with the leader's approval; the clerk may do all else."""
    found = people.build()
    found.line(found.seat("decide", "lead"))
    Role.objects.update(permissions=["*"])
    wanted: dict[str, Any] = {"condition": "amount >= 5000000", "runs": "drafter"}
    demands.create(by=BY, name="고액", command=scratch.confirm.name, starts_on=TODAY, **wanted)
    return found


def browser_of(house: House) -> Browser:
    found = Browser()
    found.force_login(house.users["clerk"])
    return found


def by_form(house: House, deal: Deal) -> str:
    answer = browser_of(house).post(f"/deals/{deal.pk}/do/confirm", {})
    return answer.content.decode() if answer.status_code == 422 else ""


def by_list(house: House, deal: Deal) -> str:
    browser = browser_of(house)
    browser.post("/deals/bulk", {"verb": "confirm", "ids": f"{deal.pk}", "go": "1"})
    run = worked(Run.objects.get())
    return browser.get(f"/runs/{run.pk}/").content.decode() if run.refused else ""


def by_program(house: House, deal: Deal) -> str:
    answer = send(browser_of(house), f"deals/{deal.pk}/confirm")
    return str(answer.json()) if codes(answer) == {"approval_demanded"} else ""


def by_batch(house: House, deal: Deal) -> str:
    return str(send(browser_of(house), "deals/bulk/confirm", {"items": [{"id": deal.pk}]}).json())


def by_agent(house: House, deal: Deal) -> str:
    own = Grant.objects.get(user=house.users["clerk"])
    signed: dict[str, Any] = {"digest": tokens.digest(SECRET), "expires_on": date.today() + timedelta(days=9)}
    Token.objects.create(user=own.user, name="agent", hint="gent", role_ids=[own.role_id], **signed)
    asked = {"name": "confirm_deals", "arguments": {"id": deal.pk}}
    said = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": asked}
    headers = {"Authorization": f"Bearer {SECRET}"}
    answer = Browser().post("/mcp", json.dumps(said), "application/json", headers=headers).json()
    return str(answer) if answer["result"]["isError"] else ""


def by_rule(house: House, deal: Deal) -> str:
    make(house.users["clerk"], kind="scratch.deal", actions=[{"does": "command", "what": "confirm"}])
    scratch.edit(deal, by=BY, note="급함")
    jobs.look()
    return Acted.objects.get().told


def by_process(house: House, deal: Deal) -> str:
    by = house.actor("clerk")
    process = drawing.create(by=by, name="수주 확정", kind="scratch.deal")
    process = drawing.release(drawing.draw(process, by=by, xml=CALLS), by=by)
    moving.move(instances.start(by=by, process=process, subject_id=deal.pk).pk)
    return Instance.objects.get().trouble


@pytest.mark.parametrize("way", [by_form, by_list, by_program, by_batch, by_agent, by_rule, by_process])
@pytest.mark.usefixtures("built")
def test_nothing_gets_by_a_demand(way: Callable[[House, Deal], str], house: House) -> None:
    deal = house.deal(5_000_000)
    assert "고액" in way(house, deal)
    deal.refresh_from_db()
    assert deal.state == "draft"
    house.approve(house.draft(deal, demand=Demand.objects.get()), "lead")
    assert codes(send(browser_of(house), f"deals/{house.deal(5_000_000).pk}/confirm")) == {
        "approval_demanded"
    }
    assert send(browser_of(house), f"deals/{deal.pk}/confirm").status_code == 200
    assert Approval.objects.get().carried_out_at is not None


def test_what_stuck_for_want_of_an_approval_goes_on_with_it(house: House) -> None:
    deal = house.deal(5_000_000)
    assert by_process(house, deal)
    house.approve(house.draft(deal, demand=Demand.objects.get()), "lead")
    instance = instances.retry(Instance.objects.get(), by=house.actor("clerk"))
    moving.move(instance.pk)
    deal.refresh_from_db()
    assert (Instance.objects.get().state, deal.state) == ("done", "confirmed")


def test_what_an_approval_did_by_itself_is_skipped_by_the_process(house: House) -> None:
    Demand.objects.update(runs="itself")
    deal = house.deal(5_000_000)
    assert by_process(house, deal)
    approval = house.draft(deal, demand=Demand.objects.get())
    house.approve(approval, "lead")
    running.by_itself(approval.pk, TODAY)
    instance, clerk = Instance.objects.get(), house.actor("clerk")
    moving.move(instances.retry(instance, by=clerk).pk)
    instance.refresh_from_db()
    assert instance.state == "stuck"
    moving.move(instances.skip(instance, reason="결재로 확정됨", by=clerk).pk)
    deal.refresh_from_db()
    assert (Instance.objects.get().state, deal.state) == ("done", "confirmed")

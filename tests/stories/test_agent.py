"""A day of an agent by the official client: it looks, quotes, counts, asks for approval, and is refused what is not its
person's; the head's agent signs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from mcp import Client
from pytest_django.live_server_helper import LiveServer

from onmaru.erp.sales.commands import orders, terms
from onmaru.erp.sales.models import Order
from onmaru.kernel import calendars, jobs, tokens
from onmaru.kernel.models import AccessLog, Role, Token, User
from onmaru.masters.party.commands import parties
from onmaru.office.agents.tests.test_agents import talked
from onmaru.office.approval.models import Approval
from onmaru.office.demands import commands as demands
from onmaru.office.signatories.commands import lines
from tests import companies
from tests.companies import BY, DAY
from tests.stories.test_signed import CLERK, HEAD, person

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("built")]
SEES = [
    "party.party.view",
    "product.product.view",
    "demands.demand.view",
    "site.company.view",
    "discussion.*",
]
MAY = [*CLERK, *SEES, "sales.order.create", "party.contact.reveal", "sales.invoice.view"]


def signed(user: User, *, days: int = 9) -> str:
    """A token of somebody with all their roles."""
    secret = f"{user.username}{days}"
    held = [one.role_id for one in user.grants.all()]
    until = calendars.today() + timedelta(days=days)
    Token.objects.create(user=user, name="a", digest=tokens.digest(secret), role_ids=held, expires_on=until)
    return secret


async def done(agent: Client, name: str, asked: dict[str, Any]) -> Any:
    """What a tool answers once it was confirmed."""
    tried = (await agent.call_tool(name, asked)).structured_content
    assert tried.get("dry_run") is True, tried
    said = {"confirmation": tried["confirmation"]}
    return (await agent.call_tool(name, asked | said)).structured_content


def test_a_day_of_an_agent(live_server: LiveServer) -> None:
    world, head, clerk = companies.build(), person("head", HEAD), person("clerk", MAY)
    contact = {"name": "김철수", "phone": "010-1234-5678"}
    customer = parties.create(by=BY, name="한빛상사", is_customer=True, contacts=[contact])
    goods = world.product("P1", "1000")
    limit: dict[str, Any] = {"payment_days": 30, "credit_limit": Decimal(10_000)}
    terms.create(by=BY, company=world.company, customer=customer, **limit)
    seat = {"role": "decide", "whose": "person", "person": head}
    lines.create(by=BY, name="여신", starts_on=DAY, seats=[seat])
    waived: dict[str, Any] = {"refusal": "credit_limit_exceeded", "waiver": orders.EXCEED_CREDIT}
    demand = demands.create(by=BY, name="여신 초과", command="sales.order.confirm", starts_on=DAY, **waived)

    async def sell(agent: Client) -> dict[str, Any]:
        told: dict[str, Any] = {}

        async def ask(name: str, asked: dict[str, Any]) -> Any:
            told[name] = (await agent.call_tool(name, asked)).structured_content
            return told[name]

        found = (await ask("ask_search", {"q": "ㅎㅂㅅㅅ"}))["found"][0]
        customer_id = found["records"][0]["id"]
        rows = [{"product": goods.code, "quantity": "100"}]
        order = {"company": world.company.pk, "customer": customer_id, "lines": rows}
        made = await done(agent, "create_orders", order)
        await ask("ask_pivot", {"entity": "orders", "down": ["state"], "measure": ["total"]})
        on = {"subject_kind": "sales.order", "subject_id": made["id"]}
        await done(agent, "create_comments", {**on, "text": "여신 한도를 넘습니다. 결재 올립니다."})
        await ask("confirm_orders", {"id": made["id"]})
        await ask("cancel_orders", {"id": made["id"]})
        papers = {"kind": "sales.order", "record_id": made["id"], "demand": demand.pk}
        await done(agent, "create_approvals", papers)
        await ask("ask_timeline", {"kind": "sales.order", "id": made["id"]})
        whole = await ask("get_parties", {"id": customer_id})
        shown = {"kind": "party.contact", "id": whole["contacts"][0]["id"], "field": "phone"}
        told["unsaid"] = (await agent.call_tool("reveal", shown)).structured_content
        await ask("reveal", shown | {"reason": "배송 안내"})
        return told

    async def sign(agent: Client) -> Any:
        inbox = (await agent.call_tool("ask_inbox", {})).structured_content
        await done(agent, "approve_approvals", {"id": inbox["documents"][0]["id"]})
        return inbox

    address = f"{live_server.url}/mcp"
    told = talked(address, signed(clerk), sell)
    inbox = talked(address, signed(head), sign)
    jobs.drain()

    assert told["ask_pivot"]["rows"][0]["figures"] == told["ask_pivot"]["totals"] != [None]
    codes = [one["code"] for one in told["confirm_orders"]["reasons"]]
    assert codes == ["credit_limit_exceeded", "approval_demanded"]
    assert told["cancel_orders"]["code"] == "not_permitted"
    said = [one["text"] for one in told["ask_timeline"]["entries"] if one["source"] == "comments"]
    assert said == ["여신 한도를 넘습니다. 결재 올립니다."]
    assert told["get_parties"]["contacts"][0]["phone"] == "+821●●●●●5678"
    assert [one["field"] for one in told["unsaid"]["reasons"]] == ["reason"]
    assert told["reveal"] == {"value": "+821012345678"}
    assert [(one.by_id, one.reason) for one in AccessLog.objects.all()] == [(clerk.pk, "배송 안내")]
    assert (inbox["count"], inbox["documents"][0]["drafter"]) == (1, "clerk")
    assert (Approval.objects.get().state, Order.objects.get().state) == ("approved", "confirmed")

    Role.objects.filter(code="clerk").update(permissions=["sales.order.view"])
    narrowed = talked(address, "clerk9", lambda agent: agent.call_tool("create_orders", {}))
    assert narrowed.structured_content["code"] == "not_permitted"
    with pytest.raises(BaseExceptionGroup):
        talked(address, signed(clerk, days=-1), lambda agent: agent.list_tools())
    late = Browser().post("/mcp", {}, "application/json", headers={"Authorization": "Bearer clerk-1"})
    assert (late.status_code, late.headers["WWW-Authenticate"]) == (401, "Bearer")

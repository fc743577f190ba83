"""An agent by the official client: it finds, tries, confirms, and is refused what its person may not do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from django.db import connections
from django.test import Client as Browser
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from pytest_django.live_server_helper import LiveServer

from onmaru.kernel import tokens
from onmaru.kernel.models import Grant, Role, Token, User
from tests.scratch.models import Client as Customer
from tests.scratch.models import Deal, Firm

Talk = Callable[[Client], Awaitable[Any]]
SELLER = ["scratch.deal.*", "scratch.client.view", "scratch.firm.view"]


def token(secret: str, permissions: list[str]) -> str:
    user = User.objects.create_user(f"user{User.objects.count()}", language="en")
    role = Role.objects.create(code=f"r{user.pk}", name_ko="역할", name_en="role", permissions=permissions)
    Grant.objects.create(user=user, role=role)
    made = Token(user=user, name="agent", digest=tokens.digest(secret), hint="cret")
    made.expires_on, made.role_ids = date.today() + timedelta(days=9), [role.pk]
    made.save()
    return secret


def talked(address: str, secret: str, talk: Talk) -> Any:
    """What comes of a talk by the official client."""

    signed = {"Authorization": f"Bearer {secret}"}

    async def whole() -> Any:
        async with (
            httpx2.AsyncClient(headers=signed, timeout=120) as http,
            Client(streamable_http_client(address, http_client=http)) as agent,
        ):
            return await talk(agent)

    # On a thread of its own: a browser driven before leaves this one a loop that runs.
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, whole()).result()


async def every_tool(agent: Client) -> dict[str, Any]:
    found: dict[str, Any] = {}
    cursor = None
    while True:
        page = await agent.list_tools(cursor=cursor)
        found |= {one.name: one for one in page.tools}
        cursor = page.next_cursor
        if not cursor:
            return found


@pytest.fixture
def address(live_server: LiveServer) -> str:
    return f"{live_server.url}/mcp"


@pytest.fixture
def asked(db: Any) -> dict[str, Any]:
    firm = Firm.objects.create(code="F1", name="온마루")
    customer = Customer.objects.create(code="C1", name="한강자전거")
    line = {"item": "볼트", "quantity": "3", "price": "1000", "due_on": None}
    return {
        "company": firm.pk,
        "client": customer.code,
        "ordered_on": "2026-11-27",
        "way": "web",
        "lines": [line],
    }


@pytest.mark.slow
def test_an_agent_quotes_sees_what_would_happen_and_then_does_it_once(
    address: str, asked: dict[str, Any]
) -> None:
    async def talk(agent: Client) -> list[Any]:
        tried = await agent.call_tool("create_deals", asked)
        before = await agent.call_tool("list_deals", {"count": True})
        said = {"confirmation": tried.structured_content["confirmation"]}
        changed = await agent.call_tool("create_deals", asked | said | {"way": "shop"})
        made = await agent.call_tool("create_deals", asked | said)
        again = await agent.call_tool("create_deals", asked | said)
        found = await agent.call_tool("get_deals", {"id": made.structured_content["id"]})
        return [tried, before, changed, made, again, found]

    tried, before, changed, made, again, found = talked(address, token("one", SELLER), talk)

    assert tried.structured_content["dry_run"] is True
    assert before.structured_content["count"] == 0
    assert changed.is_error
    assert [one["code"] for one in changed.structured_content["reasons"]] == ["confirmation_invalid"]
    assert not made.is_error
    assert made.structured_content["id"] == again.structured_content["id"]
    assert found.structured_content["lines"][0]["item"] == "볼트"
    assert Deal.objects.count() == 1


@pytest.mark.slow
def test_an_agent_is_offered_and_may_do_what_its_person_may(address: str, asked: dict[str, Any]) -> None:
    async def talk(agent: Client) -> Any:
        tools = await every_tool(agent)
        return tools, await agent.call_tool("create_deals", asked), await agent.call_tool("create_deals", {})

    tools, refused, _empty = talked(address, token("two", ["scratch.deal.view"]), talk)
    mine, _tried, reasons = talked(address, token("three", SELLER), talk)

    assert {one for one in tools if one.endswith("deals")} == {"list_deals", "get_deals"}
    assert {one for one in tools if one.endswith("clients")} == set()
    assert refused.is_error
    assert refused.structured_content["code"] == "not_permitted"
    assert {"create_deals", "confirm_deals", "list_clients"} <= mine.keys()
    assert mine["list_deals"].annotations.read_only_hint
    assert not mine["confirm_deals"].annotations.read_only_hint
    assert mine["confirm_deals"].input_schema["required"] == ["id"]
    assert reasons.is_error
    assert {"company", "client"} <= {one["field"] for one in reasons.structured_content["reasons"]}


@pytest.mark.slow
def test_what_changed_since_it_was_shown_is_shown_anew(address: str, asked: dict[str, Any]) -> None:
    async def made(agent: Client) -> Any:
        tried = await agent.call_tool("create_deals", asked)
        said = {"confirmation": tried.structured_content["confirmation"]}
        deal = (await agent.call_tool("create_deals", asked | said)).structured_content["id"]
        return deal, await agent.call_tool("confirm_deals", {"id": deal})

    async def confirmed(agent: Client) -> Any:
        return await agent.call_tool("confirm_deals", {"id": deal, "confirmation": tried["confirmation"]})

    secret = token("four", SELLER)
    deal, answer = talked(address, secret, made)
    tried = answer.structured_content
    Deal.objects.filter(pk=deal).update(version=2)
    stale = talked(address, secret, confirmed)
    Deal.objects.filter(pk=deal).update(version=1)
    done = talked(address, secret, confirmed)

    assert stale.structured_content["code"] == "changed_meanwhile"
    assert not done.is_error
    assert Deal.objects.get(pk=deal).state == "confirmed"


def test_a_call_counts_once_whatever_the_house_asks_itself_because_of_it(
    client: Browser, asked: dict[str, Any]
) -> None:
    def call(name: str, **arguments: Any) -> Any:
        said = {"method": "tools/call", "params": {"name": name, "arguments": arguments}}
        body = {"jsonrpc": "2.0", "id": 1, **said}
        return client.post("/mcp", body, "application/json", headers={"Authorization": "Bearer five"})

    token("five", SELLER)
    Token.objects.update(per_minute=4)
    sealed = call("create_deals", **asked).json()["result"]["structuredContent"]["confirmation"]
    made = call("create_deals", **asked, confirmation=sealed).json()["result"]
    # A trial on a record asks for the record and for the trial.
    tried = call("confirm_deals", id=made["structuredContent"]["id"]).json()["result"]
    listed = call("list_deals").json()["result"]

    assert [made["isError"], tried["isError"], listed["isError"]] == [False] * 3
    assert call("list_deals").status_code == 429


@pytest.fixture(autouse=True)
def _close() -> Any:
    yield
    connections.close_all()

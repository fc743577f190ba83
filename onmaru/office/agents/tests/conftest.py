"""A program with a token, and what it is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from onmaru.office.agents.tests.test_agents import token

Call = Callable[..., Any]


@pytest.fixture
def agent(client: Browser, db: None) -> Callable[..., Call]:
    """A function from permissions to one that calls a tool, and confirms what it was told where it writes."""

    def signed(*permissions: str) -> Call:
        secret = token("-".join(permissions), list(permissions))

        def ask(name: str, arguments: dict[str, Any]) -> Any:
            said = {"method": "tools/call", "params": {"name": name, "arguments": arguments}}
            body = {"jsonrpc": "2.0", "id": 1, **said}
            answer = client.post(
                "/mcp", body, "application/json", headers={"Authorization": f"Bearer {secret}"}
            )
            return answer.json()["result"]["structuredContent"]

        def call(name: str, /, **arguments: Any) -> Any:
            tried = ask(name, arguments)
            sealed = tried.get("confirmation")
            return ask(name, arguments | {"confirmation": sealed}) if sealed else tried

        return call

    return signed

"""A program that writes a mail on a record: shown before it is sent, sent once, refused where its person may not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from onmaru.kernel.models import Role, Token
from onmaru.masters.party.models import Party
from onmaru.office.agents.tests.test_agents import token
from onmaru.office.mail.models import Account, Mail
from onmaru.office.mail.tests.conftest import account, box, by, party, post

__all__ = ["account", "box", "by", "party", "post"]

pytestmark = pytest.mark.django_db


def test_a_mail_is_written_by_a_tool_after_it_was_shown(
    client: Browser, account: Account, party: Party
) -> None:
    token("agent", ["party.party.view", "mail.mail.*"])
    asked: dict[str, Any] = {"subject_kind": "party.party", "subject_id": party.pk}
    asked |= {"to": "김한빛 <kim@hanbit.example>", "title": "견적", "text": "단가를 부탁드립니다."}

    def call(**more: Any) -> Any:
        said = {"method": "tools/call", "params": {"name": "write_mails", "arguments": asked | more}}
        headers = {"Authorization": "Bearer agent"}
        answer = client.post("/mcp", {"jsonrpc": "2.0", "id": 1, **said}, "application/json", headers=headers)
        return answer.json()["result"]

    tried = call()
    assert not tried["isError"], tried
    assert tried["structuredContent"]["dry_run"] is True and not Mail.objects.exists()
    sealed = tried["structuredContent"]["confirmation"]
    for _twice in range(2):
        made = call(confirmation=sealed)
    mail = Mail.objects.get()
    assert mail.account == account
    assert (made["structuredContent"]["id"], mail.to) == (mail.pk, ["김한빛 <kim@hanbit.example>"])
    assert mail.state == "waiting" and mail.person == Token.objects.get().user
    wrong = call(to="nobody")["structuredContent"]
    assert [one["code"] for one in wrong["reasons"]] == ["address_unreadable"]
    Role.objects.filter(code=f"r{mail.person_id}").update(permissions=["party.party.view", "mail.mail.view"])
    assert call()["structuredContent"]["code"] == "not_permitted"

"""Opening a masked value by the API, with a token: who, when, from where, whose, what and why is written down."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from onmaru.kernel import calendars, identity, personal, tokens
from onmaru.kernel.models import AccessLog, Grant, RecordRule, Role, Token, User
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Contact

DAY = calendars.today() + timedelta(days=1)


@pytest.fixture
def contact(db: Any) -> Contact:
    rows = [{"name": "김민수", "phone": "010-1234-5678"}]
    firm = parties.create(by=identity.system("test"), name="한강자전거", country="KR", contacts=rows)
    found: Contact = firm.contacts.get()
    return found


def holder(*permissions: str, **rule: Any) -> User:
    user = User.objects.create_user("shop", full_name="쇼핑몰 연동")
    role = Role.objects.create(code="shop", name_ko="역할", name_en="role", permissions=[*permissions])
    Grant.objects.create(user=user, role=role)
    Token.objects.create(
        user=user, name="shop", digest=tokens.digest("s"), role_ids=[role.pk], expires_on=DAY
    )
    if rule:
        RecordRule.objects.create(role=role, **rule)
    return user


def opened(contact: Contact, **asked: Any) -> Any:
    body = {"kind": "party.contact", "id": contact.pk, "field": "phone", "reason": "배송 안내"} | asked
    headers = {"Authorization": "Bearer s"}
    return Browser().post("/api/reveal", json.dumps(body), "application/json", headers=headers)


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_program_opens_a_number_and_is_written_down(contact: Contact) -> None:
    user = holder("party.party.view", "party.contact.reveal")
    whole = Browser().get(f"/api/parties/{contact.party_id}", headers={"Authorization": "Bearer s"}).json()
    assert whole["contacts"][0]["phone"] == "+821●●●●●5678"
    assert AccessLog.objects.count() == 0
    assert opened(contact).json() == {"value": "+821012345678"}
    row = AccessLog.objects.get()
    assert (row.by_id, row.source, row.address) == (user.pk, "api", "127.0.0.1")
    assert (row.kind, row.subject_ids, row.fields) == ("party.contact", [contact.pk], ["phone"])
    assert (row.whose, row.reason) == ("김민수 (한강자전거)", "배송 안내")


def test_it_takes_the_permission_and_a_record_to_be_seen(contact: Contact) -> None:
    holder("party.party.view")
    assert refused(opened(contact)) == (403, "not_permitted")
    Role.objects.update(permissions=["party.contact.reveal"])
    assert refused(opened(contact)) == (404, "not_found")
    assert AccessLog.objects.count() == 0


def test_what_is_not_masked_hidden_or_nowhere_is_refused(contact: Contact) -> None:
    holder("party.*", kind="party.contact", hidden=["email"])
    nothing = (422, personal.NOTHING_PERSONAL().code)
    assert refused(opened(contact, field="name")) == nothing
    assert refused(opened(contact, field="email")) == nothing
    assert refused(opened(contact, kind="party.nothing")) == (404, "not_found")
    assert refused(opened(contact, kind=5)) == (422, "value_unreadable")
    assert refused(opened(contact, id="x")) == (422, "value_unreadable")
    assert AccessLog.objects.count() == 0

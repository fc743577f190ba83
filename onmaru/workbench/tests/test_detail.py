"""One record: its parts, its allowed actions, what points at it, its history in sentences."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench import detail, history, registry, search
from onmaru.workbench.entity import Entity
from tests.scratch import commands
from tests.scratch.models import Client, Deal


def test_actions_follow_state_and_role(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    deal = twelve[0]
    clerk = identity.only(by, "scratch.deal.view", "scratch.deal.confirm")

    assert [one.name for one in detail.show(entity, by, deal.pk).actions] == ["confirm", "deliver", "cancel"]
    assert [one.name for one in detail.show(entity, clerk, deal.pk).actions] == ["confirm"]
    commands.confirm(deal, by=by)
    shown = detail.show(entity, by, deal.pk)
    assert [one.name for one in shown.actions] == ["deliver", "cancel"]
    assert [one.name for one in shown.actions[1].asks] == ["reason", "on"]
    assert shown.state is not None and shown.state.value == "confirmed"


def test_history_is_told_in_sentences_with_old_and_new(
    entity: Entity, by: Actor, twelve: list[Deal], client_ko: Client
) -> None:
    deal = twelve[1]
    commands.edit(deal, by=by, client=client_ko, pieces=3)
    commands.cancel(deal, by=by, reason="단종")

    with translation.override("en"):
        cancelled, edited, created = history.of(deal, by)

        assert cancelled.sentence.startswith("tester: Cancel")
        assert "Reason: 단종" in cancelled.sentence
        assert {(str(one.label), one.old, one.new) for one in cancelled.changes} >= {
            ("State", "Draft", "Cancelled")
        }
        assert [(str(one.label), one.old, one.new) for one in edited.changes] == [
            ("Customer", "한빛상사", "㈜삼성전자"),
            ("Pieces", "", "3"),
        ]
        assert str(created.label) == "New"


def test_a_detail_costs_a_bounded_number_of_queries(by: Actor, twelve: list[Deal], client_ko: Client) -> None:
    clients = registry.get("clients")
    assert clients is not None
    with CaptureQueriesContext(connection) as asked:
        shown = detail.show(clients, by, client_ko.pk)

    assert len(asked) == 2
    assert [(one.entity.name, len(one.rows), one.more) for one in shown.related] == [("deals", 4, False)]


def test_nobody_sees_what_is_not_theirs(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    for actor, record_id in [(identity.only(by, "x.y"), twelve[0].pk), (by, 0), (by, 2**80)]:
        with pytest.raises(Refused, match="not_found"):
            detail.show(entity, actor, record_id)


def test_search_goes_everywhere_one_may_see(by: Actor, twelve: list[Deal], client_ko: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = {one.entity.name: [hit.text for hit in one.hits] for one in search.everywhere(by, "삼성")}

    assert found["clients"] == ["㈜삼성전자"]
    assert len(found["deals"]) == 4
    assert len(asked) == 3 + len(found)
    assert next(iter(found)) == "clients"
    deals = next(one for one in search.everywhere(by, "삼성") if one.entity.name == "deals")
    assert {hit.note for hit in deals.hits} == {"㈜삼성전자"}
    only_clients = search.everywhere(identity.only(by, "scratch.client.view"), "삼성")
    assert [one.entity.name for one in only_clients] == ["clients"]
    assert search.everywhere(by, " \0 ") == []


def test_choices_leave_archived_records_out(by: Actor, client_ko: Client) -> None:
    clients = registry.get("clients")
    assert clients is not None
    commands.create_client(by=by, code="C7", name="삼성물산", is_active=False)

    assert [(hit.text, hit.note) for hit in search.choices(clients, by, "삼성")] == [("㈜삼성전자", "C1")]
    assert len(search.choices(clients, by, "")) == 1

"""A demand is about a command, a condition and a reason that there are; and which of several a record meets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from onmaru.kernel import commands as kernel
from onmaru.kernel import identity, permissions, refusals
from onmaru.kernel.commands import Command
from onmaru.office.demands import commands, queries
from onmaru.office.demands.models import Demand
from onmaru.office.signatories.queries import facts
from onmaru.office.signatories.tests.people import BY, TODAY, House, refused
from onmaru.workbench import registry
from tests.scratch import commands as scratch

pytestmark = pytest.mark.django_db


def demand(command: Command[Any] = scratch.confirm, **values: Any) -> Demand:
    given: dict[str, Any] = {
        "name": "500만원 이상 확정",
        "command": command.name,
        "starts_on": TODAY,
    } | values
    return commands.create(by=BY, **given)


def test_demands_are_about_what_there_is(house: House) -> None:
    assert refused(lambda: demand(command=scratch.create_client)) == ["draftless"]
    assert refused(lambda: demand(command=scratch.create, refusal="not_found")) == ["draftless"]
    assert refused(lambda: demand(condition="nothing > 1")) == ["expression_name"]
    assert refused(lambda: demand(condition="amount + 1")) == ["no_condition"]
    assert refused(lambda: demand(refusal="no_such")) == ["refusal_unknown"]
    keeper = identity.also(house.actor("clerk"), commands.create.permission)
    given: dict[str, Any] = {
        "name": "x",
        "command": scratch.confirm.name,
        "starts_on": TODAY,
        "waiver": "accounting.entry.post",
    }
    assert refused(lambda: commands.create(by=keeper, **given)) == ["waiver_beyond"]


def test_documents_of_approval_need_no_approval_themselves() -> None:
    assert refused(lambda: demand(command=kernel.registry["approval.approval.approve"])) == [
        "command_unknown"
    ]


def test_what_is_demanded_is_picked_by_its_words(house: House) -> None:
    shown = registry.of_model(Demand)
    assert shown is not None
    fields = {one.name: one for one in shown.input_fields}
    named = dict(fields["command"].choices)
    assert named[scratch.confirm.name] == permissions.in_words(scratch.confirm)
    assert named.keys().isdisjoint({"approval.approval.approve", scratch.create_client.name})
    assert list(named.values()) == sorted(named.values())
    code, _words = next(iter(fields["refusal"].choices))
    assert demand(refusal=code).waiver == refusals.waivers[code].permission


def test_the_first_that_holds_on_the_day_and_is_true_of_the_record(house: House) -> None:
    ended = demand(name="지난 통제", starts_on=TODAY - timedelta(days=9), condition="amount > 0")
    commands.end(ended, by=BY, on=TODAY - timedelta(days=1))
    large, every = demand(condition="amount >= 1000"), demand()
    company = house.company.pk

    def met(total: int) -> Demand | None:
        case = facts.case(house.deal(total), house.users["clerk"].pk, TODAY)
        return queries.met(queries.on(scratch.confirm.name, company, TODAY), case)

    assert (met(1000), met(999)) == (large, every)
    assert list(queries.on(scratch.cancel.name, company, TODAY)) == []


def test_a_demand_on_making_records_is_met_by_their_first_step(house: House) -> None:
    made = demand(command=scratch.create, condition="amount >= 1000")
    assert list(queries.on(scratch.confirm.name, None, TODAY)) == [made]
    for other in (scratch.edit, scratch.cancel, scratch.deliver):
        assert list(queries.on(other.name, None, TODAY)) == []

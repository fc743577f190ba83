"""Commands that need an approval: refused with the way to it, then carried out exactly as approved, once."""

from __future__ import annotations

import threading
import time
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser

from onmaru.kernel import jobs, refusals
from onmaru.kernel.commands import Command
from onmaru.kernel.models import AuditRow
from onmaru.office.approval import commands
from onmaru.office.approval.commands.drafting import Asked
from onmaru.office.approval.models import Approval
from onmaru.office.approval.tests.people import BY, TODAY, House, build
from onmaru.office.demands import commands as demands
from onmaru.office.demands.models import Demand
from onmaru.office.notices.models import Notice
from onmaru.office.signatories.tests.people import refused
from tests.proofs import at_once, run_sql
from tests.scratch import commands as scratch
from tests.scratch.models import Deal

WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]


def demand(command: Command[Any] = scratch.confirm, **values: Any) -> Demand:
    given: dict[str, Any] = {
        "name": "500만원 이상 확정",
        "command": command.name,
        "starts_on": TODAY,
    } | values
    return demands.create(by=BY, **given)


def test_a_command_waits_for_its_approval_and_is_then_done_by_itself(house: House) -> None:
    house.line(house.seat("decide", "lead"))
    wanted = demand(condition="amount >= 5000000 and state == 'draft'")
    clerk, deal = house.actor("clerk"), house.deal(5_000_000)
    scratch.confirm(house.deal(4_999_999), by=clerk)
    with pytest.raises(refusals.Refused) as caught:
        scratch.confirm(deal, by=clerk)
    assert caught.value.codes == ["approval_demanded"]
    assert (
        caught.value.reasons[0]
        .params["way"][0]
        .startswith(f"/approval/draft/deals/{deal.pk}?demand={wanted.pk}")
    )
    house.approve(house.draft(deal, demand=wanted), "lead")
    assert Deal.objects.get(pk=deal.pk).state == "draft"
    jobs.drain()
    assert Deal.objects.get(pk=deal.pk).state == "confirmed"
    done = AuditRow.objects.get(command=scratch.confirm.name, subject_id=deal.pk)
    assert (done.by_id, done.source) == (clerk.user_id, "approval")
    approval = Approval.objects.get()
    assert approval.carried_out_at is not None
    assert refused(lambda: commands.running.carry_out(approval, by=clerk, today=TODAY)) == [
        "nothing_to_carry_out"
    ]


def test_only_exactly_what_was_approved_is_done(house: House) -> None:
    house.line(house.seat("decide", "lead"))
    wanted = demand(condition="amount >= 1000", runs="drafter")
    clerk, deal = house.actor("clerk"), house.deal(5_000)
    approval = house.approve(house.draft(deal, demand=wanted), "lead")
    jobs.drain()
    assert Deal.objects.get(pk=deal.pk).state == "draft"
    rows = [{"item": "안장", "quantity": Decimal(1), "price": Decimal(6_000)}]
    scratch.edit(deal, by=clerk, lines=rows)
    assert refused(lambda: scratch.confirm(deal, by=clerk)) == ["approval_outdated"]
    assert refused(lambda: commands.running.carry_out(approval, by=clerk, today=TODAY)) == [
        "approval_outdated"
    ]
    lead = house.actor("lead")
    assert refused(lambda: commands.running.carry_out(approval, by=lead, today=TODAY)) == ["not_the_drafter"]
    again = house.approve(house.draft(deal, demand=wanted, previous=approval), "lead")
    scratch.confirm(deal, by=clerk)
    assert Approval.objects.get(pk=again.pk).carried_out_at is not None


def test_what_the_command_is_told_is_approved_too(house: House) -> None:
    house.line(house.seat("decide", "lead"))
    wanted = demand(scratch.cancel, runs="drafter")
    clerk, deal = house.actor("clerk"), house.deal()
    house.approve(house.draft(deal, demand=wanted, asked={"reason": "고객 요청"}), "lead")
    assert refused(lambda: scratch.cancel(deal, by=clerk, reason="변심")) == ["approval_outdated"]
    scratch.cancel(deal, by=clerk, reason="고객 요청")
    other = house.deal()
    itself = demand(scratch.cancel, name="모든 취소", runs="itself")
    assert refused(lambda: house.draft(other, demand=itself)) == ["demand_unfit"]


def test_a_refusal_is_waived_by_an_approval(house: House) -> None:
    """An order above the credit limit: the approval lets it run with a permission more, for this order only."""
    house.line(house.seat("decide", "lead"))
    wanted = demand(
        refusal=scratch.NOTHING_TO_CONFIRM.code, waiver="scratch.deal.exceed", name="품목 없는 확정"
    )
    deal = house.deal(lines=0)
    clerk = house.actor("clerk")
    assert refused(lambda: scratch.confirm(deal, by=clerk)) == [
        scratch.NOTHING_TO_CONFIRM.code,
        "approval_demanded",
    ]
    approval = house.draft(deal, demand=wanted)
    jobs.drain()
    house.approve(approval, "lead")
    jobs.drain()
    told = list(Notice.objects.order_by("id").values_list("kind", "person__username"))
    approval = Approval.objects.get()
    assert approval.obstacle
    assert approval.carried_out_at is None
    assert told == [("approval.turn", "lead"), ("approval.approved", "clerk"), ("approval.hindered", "clerk")]
    rows = [{"item": "안장", "quantity": Decimal(1), "price": Decimal(6_000)}]
    scratch.edit(deal, by=clerk, lines=rows)
    assert refused(lambda: commands.running.carry_out(approval, by=clerk, today=TODAY)) == [
        "approval_outdated"
    ]


def test_whose_approval_is_demanded_does_not_choose_who_gives_it(house: House) -> None:
    wanted = demand()
    deal = house.deal()
    free = [Asked("decide", house.users["books"].pk)]  # type: ignore[arg-type]
    assert refused(lambda: house.draft(deal, demand=wanted, steps=free)) == ["no_line"]
    house.approve(house.draft(deal, command=scratch.confirm.name, steps=free), "books")
    assert refused(lambda: scratch.confirm(deal, by=house.actor("clerk"))) == ["approval_demanded"]


def test_nobody_has_something_done_that_they_may_not_do(house: House) -> None:
    house.line(house.seat("decide", "lead"))
    role = house.users["clerk"].grants.get().role
    role.permissions = ["approval.*", "scratch.deal.view"]
    role.save()
    codes = refused(lambda: house.draft(house.deal(), command=scratch.confirm.name))
    assert codes == ["not_permitted"]
    assert refused(lambda: house.draft(house.deal(), command="scratch.deal.nothing")) == ["not_found"]


@pytest.mark.django_db(transaction=True)
def test_who_waited_for_a_record_meets_what_was_put_to_approval_meanwhile() -> None:
    house = build()
    house.line(house.seat("decide", "lead"))
    deal, drafted = house.deal(5_000), threading.Event()

    def draft() -> None:
        with transaction.atomic():
            house.draft(deal)
            drafted.set()
            until = time.monotonic() + 10
            while time.monotonic() < until and not run_sql(WAITING):
                time.sleep(0.01)

    def confirm() -> None:
        drafted.wait(10)
        scratch.confirm(deal, by=house.actor("clerk"))

    made, answer = at_once(draft, confirm)
    assert made is None
    assert isinstance(answer, refusals.Refused)
    assert answer.codes == ["approval_pending"]
    assert Deal.objects.get(pk=deal.pk).state == "draft"


def test_what_may_be_made_only_with_approval_is_a_draft_until_then(house: House) -> None:
    house.line(house.seat("decide", "lead"))
    wanted = demand(scratch.create, condition="amount >= 5000000")
    deal, small = house.deal(5_000_000), house.deal(4_999_999)
    scratch.confirm(small, by=house.actor("clerk"))
    scratch.edit(deal, by=house.actor("clerk"), note="급함")
    with pytest.raises(refusals.Refused) as caught:
        scratch.confirm(deal, by=house.actor("clerk"))
    assert caught.value.codes == ["approval_demanded"]
    way = caught.value.reasons[0].params["way"][0]
    browser = Browser()
    browser.force_login(house.users["clerk"])
    assert 'name="command" value="scratch.deal.confirm"' in browser.get(way).content.decode()
    assert refused(lambda: house.draft(deal, demand=wanted)) == ["demand_unfit"]
    assert refused(lambda: house.draft(deal, demand=wanted, command=scratch.cancel.name)) == ["demand_unfit"]
    house.approve(house.draft(deal, demand=wanted, command=scratch.confirm.name), "lead")
    jobs.drain()
    deal.refresh_from_db()
    assert deal.state == "confirmed"

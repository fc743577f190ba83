"""How far a document goes, and who is asked again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from onmaru.masters.site import commands as site
from onmaru.office.approval import jobs
from onmaru.office.approval.commands import drafting
from onmaru.office.approval.models import Step
from onmaru.office.approval.tests.people import BY, TODAY, House
from tests.scratch.models import Deal

pytestmark = pytest.mark.django_db


def test_an_amount_in_another_currency_goes_to_the_end_of_the_line(house: House) -> None:
    house.line(house.seat("decide", "director", final_up_to=10**9), house.seat("decide", "owner"))
    deal = house.deal(1)
    Deal.objects.filter(pk=deal.pk).update(currency="USD")
    assert house.states(house.draft(deal)) == ["director:open", "owner:waiting"]


def test_who_does_not_sign_is_asked_again_and_then_the_head_above(house: House) -> None:
    house.line(house.seat("review", "lead"), house.seat("decide", "owner"), remind_after=1, escalate_after=3)
    approval = house.draft(house.deal())
    assert jobs.remind() == 0
    with time_machine.travel(f"{TODAY + timedelta(days=5)}T12:00:00+09:00", tick=False):
        assert jobs.remind() == 1
        assert jobs.remind() == 0
        step = Step.objects.get(approval=approval, person=house.users["lead"])
        assert step.reminded_at is not None
        assert step.raised_to == house.users["director"]
        house.approve(approval, "director", TODAY + timedelta(days=5))
    step.refresh_from_db()
    assert (step.state, step.signer) == ("agreed", house.users["director"])


@pytest.mark.parametrize(("off", "reminded", "raised"), [(None, 28, 30), (28, 29, 31), (30, 28, 31)])
def test_working_days_count_without_holidays_and_days_off(
    off: int | None, reminded: int, raised: int, house: House
) -> None:
    """Christmas is a Friday in 2026 and the weekend follows; the company may be off on a day of its own."""
    if off:
        site.holidays.create(by=BY, company=house.company, on=date(2026, 12, off), name="창립기념일")
    house.line(house.seat("review", "lead"), house.seat("decide", "owner"), remind_after=1, escalate_after=3)
    with time_machine.travel("2026-12-24T17:00:00+09:00", tick=False):
        approval = house.draft(house.deal())
    step = Step.objects.get(approval=approval, person=house.users["lead"])
    for day in range(25, 32):
        with time_machine.travel(f"2026-12-{day}T12:00:00+09:00", tick=False):
            jobs.remind()
        step.refresh_from_db()
        assert ((step.reminded_at is not None), day) == (day >= reminded, day)
        assert ((step.raised_to == house.users["director"]), day) == (day >= raised, day)


def test_who_signs_afterwards_is_asked_again_too(house: House) -> None:
    after = house.seat("decide", "owner", signs_after=True)
    house.line(house.seat("decide", "lead"), after, remind_after=1)
    approval = house.approve(house.draft(house.deal()), "lead")
    recalled = house.draft(house.deal())
    drafting.recall(recalled, by=house.actor("clerk"))
    with time_machine.travel(f"{TODAY + timedelta(days=5)}T12:00:00+09:00", tick=False):
        assert jobs.remind() == 1
    assert [one.reminded_at is not None for one in approval.steps.all()] == [False, True]

"""Planning, finishing, repeating, reminding; who is told because of it, and once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from onmaru.kernel import identity, jobs
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.models import Party
from onmaru.office.activities import commands
from onmaru.office.activities import jobs as own_jobs
from onmaru.office.activities.models import Activity
from onmaru.office.activities.queries import days, entries
from onmaru.office.notices.models import Notice

DAY = date(2026, 11, 27)
ON = "party.party"


def plan(by: Actor, **values: Any) -> Activity:
    said: dict[str, Any] = {"title": "전화", "today": DAY} | values
    return commands.activities.create(by=by, **said)


def told() -> set[tuple[str, str]]:
    jobs.drain()
    return set(Notice.objects.values_list("person__username", "kind"))


def refused(*codes: str) -> Any:
    return pytest.raises(Refused, match="|".join(codes))


def test_a_series_goes_on_when_done_and_keeps_its_clock(party: Party, clerk: User) -> None:
    me = identity.actor(clerk)
    moment = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
    first = plan(me, starts_at=moment, repeats="weekly", remind="10", subject_kind=ON, subject_id=party.pk)
    assert (first.due_on, first.remind_at) == (date(2026, 11, 2), moment - timedelta(minutes=10))
    commands.activities.finish(first, outcome="통화함", by=me, today=DAY)
    after = Activity.objects.get(state="open")
    assert (after.due_on, after.starts_at) == (date(2026, 11, 30), datetime(2026, 11, 30, 1, 30, tzinfo=UTC))
    assert (after.repeats, after.about, after.remind) == ("weekly", "한빛상사", "10")
    commands.activities.drop(after, by=me)
    assert not Activity.objects.filter(state="open").exists()
    commands.activities.reopen(after, by=me)
    with refused("move_not_allowed"):
        commands.activities.edit(first, title="늦음", by=me)


def test_the_next_one_may_be_said(clerk: User) -> None:
    me = identity.actor(clerk)
    first = plan(me)
    with refused("next_needs_day"):
        commands.activities.finish(first, next_title="방문", by=me, today=DAY)
    commands.activities.finish(first, next_title="방문", next_on=date(2026, 12, 3), by=me, today=DAY)
    after = Activity.objects.get(state="open")
    assert (after.title, after.due_on, after.repeats) == ("방문", date(2026, 12, 3), "")


def test_what_cannot_be_planned_is_refused(party: Party, clerk: User, stranger: User) -> None:
    me = identity.actor(clerk)
    with refused("repeats_before_due"):
        plan(me, repeats="daily", repeats_until=date(2026, 11, 1))
    with refused("record_half"):
        plan(me, subject_kind=ON)
    with refused("not_found"):
        plan(identity.actor(stranger), subject_kind=ON, subject_id=party.pk)
    mine = plan(me)
    with refused("not_found"):
        plan(me, subject_kind="discussion.activity", subject_id=mine.pk)


def test_who_is_given_something_and_who_gave_it_are_told(party: Party, clerk: User, mate: User) -> None:
    given = plan(identity.actor(clerk), person=mate, subject_kind=ON, subject_id=party.pk)
    assert told() == {("mate", "activity")}
    commands.activities.finish(given, by=identity.actor(mate), today=DAY)
    assert told() == {("mate", "activity"), ("clerk", "activity")}


def test_a_reminder_comes_once(party: Party, clerk: User) -> None:
    plan(identity.actor(clerk), remind="60", due_on=DAY)
    with time_machine.travel(datetime(2026, 11, 26, 22, 59, tzinfo=UTC)):
        assert own_jobs.remind() == 0
    with time_machine.travel(datetime(2026, 11, 26, 23, 1, tzinfo=UTC)):
        assert (own_jobs.remind(), own_jobs.remind()) == (1, 0)
    assert [one.words for one in Notice.objects.all()] == ["미리 알림: 전화"]


def test_ones_day_is_overdue_today_and_later(party: Party, clerk: User, mate: User) -> None:
    me = identity.actor(clerk)
    for on in (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)):
        plan(me, title=f"{on}", due_on=on)
    plan(identity.actor(mate), title="남의 일")
    found = days.of(me, DAY)
    assert [[one.title for one in part] for part in found] == [["2026-11-26"], ["2026-11-27"], ["2026-11-28"]]
    assert entries.planned(party) == []
    assert timezone.is_aware(Activity.objects.first().created_at)  # type: ignore[union-attr]

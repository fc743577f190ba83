"""Facts reach every reaction at least once and never twice, wherever the power is cut."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from onmaru.kernel import events, identity, jobs
from onmaru.kernel.commands import Command
from onmaru.kernel.models import AuditRow, Delivery, Event
from tests.proofs import at_once, run_sql
from tests.scratch import commands as scratch
from tests.scratch.models import Client

BY = identity.system("auditor")
KIND = "scratch.thing.happened"


@dataclass(frozen=True)
class Happened(events.Fact):
    """Something happened to a client."""

    client: int


Happened.kind = KIND


class Listener:
    """A reaction that counts its calls, is slow, and fails as often as it is told."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.failures = 0
        self.pause = 0.0

    def __call__(self, fact: Happened, *, by: identity.Actor) -> None:
        self.seen.append(fact.client)
        assert by.source == "reaction"
        scratch.edit_client(Client.objects.get(pk=fact.client), by=by, name=f"reacted {by.name}")
        threading.Event().wait(self.pause)
        if self.failures:
            self.failures -= 1
            raise ConnectionError("cut")


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A registered reaction to a registered fact, gone after the test."""
    one = Listener()
    events.registry[KIND] = Happened
    events.reactions[KIND]["room.react"] = one
    yield one
    del events.registry[KIND], events.reactions[KIND]


def happen(code: str, *, fail: bool = False) -> Client:
    def occur(*, by: identity.Actor) -> Client:
        client = Client.objects.create(code=code, name="x")
        events.emit(Happened(client.pk), client)
        if fail:
            raise ZeroDivisionError
        return client

    made: Client = Command(occur, "scratch.occur", "scratch.occur", "…", None)(by=BY)
    return made


def reacted() -> int:
    return AuditRow.objects.filter(command="scratch.client.edit_client").count()


@pytest.mark.django_db
def test_a_fact_is_written_with_what_made_it_true_or_not_at_all(listener: Listener) -> None:
    made = happen("A")
    stored = Event.objects.get(kind=KIND)
    assert (stored.subject_kind, stored.subject_id, stored.payload) == (
        "scratch.client",
        made.pk,
        {"client": made.pk},
    )
    with pytest.raises(ZeroDivisionError):
        happen("B", fail=True)
    assert Event.objects.filter(kind=KIND).count() == 1
    assert listener.seen == []


@pytest.mark.django_db
def test_draining_delivers_in_order_and_once(listener: Listener) -> None:
    keys = [happen(code).pk for code in "ABC"]
    assert jobs.drain() == 3
    assert listener.seen == keys
    assert jobs.drain() == 0
    assert listener.seen == keys
    assert Client.objects.get(pk=keys[0]).name == f"reacted {identity.house().name}"


@pytest.mark.django_db
def test_a_reaction_that_fails_takes_its_delivery_back_and_is_tried_again(listener: Listener) -> None:
    keys = [happen(code).pk for code in "AB"]
    listener.failures = 1
    with pytest.raises(ConnectionError):
        jobs.drain()
    assert reacted() == 0 and not Delivery.objects.exists()
    jobs.drain()
    assert reacted() == 2
    assert listener.seen == [keys[0], *keys]


@pytest.mark.django_db
def test_a_delivered_event_is_not_delivered_again(listener: Listener) -> None:
    happen("A")
    event = Event.objects.get(kind=KIND)
    assert events.react(event.pk, "room.react") is True
    assert events.react(event.pk, "room.react") is False
    assert len(listener.seen) == 1
    jobs.drain()
    assert reacted() == 1


@pytest.mark.django_db
def test_every_reaction_has_a_delivery_of_its_own(listener: Listener) -> None:
    other = Listener()
    events.reactions[KIND]["room.other"] = other
    happen("A")
    other.failures = 1
    with pytest.raises(ConnectionError):
        jobs.drain()
    jobs.drain()
    assert (len(listener.seen), len(other.seen)) == (1, 2)
    assert reacted() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_event_react_once(listener: Listener) -> None:
    happen("A")
    event = Event.objects.get(kind=KIND)
    listener.pause = 0.2
    assert sorted(at_once(*[lambda: events.react(event.pk, "room.react")] * 3)) == [False, False, True]
    assert reacted() == 1

    # A worker that dies in the middle leaves the event to the next, even to one that waits for it.
    happen("B")
    event = Event.objects.filter(kind=KIND).latest("id")
    listener.failures = 1
    answers = at_once(*[lambda: events.react(event.pk, "room.react")] * 2)
    assert sorted(str(one) for one in answers) == ["True", "cut"]
    assert reacted() == 2


@pytest.mark.django_db
def test_a_relay_that_dies_relays_again(listener: Listener) -> None:
    happen("A")

    def die(event_id: int, reaction: str) -> None:
        raise ConnectionError("cut")

    with pytest.raises(ConnectionError):
        events.relay(die)
    assert Event.objects.get(kind=KIND).relayed_at is None
    sent: list[Any] = []
    assert events.relay(lambda *one: sent.append(one)) == 1
    assert [name for _event, name in sent] == ["room.react"]
    assert events.relay(lambda *one: sent.append(one)) == 0


@pytest.mark.django_db(transaction=True)
def test_relays_side_by_side_share_the_events(listener: Listener) -> None:
    for place in range(6):
        happen(f"C{place}")
    before = Event.objects.filter(relayed_at=None).count()
    sent: list[int] = []

    def slow(event_id: int, _reaction: str) -> None:
        threading.Event().wait(0.02)
        sent.append(event_id)

    taken = at_once(*[lambda: events.relay(slow, limit=3)] * 2)
    while more := events.relay(slow):
        taken.append(more)
    assert sum(taken) == before
    assert sorted(sent) == sorted(set(sent)) and len(sent) == 6


@pytest.mark.django_db
def test_the_queue_holds_a_job_for_each_reaction(listener: Listener) -> None:
    happen("A")
    event = Event.objects.get(kind=KIND)
    assert jobs.relay() == 1
    queued = run_sql(
        "SELECT args ->> 'event_id', args ->> 'reaction' FROM procrastinate_jobs"
        " WHERE task_name = 'kernel.react' AND status = 'todo'"
    )
    assert queued == [(str(event.pk), "room.react")]


@pytest.mark.django_db
def test_a_killed_workers_job_is_queued_again(listener: Listener) -> None:
    happen("A")
    jobs.relay()
    ((worker,),) = run_sql("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
    run_sql("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", worker)
    assert jobs.revive() == 0
    run_sql("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    assert jobs.revive() == 1
    assert run_sql("SELECT status FROM procrastinate_jobs WHERE task_name = 'kernel.react'") == [("todo",)]
    assert jobs.revive() == 0


def test_a_round_that_fails_is_tried_again_at_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def fail() -> None:
        calls.append("fail")
        raise ZeroDivisionError

    rounds = {
        "bad": jobs.Round("bad", 0.0, fail),
        "good": jobs.Round("good", 60.0, lambda: calls.append("good")),
    }
    monkeypatch.setattr(jobs, "rounds", rounds)
    jobs.tick()
    jobs.tick()
    assert calls == ["fail", "good", "fail"]

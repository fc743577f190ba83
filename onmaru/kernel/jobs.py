"""Background work: our own ``enqueue`` over the PostgreSQL queue, and the relay of the outbox into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from procrastinate.contrib.django import app

from onmaru.kernel import events

registry: dict[str, Callable[..., Any]] = {}


def job(name: str, *, retry: int = 10) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a background job. It must be idempotent: a killed worker's job runs again."""

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        registry[name] = app.task(name=name, retry=retry)(function)
        return function

    return declare


def enqueue(name: str, **arguments: Any) -> None:
    """Queue a job in this transaction: it exists exactly when the transaction commits."""
    registry[name].defer(**arguments)  # type: ignore[attr-defined]


@job("kernel.react")
def react(event_id: int, reaction: str) -> None:
    """Run one reaction to one event."""
    events.react(event_id, reaction)


def relay() -> int:
    """Move waiting events into the queue; returns how many."""
    return events.relay(lambda event_id, reaction: enqueue("kernel.react", event_id=event_id, reaction=reaction))


def drain() -> int:
    """Relay and react to everything that waits, here and now, until nothing is left; returns the events taken.

    For tests, imports and the demo; the worker process does the same continuously through the queue.
    """
    total = 0
    while True:
        pending: list[tuple[int, str]] = []
        taken = events.relay(lambda event_id, reaction: pending.append((event_id, reaction)))
        for event_id, reaction in pending:
            events.react(event_id, reaction)
        if taken == 0:
            return total
        total += taken

"""Background work: our own ``enqueue`` over the PostgreSQL queue, and the relay of the outbox into it."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from asgiref.sync import async_to_sync
from django.db import close_old_connections, connections
from django.utils import timezone
from procrastinate.contrib.django import app

from onmaru.kernel import events

LONG = "long"
log = logging.getLogger(__name__)


@dataclass
class Round:
    """A short task that the worker repeats for as long as it lives."""

    name: str
    seconds: float
    function: Callable[[], Any]
    due: float = 0.0


registry: dict[str, Callable[..., Any]] = {}
rounds: dict[str, Round] = {}
stays: dict[str, Callable[[threading.Event], None]] = {}
before: list[Callable[[], None]] = []
"""What rooms above look up anew before each job and round, as they do before each request."""


def _ready(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def ready(*given: Any, **said: Any) -> Any:
        for look in before:
            look()
        return function(*given, **said)

    return ready


def every(*, seconds: float, name: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Declare a task repeated by the worker with at most this pause; it must be idempotent and quick."""

    def declare(function: Callable[[], Any]) -> Callable[[], Any]:
        rounds[name] = Round(name, seconds, _ready(function))
        return function

    return declare


def beside(name: str, function: Callable[[threading.Event], None]) -> None:
    """Declare what stays beside a worker's queue, on a thread of its own, until the event is set; it is begun anew."""
    stays[name] = function


def job(
    name: str, *, retry: int = 10, queue: str = "default"
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a background job. It must be idempotent: a killed worker's job runs again.

    Those in the queue ``LONG`` are done by several workers at once, all others one after the other.
    """

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        registry[name] = app.task(name=name, retry=retry, queue=queue)(_ready(function))
        return function

    return declare


def enqueue(name: str, **arguments: Any) -> None:
    """Queue a job in this transaction: it exists exactly when the transaction commits."""
    registry[name].defer(**arguments)  # type: ignore[attr-defined]


@job("kernel.react")
def react(event_id: int, reaction: str) -> None:
    """Run one reaction to one event."""
    events.react(event_id, reaction)


@every(seconds=0.5, name="kernel.relay")
def relay() -> int:
    """Move waiting events into the queue; returns how many."""
    return events.relay(
        lambda event_id, reaction: enqueue("kernel.react", event_id=event_id, reaction=reaction)
    )


@every(seconds=10, name="kernel.revive")
def revive() -> int:
    """Queue again the jobs of workers that were killed (no heartbeat for 30 seconds); returns how many."""
    stalled = [job.id for job in async_to_sync(app.job_manager.get_stalled_jobs)() if job.id is not None]
    for job_id in stalled:
        app.job_manager.retry_job_by_id(job_id, retry_at=timezone.now())
    return len(stalled)


def drain() -> int:
    """React to everything that waits, here and now, until nothing is left; returns the events taken.

    For tests, imports and the demo; the worker process does the same continuously through the queue. An event
    is marked only after its reactions, so that one cut off in between is delivered by the next drain.
    """
    total = 0
    while waiting := events.waiting():
        # Most events have no reaction: a commit for each of them would take longer than what made them.
        events.mark([event_id for event_id, names in waiting if not names])
        for event_id, names in waiting:
            for name in names:
                events.react(event_id, name)
            if names:
                events.mark([event_id])
        total += len(waiting)
    return total


def tick() -> None:
    """Run every round that is due. One that fails is logged and tried again at its next turn."""
    for one in rounds.values():
        if time.monotonic() < one.due:
            continue
        try:
            one.function()
        except Exception:
            log.exception("round %s failed", one.name)
        one.due = time.monotonic() + one.seconds


def run_helper() -> None:
    """Do long jobs beside the worker until interrupted."""
    _run([LONG])


def _run(queues: list[str] | None) -> None:
    gc.freeze()  # what is loaded stays: the collector need not look it through with every chunk of a long run
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    worker_app.run_worker(queues=queues, concurrency=1, delete_jobs="successful", listen_notify=True)


def run_worker() -> None:
    """Work until interrupted: queued jobs on this thread, rounds and what stays beside on threads of their own."""
    stop = threading.Event()
    beside("rounds", _keep_ticking)
    threads = [threading.Thread(target=stay, args=(*one, stop), daemon=True) for one in stays.items()]
    for thread in threads:
        thread.start()
    try:
        _run(None)
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=5)


def stay(name: str, function: Callable[[threading.Event], None], stop: threading.Event) -> None:
    """Keep what was declared ``beside`` the queue alive until ``stop``, with a database connection of its own."""
    while not stop.is_set():
        try:
            function(stop)
        except Exception:
            log.exception("%s failed and begins anew", name)
            stop.wait(5)
        connections.close_all()


def _keep_ticking(stop: threading.Event) -> None:
    while not stop.wait(0.25):
        close_old_connections()
        tick()

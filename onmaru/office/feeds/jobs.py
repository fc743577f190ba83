"""What the worker does by itself: reading calendars."""

from __future__ import annotations

from onmaru.kernel import jobs
from onmaru.office.feeds import commands


@jobs.every(seconds=60, name="feeds.queue")
def queue() -> int:
    """Queue the calendars whose hour has come."""
    return commands.queue()


@jobs.job(commands.READ)
def read(subscription_id: int) -> None:
    """Read one calendar."""
    commands.read(subscription_id)

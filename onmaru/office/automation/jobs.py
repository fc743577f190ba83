"""What the worker does by itself: letting rules act, on what happened and on days that came; sending requests."""

from __future__ import annotations

from onmaru.kernel import jobs
from onmaru.office.automation.commands import messages, running


@jobs.every(seconds=0.5, name="automation.look")
def look() -> int:
    """Let rules look at what happened since."""
    return running.look()


@jobs.every(seconds=60, name="automation.days")
def days() -> int:
    """Let rules act on the records whose day has come."""
    return running.come()


@jobs.every(seconds=2, name="automation.queue")
def queue() -> int:
    """Queue the requests that are to be tried again."""
    return messages.queue()


@jobs.job(messages.SEND)
def send(message_id: int) -> None:
    """Send one request."""
    messages.send(message_id)

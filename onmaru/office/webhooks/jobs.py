"""What the worker does by itself: sending requests."""

from __future__ import annotations

from onmaru.kernel import jobs
from onmaru.office.webhooks.commands import messages


@jobs.every(seconds=2, name="webhooks.queue")
def queue() -> int:
    """Queue the requests that are to be tried again."""
    return messages.queue()


@jobs.job(messages.SEND)
def send(message_id: int) -> None:
    """Send one request."""
    messages.send(message_id)

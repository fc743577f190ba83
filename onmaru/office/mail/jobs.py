"""What the worker does by itself: sending what waits."""

from __future__ import annotations

from onmaru.kernel import jobs
from onmaru.office.mail.commands import outbox


@jobs.job("mail.send")
def send() -> int:
    """Send the mails that are due; returns how many attempts there were."""
    return outbox.send()


@jobs.every(seconds=15, name="mail.outbox")
def again() -> int:
    """Tell of what was cut off, and have sent what is due again; returns how many were cut off."""
    if outbox.due():
        jobs.enqueue("mail.send")
    return outbox.settle()

"""What the worker does by itself: sending what waits, reading what came."""

from __future__ import annotations

from onmaru.kernel import jobs
from onmaru.office.mail.commands import inbox, outbox

PAUSE = 60.0


@jobs.job("mail.send")
def send() -> int:
    """Send the mails that are due; returns how many attempts there were."""
    return outbox.send()


@jobs.job("mail.fetch")
def fetch(account_id: int) -> int:
    """Take in what is new in one account; returns how many mails."""
    return inbox.fetch(account_id)


@jobs.every(seconds=15, name="mail.outbox")
def again() -> int:
    """Tell of what was cut off, and have sent what is due again; returns how many were cut off."""
    if outbox.due():
        jobs.enqueue("mail.send")
    return outbox.settle()


@jobs.every(seconds=PAUSE, name="mail.inbox")
def look() -> int:
    """Have every account read; returns how many."""
    found = inbox.due(PAUSE)
    for key in found:
        jobs.enqueue("mail.fetch", account_id=key)
    return len(found)

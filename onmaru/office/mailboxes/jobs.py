"""What the worker does by itself: reading what came, at once where servers tell of it, else by the minute."""

from __future__ import annotations

from onmaru.kernel import jobs
from onmaru.office.mail.commands import accounts
from onmaru.office.mailboxes.commands import reading, watching

PAUSE = 60.0

jobs.beside("mailboxes.watch", watching.watch)


@jobs.job("mailboxes.fetch")
def fetch(account_id: int) -> int:
    """Take in what is new in one account; returns how many mails."""
    return reading.fetch(account_id)


@jobs.every(seconds=PAUSE, name="mailboxes.look")
def look() -> int:
    """Have every account read that nobody waits at; returns how many."""
    found = accounts.ask_for(PAUSE)
    for key in found:
        jobs.enqueue("mailboxes.fetch", account_id=key)
    return len(found)

"""What the worker does by itself: letting rules act, on what happened and on days that came."""

from __future__ import annotations

from onmaru.kernel import jobs
from onmaru.office.automation.commands import running


@jobs.every(seconds=0.5, name="automation.look")
def look() -> int:
    """Let rules look at what happened since."""
    return running.look()


@jobs.every(seconds=60, name="automation.days")
def days() -> int:
    """Let rules act on the records whose day has come."""
    return running.come()

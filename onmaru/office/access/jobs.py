"""What the worker does by itself: destroying personal data whose time is over."""

from __future__ import annotations

from onmaru.kernel import calendars, identity, jobs
from onmaru.office.access.commands import retention


@jobs.every(seconds=3600, name="access.destroy")
def destroy() -> None:
    """Carry out the retention rules in force today."""
    retention.destroy(by=identity.house(), today=calendars.today())

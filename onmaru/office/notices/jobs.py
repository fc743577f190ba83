"""What the worker does by itself: pushes, digests, bringing back what was put off."""

from __future__ import annotations

from onmaru.kernel import jobs
from onmaru.office.notices import commands


@jobs.job("notices.push")
def push() -> None:
    """Send what is due now."""
    commands.pushes.send()


@jobs.every(seconds=20, name="notices.wake")
def wake() -> None:
    """Bring back what was snoozed, and push what quiet hours or a service held back."""
    commands.notices.wake()
    commands.pushes.send()


@jobs.every(seconds=60, name="notices.digest")
def digest() -> None:
    """Write and send the digests whose hour has come, where there is a way for them."""
    commands.digests.write()
    commands.digests.send()

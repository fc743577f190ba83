"""What the workers do for papers."""

from __future__ import annotations

from onmaru.kernel import jobs
from onmaru.office.papers import commands


@jobs.every(seconds=3600, name="papers.forget")
def forget() -> int:
    """Throw away long papers that were kept long enough."""
    return commands.forget()

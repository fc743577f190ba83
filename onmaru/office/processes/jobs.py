"""What the worker does by itself: moving instances on."""

from __future__ import annotations

from onmaru.kernel import jobs
from onmaru.office.processes.commands import instances, moving


@jobs.job(instances.MOVE)
def move(instance_id: int) -> None:
    """Move an instance on."""
    moving.move(instance_id)


@jobs.every(seconds=2, name="processes.due")
def due() -> int:
    """Queue what a timer or a message wakes."""
    return moving.due()

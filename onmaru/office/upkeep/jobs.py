"""Work in the background."""

from __future__ import annotations

from onmaru.kernel import calendars, jobs
from onmaru.office.upkeep import commands


@jobs.job("upkeep.index")
def index(field_id: int) -> None:
    """Bring the indexes of a field in order."""
    commands.index(field_id)


@jobs.job("upkeep.seal")
def seal(field_id: int) -> None:
    """Encrypt what records hold in a field, or open it: as the field says now. Begun anew it goes on where it was."""
    for step in (commands.seal, commands.seal_history, commands.seal_copies):
        after: int | None = 0
        while after is not None:
            after = step(field_id, after=after)


@jobs.every(seconds=24 * 3600, name="upkeep.tend")
def tend() -> None:
    """Look once a day, and when the worker starts, whether all is in order."""
    commands.tend(today=calendars.today())

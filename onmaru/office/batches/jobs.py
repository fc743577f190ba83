"""What the workers do for runs."""

from __future__ import annotations

from onmaru.kernel import jobs
from onmaru.office.batches.commands import runs, steps


@jobs.job(runs.WORK, queue=jobs.LONG)
def work(run_id: int) -> None:
    """Do chunks of a run for a spell."""
    steps.spell(run_id)


@jobs.every(seconds=2, name="batches.resume")
def resume() -> int:
    """Take up the runs of workers that were killed."""
    return runs.resume()

"""What the workers do for runs."""

from __future__ import annotations

from onmaru.kernel import jobs
from onmaru.office.batches.commands import forgetting, runs, steps


@jobs.job(runs.WORK, queue=jobs.LONG)
def work(run_id: int) -> None:
    """Do chunks of a run for a spell."""
    steps.spell(run_id)


@jobs.every(seconds=2, name="batches.resume")
def resume() -> int:
    """Take up the runs of workers that were killed."""
    return runs.resume()


@jobs.every(seconds=3600, name="batches.forget")
def forget() -> int:
    """Throw away the rows of runs that were kept long enough."""
    return forgetting.forget()

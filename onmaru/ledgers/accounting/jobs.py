"""Continuous closing of the tail."""

from __future__ import annotations

from onmaru.kernel import jobs
from onmaru.ledgers.accounting.commands import closing


@jobs.every(seconds=2, name="accounting.seal_and_fold")
def seal_and_fold() -> None:
    """Seal and fold what was posted since the last round."""
    closing.settle()

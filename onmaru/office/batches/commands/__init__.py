"""The only writers of this room's tables."""

from onmaru.office.batches.commands import bulk, reversal, runs, steps

__all__ = ["bulk", "reversal", "runs", "steps"]

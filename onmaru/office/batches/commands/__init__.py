"""The only writers of this room's tables."""

from onmaru.office.batches.commands import bulk, imports, reversal, runs, staging, steps

__all__ = ["bulk", "imports", "reversal", "runs", "staging", "steps"]

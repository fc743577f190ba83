"""The only writers of this room's tables."""

from onmaru.office.batches.commands import bulk, reversal, runs, sent, steps

__all__ = ["bulk", "reversal", "runs", "sent", "steps"]

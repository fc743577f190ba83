"""How long to wait at a mailbox, and before the next try."""

from __future__ import annotations

SHORTEST, LONGEST = 5.0, 300.0
PATIENCE = 9 * 60.0
"""A line that says nothing is asked so often: before an address translator forgets it, well within the 29 minutes
that RFC 2177 allows."""

WITHOUT_WORDS = 3600.0
"""A server that tells of nothing may have learnt to after so long."""
HELD = 60.0


def failures(before: int, *, lasted: float) -> int:
    """How often in a row a line failed, with this one that held for so many seconds: a minute makes good."""
    return 1 if lasted >= HELD else before + 1


def rest(failures: int) -> float:
    """Seconds until a server is tried again that failed so often in a row: 5, 10, 20 … five minutes at most."""
    return min(LONGEST, SHORTEST * 2.0 ** min(failures - 1, 10))

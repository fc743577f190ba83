"""Records of this room to try the engine with."""

from __future__ import annotations

from onmaru.kernel.identity import Actor
from onmaru.office.batches.commands import runs
from onmaru.office.batches.models import Run


def run(by: Actor, place: int) -> Run:
    """A run that is being prepared."""
    return runs.new(Run.Kind.EDIT, "banks", f"표본 {place}", by)

"""What rooms above do in the phases of their kinds of runs; they register it when they are loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from onmaru.kernel.identity import Actor
from onmaru.office.batches.models import Chunk, Run

Way = Callable[[Run, Chunk, Actor], dict[str, Any]]


class Work(NamedTuple):
    """How chunks of a kind are checked and applied. ``is_one`` says whether a chunk of a run is one transaction;
    elsewhere each record is its own, kept from a second time by its key, so that no legal number is held for long.
    ``forget`` throws away what a run keeps beside its chunks, whose term is over (see ``commands/forgetting``).
    """

    apply: Way
    check: Way | None = None
    is_one: Callable[[Run], bool] = lambda run: False
    forget: Callable[[Run], None] = lambda run: None


works: dict[str, Work] = {}
"""By kind of run."""

"""Runs done here and now, as a worker does them."""

from __future__ import annotations

from onmaru.office.batches.commands import steps
from onmaru.office.batches.models import Run
from onmaru.office.undo.tests.conftest import by, user
from onmaru.workbench import registry
from onmaru.workbench.entity import Entity

__all__ = ["by", "entity", "user", "worked"]


def entity(name: str) -> Entity:
    found = registry.get(name)
    assert found is not None
    return found


def worked(run: Run) -> Run:
    """Every chunk done, as the worker would."""
    while steps.step(run.pk):
        pass
    run.refresh_from_db()
    return run

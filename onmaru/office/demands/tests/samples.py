"""Records for the tests that every entity inherits, where types alone do not say what is right."""

from __future__ import annotations

from typing import Any

from onmaru.kernel.identity import Actor
from onmaru.office.demands import commands
from onmaru.office.demands.models import Demand
from onmaru.workbench.tests import samples


def demand(by: Actor, place: int) -> Demand:
    """Demands on one command."""
    given: dict[str, Any] = {
        "name": f"통제 {place}",
        "command": "organization.department.archive",
        "starts_on": samples.DAY,
    }
    return commands.create(by=by, **given)

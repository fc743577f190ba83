"""Records for the tests that every entity inherits, where types alone do not say what is right."""

from __future__ import annotations

from onmaru.kernel.identity import Actor
from onmaru.masters.site import commands
from onmaru.masters.site.models import Location, Warehouse
from onmaru.workbench.tests import samples


def location(by: Actor, place: int) -> Location:
    """A shelf in the first warehouse."""
    warehouse = samples.first(Warehouse, by)
    parent = Location.objects.get(warehouse=warehouse, parent=None)
    return commands.locations.create(by=by, parent=parent, code=f"S{place}", name=f"선반 {place}")

"""Records of this room to try the engine with."""

from __future__ import annotations

import io

from onmaru.kernel.identity import Actor
from onmaru.office.batches.commands import staging
from onmaru.office.batches.models import Run
from onmaru.workbench import registry


def run(by: Actor, place: int) -> Run:
    """A file that is being prepared."""
    entity = registry.get("banks")
    assert entity is not None
    return staging.stage(entity, io.BytesIO(f"code,name\nS{place},은행\n".encode()), f"표본 {place}.csv", by)

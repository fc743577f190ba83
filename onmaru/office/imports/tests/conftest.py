"""Files laid out, and the people and workers of the room below."""

from __future__ import annotations

import io

from onmaru.kernel.identity import Actor
from onmaru.office.batches.models import Run
from onmaru.office.batches.tests.conftest import by, entity, user, worked
from onmaru.office.imports.commands import staging

__all__ = ["by", "entity", "staged", "user", "worked"]


def staged(name: str, content: bytes, by: Actor, file: str = "file.csv") -> Run:
    return staging.stage(entity(name), io.BytesIO(content), file, by)

"""Records for the tests that every entity inherits."""

from __future__ import annotations

from onmaru.kernel.identity import Actor
from onmaru.office.papers import commands
from onmaru.office.papers.models import PaperTemplate


def papertemplate(by: Actor, place: int) -> PaperTemplate:
    """Versions of what holds for every paper."""
    made: PaperTemplate = commands.arrange(by=by, options={"bank": f"국민 {place}"})
    return made

"""Records for the tests that every entity inherits, where types alone do not say what is right."""

from __future__ import annotations

from onmaru.kernel.identity import Actor
from onmaru.office.shaping import commands
from onmaru.office.shaping.models import CustomField, Layout


def customfield(by: Actor, place: int) -> CustomField:
    """Texts on parties."""
    return commands.fields.create(
        by=by, kind="party.party", type="text", name=f"x_sample_{place}", label_ko=f"표본 {place}"
    )


def layout(by: Actor, place: int) -> Layout:
    """Versions of one screen."""
    return commands.layouts.arrange(by=by, entity="clients", document={"list": ["name", "code"][place % 2 :]})

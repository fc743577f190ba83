"""Finding anything from one box, and choosing a record in a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from onmaru.kernel.identity import Actor
from onmaru.workbench.entity import Entity


class Hit(NamedTuple):
    id: int
    text: str
    note: str


@dataclass(frozen=True)
class Found:
    entity: Entity
    hits: list[Hit]


EACH = 8


def everywhere(by: Actor, text: str) -> list[Found]:
    """At most eight hits of every entity that ``by`` may see, one query each, in the order of the menu."""
    raise NotImplementedError


def choices(entity: Entity, by: Actor, text: str, limit: int = 20, **filters: Any) -> list[Hit]:
    """What a reference field offers for what was typed; the newest when nothing was."""
    raise NotImplementedError

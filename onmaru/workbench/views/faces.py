"""The faces of an entity: one address, the same filters and search, shown as a list, a board, a pivot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Text


@dataclass(frozen=True)
class Face:
    """A way to show the records of an entity: ``fits`` says of which it can, ``answer`` draws the page.

    Its ``name`` stands in the address as ``?face=board``; the list has none.
    """

    name: str
    label: Text
    icon: str
    fits: Callable[[Entity], bool]
    answer: Callable[[HttpRequest, Actor, Entity], HttpResponse]


_registry: dict[str, Face] = {}


def register(face: Face) -> Face:
    """Take a face in; they are offered in the order in which they come."""
    _registry[face.name] = face
    return face


def of(entity: Entity) -> list[Face]:
    """The faces that an entity has."""
    return [face for face in _registry.values() if face.fits(entity)]


def find(entity: Entity, name: str) -> Face:
    """The face of this name. Raises Refused(not_found) for one that the entity has not."""
    face = _registry.get(name)
    if face is None or not face.fits(entity):
        raise Refused(refusals.NOT_FOUND())
    return face

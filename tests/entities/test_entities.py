"""Every entity of the house does what every entity must."""

from __future__ import annotations

import pytest

from onmaru.workbench import registry
from onmaru.workbench.entity import Entity
from tests.entities.structural import Structural


@pytest.fixture(params=registry.every(), ids=str, scope="class")
def entity(request: pytest.FixtureRequest) -> Entity:
    """Each entity of the registry in turn."""
    found: Entity = request.param
    return found


class TestEveryEntity(Structural):
    """See ``structural``; this is where it meets the registry."""

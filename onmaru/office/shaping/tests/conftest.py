"""Fields of one's own for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.office.shaping import commands
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import live

pytest.register_assert_rewrite("tests.entities.structural")

Define = Callable[..., CustomField]


@pytest.fixture
def by(db: Any) -> Actor:
    return identity.system("tester")


@pytest.fixture
def define(by: Actor) -> Define:
    """Add a field to the scratch room's orders, as the next request sees it."""

    def add(type_: str, korean: str = "색상", kind: str = "scratch.deal", **values: Any) -> CustomField:
        made = commands.fields.create(by=by, kind=kind, type=type_, label_ko=korean, **values)
        live.refresh()
        return made

    return add

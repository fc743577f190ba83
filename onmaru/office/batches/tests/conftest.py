"""Runs done here and now, as a worker does them."""

from __future__ import annotations

from typing import Any

import pytest

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.batches.commands import steps
from onmaru.office.batches.models import Run
from onmaru.workbench import registry
from onmaru.workbench.entity import Entity


@pytest.fixture
def user(db: Any) -> User:
    return User.objects.create_user("kim", is_superuser=True, language="ko", full_name="김하늘")


@pytest.fixture
def by(user: User) -> Actor:
    return identity.actor(user)


def entity(name: str) -> Entity:
    found = registry.get(name)
    assert found is not None
    return found


def worked(run: Run) -> Run:
    """Every chunk done, as the worker would."""
    while steps.step(run.pk):
        pass
    run.refresh_from_db()
    return run

"""Somebody who may do everything."""

from __future__ import annotations

from typing import Any

import pytest

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User


@pytest.fixture
def user(db: Any) -> User:
    return User.objects.create_user("kim", is_superuser=True, language="ko", full_name="김하늘")


@pytest.fixture
def by(user: User) -> Actor:
    return identity.actor(user)

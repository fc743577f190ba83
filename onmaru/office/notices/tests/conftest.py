"""People with and without a role, and a record that one of them may see."""

from __future__ import annotations

from typing import Any

import pytest

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, Role, User
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party
from onmaru.office.notices import ports


def hire(login: str, *permissions: str, **values: Any) -> User:
    """Somebody with a role of these permissions."""
    person = User.objects.create_user(login, **values)
    role = Role.objects.create(code=login, name_ko=login, name_en=login, permissions=list(permissions))
    Grant.objects.create(user=person, role=role)
    return person


@pytest.fixture
def by(db: Any) -> Actor:
    return identity.system("tester")


@pytest.fixture
def clerk(db: Any) -> User:
    return hire("clerk", "party.party.view", full_name="박솔", language="ko", email="clerk@example.com")


@pytest.fixture
def stranger(db: Any) -> User:
    return hire("stranger", "product.product.view", language="en")


@pytest.fixture
def party(by: Actor) -> Party:
    return parties.create(by=by, name="한빛상사", confirm_duplicate=True)


@pytest.fixture
def kind() -> Any:
    ports.declare("tried", "Tried")
    yield "tried"
    del ports.kinds["tried"]

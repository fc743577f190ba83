"""A customer that two people see, one of them the clerk in charge; and one who sees none."""

from __future__ import annotations

from typing import Any

import pytest

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, Role, User
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party

OWN = ("discussion.*", "activities.*", "kernel.storedfile.*")


def hire(login: str, name: str, *permissions: str) -> User:
    """Somebody with a role of these permissions."""
    person = User.objects.create_user(login, full_name=name, language="ko")
    role = Role.objects.create(code=login, name_ko=login, name_en=login, permissions=list(permissions))
    Grant.objects.create(user=person, role=role)
    return person


@pytest.fixture
def by(db: Any) -> Actor:
    return identity.system("tester")


@pytest.fixture
def clerk(db: Any) -> User:
    return hire("clerk", "박솔", "party.party.view", *OWN)


@pytest.fixture
def mate(db: Any) -> User:
    return hire("mate", "이서연", "party.party.view", *OWN)


@pytest.fixture
def stranger(db: Any) -> User:
    return hire("stranger", "최준호", *OWN)


@pytest.fixture
def party(by: Actor) -> Party:
    return parties.create(by=by, name="한빛상사", confirm_duplicate=True)

"""A small filled scratch room for the engine's tests."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.workbench import registry
from onmaru.workbench.entity import Entity
from tests.scratch import commands
from tests.scratch.models import Client, Deal, Firm


@pytest.fixture
def by(db: Any) -> Actor:
    return identity.system("tester")


@pytest.fixture
def entity() -> Entity:
    found = registry.get("deals")
    assert found is not None
    return found


@pytest.fixture
def firm(by: Actor) -> Firm:
    return commands.found(by=by, code="KR", name="온마루")


@pytest.fixture
def client_ko(by: Actor) -> Client:
    return commands.create_client(by=by, code="C1", name="㈜삼성전자")


@pytest.fixture
def twelve(by: Actor, firm: Firm, client_ko: Client) -> list[Deal]:
    """Twelve orders of two customers, with equal days and empty promises among them."""
    other = commands.create_client(by=by, code="C2", name="한빛상사")
    return [
        commands.create(
            by=by,
            today=date(2026, 11, 22),
            company=firm,
            client=other if place % 3 else client_ko,
            ordered_on=date(2026, 11, 1) + timedelta(days=place // 2),
            promised_on=None if place % 4 == 0 else date(2026, 12, 1) + timedelta(days=place % 3),
            way="web" if place % 2 else "shop",
            lines=[{"item": "볼트", "quantity": Decimal(place + 1), "price": Decimal("1000.5")}],
        )
        for place in range(12)
    ]

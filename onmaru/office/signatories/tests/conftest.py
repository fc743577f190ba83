"""A company for each test of the room."""

from __future__ import annotations

from typing import Any

import pytest

from onmaru.office.signatories.tests import people
from onmaru.office.signatories.tests.people import House


@pytest.fixture
def house(db: Any) -> House:
    """Sales below the head office; every person of it may sign."""
    return people.build()

"""The scratch room, filled, on paper."""

from __future__ import annotations

from typing import Any

import pytest

from onmaru.workbench.tests.conftest import by, client_ko, entity, firm, twelve

__all__ = ["by", "client_ko", "entity", "firm", "twelve"]


@pytest.fixture(autouse=True)
def printable(built: Any) -> None:
    """Typefaces are part of what is built."""

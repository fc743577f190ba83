"""What records of a kind say for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from onmaru.kernel.expressions import Value


class Told(Protocol):
    """What records of one kind say for themselves, where their fields do not say it all."""

    def values(self, record: Any) -> Mapping[str, Value]:
        """What conditions may name beside its fields."""

    def samples(self) -> Mapping[str, Value]:
        """A value of each of those."""

    def content(self, record: Any) -> Mapping[str, Any]:
        """Sections and grids, as ``queries`` makes them."""


told: dict[str, Told] = {}
"""By kind of record."""

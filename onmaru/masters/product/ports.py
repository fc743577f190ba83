"""Questions this room must ask upwards. Higher rooms register their answers when they start."""

from __future__ import annotations

from typing import Protocol


class HasMoved(Protocol):
    """Whether a product stands in documents or stock, so that its unit, kind and tracking stand."""

    def __call__(self, product_id: int) -> bool: ...


has_moved: list[HasMoved] = []

"""Questions this room must ask upwards. Higher rooms register their answers when they start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class KeepsBooks(Protocol):
    """Whether a company has postings, so that its currency and fiscal year stand."""

    def __call__(self, company_id: int) -> bool: ...


class HoldsGoods(Protocol):
    """Whether goods lie in any of these locations."""

    def __call__(self, location_ids: Sequence[int]) -> bool: ...


keeps_books: list[KeepsBooks] = []
holds_goods: list[HoldsGoods] = []

"""Facts of this room."""

from __future__ import annotations

from dataclasses import dataclass

from onmaru.kernel import events


@events.event("product.product.created")
@dataclass(frozen=True)
class ProductCreated(events.Fact):
    """A product can be bought, kept and sold."""

    product_id: int
    code: str

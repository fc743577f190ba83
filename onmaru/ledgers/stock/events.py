"""Facts of the stock ledger."""

from __future__ import annotations

from dataclasses import dataclass

from onmaru.kernel.events import Fact, event


@event("stock.received")
@dataclass(frozen=True)
class StockReceived(Fact):
    """Goods came to lie in a warehouse and are free to promise."""

    company: int
    warehouse: int
    products: list[int]

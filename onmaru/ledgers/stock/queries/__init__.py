"""Named reads of the stock ledger."""

from onmaru.ledgers.stock.queries import facts, gone, stock

__all__ = ["facts", "gone", "stock"]

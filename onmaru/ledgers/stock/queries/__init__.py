"""Named reads of the stock ledger."""

from onmaru.ledgers.stock.queries import facts, stock

__all__ = ["facts", "stock"]

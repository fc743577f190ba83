"""The only writers of the stock ledger."""

from onmaru.ledgers.stock.commands import costs, documents, lots, movements, reservations

__all__ = ["costs", "documents", "lots", "movements", "reservations"]

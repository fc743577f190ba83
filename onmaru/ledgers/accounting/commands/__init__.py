"""The only writers of the accounting ledger."""

from onmaru.ledgers.accounting.commands import (
    accounts,
    bulk,
    closing,
    entries,
    matching,
    periods,
    reversals,
)

__all__ = ["accounts", "bulk", "closing", "entries", "matching", "periods", "reversals"]

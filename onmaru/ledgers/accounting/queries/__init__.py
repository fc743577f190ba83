"""Named reads of the accounting ledger."""

from onmaru.ledgers.accounting.queries import balances, documents, ledgers, receivables, shown

__all__ = ["balances", "documents", "ledgers", "receivables", "shown"]

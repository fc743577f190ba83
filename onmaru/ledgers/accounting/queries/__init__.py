"""Named reads of the accounting ledger."""

from onmaru.ledgers.accounting.queries import balances, cash, documents, ledgers, receivables, shown

__all__ = ["balances", "cash", "documents", "ledgers", "receivables", "shown"]

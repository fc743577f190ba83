"""Named reads of sales."""

from onmaru.erp.sales.queries import backorders, positions, receipts, returns, statements, status, terms

__all__ = ["backorders", "positions", "receipts", "returns", "statements", "status", "terms"]

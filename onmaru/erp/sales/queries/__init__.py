"""Named reads of sales."""

from onmaru.erp.sales.queries import backorders, positions, returns, statements, status, terms

__all__ = ["backorders", "positions", "returns", "statements", "status", "terms"]

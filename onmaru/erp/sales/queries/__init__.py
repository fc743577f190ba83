"""Named reads of sales."""

from onmaru.erp.sales.queries import backorders, positions, returns, status, terms

__all__ = ["backorders", "positions", "returns", "status", "terms"]

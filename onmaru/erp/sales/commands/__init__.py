"""The only writers of sales."""

from onmaru.erp.sales.commands import deliveries, invoices, orders, payments, terms

__all__ = ["deliveries", "invoices", "orders", "payments", "terms"]

"""Rows of sales: orders, deliveries, invoices, receipts of money."""

from onmaru.erp.sales.models.deliveries import Delivery, DeliveryLine
from onmaru.erp.sales.models.invoices import Invoice, InvoiceLine
from onmaru.erp.sales.models.orders import Order, OrderLine
from onmaru.erp.sales.models.payments import Payment
from onmaru.erp.sales.models.terms import CustomerTerms, Rounding

__all__ = [
    "CustomerTerms",
    "Delivery",
    "DeliveryLine",
    "Invoice",
    "InvoiceLine",
    "Order",
    "OrderLine",
    "Payment",
    "Rounding",
]

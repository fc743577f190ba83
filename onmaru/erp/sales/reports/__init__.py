"""The papers of sales: ``callable(record, language)`` answers a PDF in Korean ("ko") or English ("en")."""

from onmaru.erp.sales.reports.documents import invoice, order_confirmation, quotation
from onmaru.erp.sales.reports.statements import statement

__all__ = ["invoice", "order_confirmation", "quotation", "statement"]

"""What money received may be for: the open invoices of a customer, the oldest due first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from onmaru.erp.sales.models import Invoice
from onmaru.erp.sales.rules import ZERO
from onmaru.ledgers.accounting.queries import receivables
from onmaru.workbench import shown

MOST = 100


def to_collect(typed: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The open invoices of the customer in the currency that stand in a form, with what the money pays of each.

    Without money each is left to be paid as far as it goes. The oldest hundred: more are not chosen by hand.
    """
    company, customer = typed.get("company"), typed.get("customer")
    if company is None or customer is None:
        return {"invoices": []}
    currency = typed.get("currency") or company.currency
    items = receivables.open_items(company, customer.pk).filter(
        remaining__gt=0, currency=currency, line__entry__source_kind="sales.invoice"
    )
    found = list(items.values_list("line__entry__source_id", "due_on", "remaining")[:MOST])
    invoices = Invoice.objects.in_bulk([key for key, _due, _open in found])
    money = (typed.get("amount") or ZERO) + (typed.get("fee") or ZERO)
    rows, left = [], money
    for key, due_on, remaining in found:
        words = _("{number} · due {due} · {open} open").format(
            number=invoices[key], due=due_on, open=shown.told(remaining, currency)
        )
        paid = max(min(remaining, left), ZERO)
        left -= paid
        rows.append({"invoice": (invoices[key], words), "amount": paid if money else None})
    return {"invoices": rows}


def to_pay(invoice: Any) -> dict[str, Any]:
    """What is open of an invoice: what collecting it begins with."""
    return {"amount": invoice.open_amount}

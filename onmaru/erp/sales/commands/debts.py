"""What a customer owes, item by item, and money spread over it: part of the commands that receive money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, TypedDict

from onmaru.erp.sales import rules
from onmaru.erp.sales.models import Invoice
from onmaru.kernel import sql
from onmaru.masters.party.models import Party
from onmaru.masters.site.models import Company


class _Named(TypedDict):
    invoice: Annotated[int, Invoice]


class Settled(_Named, total=False):
    """A row of a payment: an invoice by its key, and how much of it is paid; unsaid, as far as the money goes."""

    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Debt:
    """An open debit of a customer, in its currency; of an invoice that was named, which and whose."""

    line_id: int
    remaining: Decimal
    due_on: date
    invoice: int = 0
    number: str = ""
    owner: tuple[int, int, str] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What is paid of a debt, and what was asked to be."""

    debt: Debt
    asked: Decimal | None
    amount: Decimal


# Locked in the order of their keys, whatever the order they are settled in.
_OLDEST = """
SELECT o.line_id, o.remaining, o.due_on FROM accounting_openitem o
WHERE o.company_id = %(company)s AND o.party_id = %(customer)s AND o.currency = %(currency)s AND o.remaining > 0
  AND o.account_id = (SELECT account_id FROM accounting_postingdefault
                      WHERE company_id = %(company)s AND role = 'receivable')
ORDER BY o.line_id FOR NO KEY UPDATE OF o
"""
_NAMED = """
SELECT o.line_id, greatest(o.remaining, 0), o.due_on, i.id, i.number, i.company_id, i.customer_id, i.currency
FROM sales_invoice i JOIN accounting_entry e ON e.source_kind = 'sales.invoice' AND e.source_id = i.id
JOIN accounting_line l ON l.entry_id = e.id JOIN accounting_openitem o ON o.line_id = l.id
WHERE i.id = ANY(%s::bigint[]) ORDER BY o.line_id FOR NO KEY UPDATE OF o
"""


def oldest(company: Company, customer: Party, currency: str) -> list[tuple[Debt, None]]:
    """All open debits, the oldest due first."""
    named = {"company": company.pk, "customer": customer.pk, "currency": currency}
    debts = sorted(
        (Debt(*row) for row in sql.rows(_OLDEST, named)), key=lambda one: (one.due_on, one.line_id)
    )
    return [(debt, None) for debt in debts]


def named(rows: Sequence[Settled]) -> list[tuple[Debt, Decimal | None]]:
    """The debts of the invoices named that are there, in their order, with what is asked of each."""
    debts = {}
    for line_id, remaining, due_on, invoice, number, *owner in sql.rows(
        _NAMED, [[row["invoice"] for row in rows]]
    ):
        debts[invoice] = Debt(line_id, remaining, due_on, invoice, number, (owner[0], owner[1], owner[2]))
    return [(debts[row["invoice"]], row.get("amount")) for row in rows if row["invoice"] in debts]


def spread(whole: Decimal, debts: Sequence[tuple[Debt, Decimal | None]]) -> list[Part]:
    """The money over the debts in their order: what is asked of each, else as far as it goes."""
    parts, left = [], {debt.line_id: debt.remaining for debt, _asked in debts}
    for debt, asked in debts:
        most = left[debt.line_id] if asked is None else min(asked, left[debt.line_id])
        amount = max(min(most, whole), rules.ZERO)
        whole, left[debt.line_id] = whole - amount, left[debt.line_id] - amount
        parts.append(Part(debt, asked, amount))
    return parts

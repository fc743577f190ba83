"""The general ledger (총계정원장) and the party ledger (거래처원장): lines with their running balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, Sum

from onmaru.ledgers.accounting.models import Entry, Line
from onmaru.masters.site.models import Company


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line in a ledger with the balance after it (debit positive, company currency)."""

    line_id: int
    posted_on: date
    entry_id: int
    number: str | None
    memo: str
    source_kind: str
    source_id: int
    debit: Decimal
    credit: Decimal
    balance: Decimal


_LEDGER = """
SELECT l.id, l.posted_on, e.id, e.number, coalesce(nullif(l.memo, ''), e.memo), e.source_kind, e.source_id,
       l.debit, l.credit,
       %(opening)s::numeric + sum(l.debit - l.credit) OVER (ORDER BY l.posted_on, l.id)
FROM accounting_line l JOIN accounting_entry e ON e.id = l.entry_id
WHERE {scope} AND l.posted_on BETWEEN %(first)s AND %(last)s AND (l.posted_on, l.id) > (%(after_day)s, %(after_id)s)
ORDER BY l.posted_on, l.id LIMIT %(limit)s
"""
_OPENING = "SELECT coalesce(sum(l.debit - l.credit), 0) FROM accounting_line l WHERE {scope} AND {before}"


def _lines(
    scope: str, named: dict[str, Any], first: date, last: date, after: LedgerLine | None, limit: int
) -> Sequence[LedgerLine]:
    parameters = named | {"first": first, "last": last, "limit": limit}
    parameters |= {
        "after_day": after.posted_on if after else date.min,
        "after_id": after.line_id if after else 0,
    }
    with connection.cursor() as cursor:
        if after is None:
            cursor.execute(_OPENING.format(scope=scope, before="l.posted_on < %(first)s"), parameters)
            parameters["opening"] = cursor.fetchone()[0]
        else:
            parameters["opening"] = after.balance
        cursor.execute(_LEDGER.format(scope=scope), parameters)
        return [LedgerLine(*row) for row in cursor.fetchall()]


def general_ledger(
    company: Company, code: str, *, first: date, last: date, after: LedgerLine | None = None, limit: int = 500
) -> Sequence[LedgerLine]:
    """Lines of an account between two days, in order, with running balances; page on with ``after`` the last line."""
    scope = "l.account_id = (SELECT id FROM accounting_account WHERE company_id = %(company)s AND code = %(code)s)"
    return _lines(scope, {"company": company.pk, "code": code}, first, last, after, limit)


def party_ledger(
    company: Company,
    party_id: int,
    codes: Sequence[str],
    *,
    first: date,
    last: date,
    after: LedgerLine | None = None,
    limit: int = 500,
) -> Sequence[LedgerLine]:
    """Lines of a party on the accounts named (receivables, advances …), in order, with running balances."""
    scope = (
        "l.party_id = %(party)s AND l.account_id IN"
        " (SELECT id FROM accounting_account WHERE company_id = %(company)s AND code = ANY(%(codes)s))"
    )
    named = {"company": company.pk, "party": party_id, "codes": list(codes)}
    return _lines(scope, named, first, last, after, limit)


def with_amounts(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Entries with ``amount``, the sum of their debits."""
    debits = Line.objects.filter(entry=OuterRef("pk")).order_by().values("entry").annotate(total=Sum("debit"))
    return rows.annotate(amount=Subquery(debits.values("total")))

"""Balances: folded months and days plus the few entries of the tail, in one statement and so in one snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from onmaru.kernel import i18n
from onmaru.masters.site.models import Company

# Sums before a day: whole months folded, the days of its month folded, and the tail. The number of rows read
# depends on accounts and months, never on lines.
_BEFORE = """
  SELECT account_id, sum(debit) AS debit, sum(credit) AS credit FROM (
    SELECT b.account_id, b.debit, b.credit FROM accounting_monthbalance b
    JOIN accounting_account a ON a.id = b.account_id
    WHERE a.company_id = %(company)s AND b.month < date_trunc('month', %({day})s::date)
    UNION ALL
    SELECT b.account_id, b.debit, b.credit FROM accounting_daybalance b
    JOIN accounting_account a ON a.id = b.account_id
    WHERE a.company_id = %(company)s AND b.day >= date_trunc('month', %({day})s::date) AND b.day < %({day})s
    UNION ALL
    SELECT l.account_id, l.debit, l.credit FROM accounting_tail t JOIN accounting_line l USING (entry_id)
    WHERE l.company_id = %(company)s AND l.posted_on < %({day})s
  ) part GROUP BY account_id
"""
_TRIAL = f"""
WITH opening AS ({_BEFORE.format(day="first")}), closing AS ({_BEFORE.format(day="after")})
SELECT a.id, a.code, a.name_ko, a.name_en, a.kind, a.normal,
       coalesce(o.debit, 0), coalesce(o.credit, 0),
       coalesce(c.debit, 0) - coalesce(o.debit, 0), coalesce(c.credit, 0) - coalesce(o.credit, 0)
FROM accounting_account a
JOIN closing c ON c.account_id = a.id
LEFT JOIN opening o ON o.account_id = a.id
WHERE a.company_id = %(company)s ORDER BY a.code
"""


@dataclass(frozen=True, slots=True)
class TrialLine:
    """An account in the trial balance, in company currency: before, within, and by the end of the range."""

    account_id: int
    code: str
    name_ko: str
    name_en: str
    kind: str
    normal: str
    opening_debit: Decimal
    opening_credit: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def name(self) -> str:
        return i18n.pick(self.name_ko, self.name_en)

    @property
    def total_debit(self) -> Decimal:
        """차변 합계: all debits to the end of the range."""
        return self.opening_debit + self.debit

    @property
    def total_credit(self) -> Decimal:
        """대변 합계: all credits to the end of the range."""
        return self.opening_credit + self.credit

    @property
    def balance_debit(self) -> Decimal:
        """차변 잔액: what debits exceed credits by, or zero."""
        return max(self.total_debit - self.total_credit, Decimal(0))

    @property
    def balance_credit(self) -> Decimal:
        """대변 잔액: what credits exceed debits by, or zero."""
        return max(self.total_credit - self.total_debit, Decimal(0))


def trial_balance(company: Company, *, first: date, last: date) -> list[TrialLine]:
    """The trial balance (합계잔액시산표) of the days ``first`` to ``last``, accounts in order of code.

    Reads folded balances and the tail: its time does not grow with the number of lines.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TRIAL, {"company": company.pk, "first": first, "after": last + timedelta(days=1)})
        return [TrialLine(*row) for row in cursor.fetchall()]


def balance(company: Company, code: str, *, on: date) -> Decimal:
    """The balance of one account at the end of a day, debit positive, in company currency."""
    for line in trial_balance(company, first=on, last=on):
        if line.code == code:
            return line.total_debit - line.total_credit
    return Decimal(0)

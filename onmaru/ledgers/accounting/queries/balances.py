"""Balances: folded months and days plus the few entries of the tail, in one statement and so in one snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from onmaru.kernel import i18n, sql
from onmaru.masters.site.models import Company

# A sum before a day is that of the months before it, folded, the days of its month, folded, and the tail. Opening
# and closing sums are taken in one pass. The rows read are accounts × months, never lines.
_TRIAL = """
WITH part AS (
  SELECT b.account_id, b.debit, b.credit, b.month < date_trunc('month', %(first)s::date) AS opens, true AS closes
  FROM accounting_monthbalance b WHERE b.month < date_trunc('month', %(after)s::date)
  UNION ALL
  SELECT b.account_id, b.debit, b.credit, true, false FROM accounting_daybalance b
  WHERE b.day >= date_trunc('month', %(first)s::date) AND b.day < %(first)s::date
  UNION ALL
  SELECT b.account_id, b.debit, b.credit, false, true FROM accounting_daybalance b
  WHERE b.day >= date_trunc('month', %(after)s::date) AND b.day < %(after)s::date
  UNION ALL
  SELECT l.account_id, l.debit, l.credit, l.posted_on < %(first)s::date, true
  FROM accounting_tail t JOIN accounting_line l USING (entry_id) WHERE l.posted_on < %(after)s::date
), sums AS (
  SELECT account_id,
         coalesce(sum(debit) FILTER (WHERE opens), 0) AS opening_debit,
         coalesce(sum(credit) FILTER (WHERE opens), 0) AS opening_credit,
         coalesce(sum(debit) FILTER (WHERE closes), 0) AS debit,
         coalesce(sum(credit) FILTER (WHERE closes), 0) AS credit
  FROM part GROUP BY account_id
)
SELECT a.id, a.code, a.name_ko, a.name_en, a.kind, a.normal, s.opening_debit, s.opening_credit,
       s.debit - s.opening_debit, s.credit - s.opening_credit
FROM sums s JOIN accounting_account a ON a.id = s.account_id
WHERE a.company_id = %(company)s AND (s.debit <> 0 OR s.credit <> 0) ORDER BY a.code
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
    named = {"company": company.pk, "first": first, "after": last + timedelta(days=1)}
    return [TrialLine(*row) for row in sql.rows(_TRIAL, named)]


def balance(company: Company, code: str, *, on: date) -> Decimal:
    """The balance of one account at the end of a day, debit positive, in company currency."""
    for line in trial_balance(company, first=on, last=on):
        if line.code == code:
            return line.total_debit - line.total_credit
    return Decimal(0)

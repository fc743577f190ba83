"""Posting very many entries at once: opening balances, a migration, a benchmark's millions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import connection

from onmaru.kernel import numbering, refusals, sql
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal
from onmaru.ledgers.accounting import rules
from onmaru.ledgers.accounting.commands import closing, entries
from onmaru.ledgers.accounting.models import Entry, Period
from onmaru.masters.site.models import Company

STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS accounting_stage (
  place bigint NOT NULL, posted_on date NOT NULL, ordinal int NOT NULL, account_id bigint NOT NULL,
  party_id bigint, debit numeric(20, 6) NOT NULL, credit numeric(20, 6) NOT NULL, memo text NOT NULL DEFAULT ''
) ON COMMIT DROP
"""
_UNBALANCED = """
SELECT count(*), sum(debit), sum(credit) FROM accounting_stage GROUP BY place, posted_on
HAVING sum(debit) <> sum(credit) OR count(*) < 2 LIMIT 1
"""
_UNFIT = """
SELECT bool_or(s.debit < 0 OR s.credit < 0 OR (s.debit = 0) = (s.credit = 0)),
       max(s.debit + s.credit) FILTER (WHERE s.debit + s.credit <> round(s.debit + s.credit, %(digits)s::int)),
       min(s.account_id) FILTER (WHERE a.id IS NULL), min(a.code) FILTER (WHERE a.matchable AND s.party_id IS NULL)
FROM accounting_stage s
LEFT JOIN accounting_account a ON a.id = s.account_id AND a.company_id = %(company)s AND a.is_active
"""
# Months are held open to the commit, as a single posting holds its own.
_UNCOVERED = """
WITH days AS (
  SELECT DISTINCT posted_on FROM accounting_stage
), held AS (
  SELECT p.start_on, p.end_on FROM accounting_period p WHERE p.company_id = %s AND p.state = 'open' FOR KEY SHARE
)
SELECT posted_on FROM days
WHERE NOT EXISTS (SELECT 1 FROM held WHERE posted_on BETWEEN start_on AND end_on) ORDER BY posted_on LIMIT 1
"""
_ENTRIES = """
WITH staged AS (
  SELECT place, posted_on, nextval(pg_get_serial_sequence('accounting_entry', 'id')) AS id
  FROM accounting_stage GROUP BY place, posted_on
), entry AS (
  INSERT INTO accounting_entry (id, company_id, posted_on, period_id, source_kind, source_id, memo, posted_by_id,
                                posted_by)
  SELECT staged.id, %(company)s, staged.posted_on, p.id, 'site.company', %(company)s, %(memo)s, %(by_id)s, %(by_name)s
  FROM staged JOIN accounting_period p
    ON p.company_id = %(company)s AND staged.posted_on BETWEEN p.start_on AND p.end_on
), line AS (
  INSERT INTO accounting_line (entry_id, ordinal, company_id, posted_on, account_id, party_id, debit, credit,
                               currency, amount_currency, memo)
  SELECT staged.id, s.ordinal, %(company)s, staged.posted_on, s.account_id, s.party_id, s.debit, s.credit,
         %(currency)s, s.debit - s.credit, s.memo
  FROM accounting_stage s JOIN staged USING (place, posted_on)
  RETURNING id, account_id, party_id, posted_on, amount_currency
), item AS (
  INSERT INTO accounting_openitem (line_id, company_id, account_id, party_id, currency, due_on, amount, remaining,
                                   remaining_base)
  SELECT line.id, %(company)s, line.account_id, line.party_id, %(currency)s, line.posted_on, line.amount_currency,
         line.amount_currency, line.amount_currency
  FROM line JOIN accounting_account a ON a.id = line.account_id WHERE a.matchable
), tail AS (
  INSERT INTO accounting_tail (entry_id) SELECT id FROM staged
)
SELECT staged.id, f.year, staged.posted_on FROM staged
JOIN accounting_period p ON p.company_id = %(company)s AND staged.posted_on BETWEEN p.start_on AND p.end_on
JOIN accounting_fiscalyear f ON f.id = p.fiscal_year_id
"""


def post_staged(company: Company, *, by: Actor, memo: str = "") -> int:
    """Post what was put into the temporary table ``accounting_stage`` in this transaction; returns the entries.

    The caller creates it by ``STAGE`` and fills it by COPY or INSERT … SELECT: one row a line, ``place``
    and day telling entries apart. The same laws hold as for one entry: balanced, in open periods, numbered, sealed.
    Call it inside a transaction; it settles the tail itself, so readings stay as fast as before.
    """
    _check(company)
    with connection.cursor() as cursor:
        cursor.execute(
            _ENTRIES,
            {
                "company": company.pk,
                "currency": company.currency,
                "memo": memo,
                "by_id": by.user_id,
                "by_name": by.name,
            },
        )
        posted = cursor.fetchall()
    numbering.take(
        [numbering.Claim(Entry(id=key), company.pk, entries.SERIES, year, on) for key, year, on in posted]
    )
    # Few large folds: many entries share an account and a day.
    closing.settle(batch=100_000)
    return len(posted)


def _check(company: Company) -> None:
    """Refuse with the first example of everything that is wrong with what was staged."""
    unbalanced = sql.one(_UNBALANCED)
    unfit = sql.one(_UNFIT, {"company": company.pk, "digits": company.digits})
    uncovered = sql.one(_UNCOVERED, [company.pk])
    assert unfit is not None
    one_sided, fine, unknown, partyless = unfit
    refusals.check(
        [
            _unbalanced(*unbalanced) if unbalanced else None,
            rules.LINE_ONE_SIDED("lines") if one_sided else None,
            rules.LINE_TOO_FINE("lines", amount=fine, digits=company.digits) if fine else None,
            rules.ACCOUNT_UNKNOWN("lines", account=unknown) if unknown else None,
            rules.PARTY_NEEDED("party", account=partyless) if partyless else None,
            _uncovered(company, uncovered[0]) if uncovered else None,
        ]
    )


def _unbalanced(count: int, debit: Decimal, credit: Decimal) -> Refusal:
    if count < 2:
        return rules.ENTRY_EMPTY("lines")
    return rules.ENTRY_UNBALANCED("lines", debit=debit, credit=credit, difference=abs(debit - credit))


def _uncovered(company: Company, day: date) -> Refusal:
    month = Period.objects.filter(company=company, start_on__lte=day, end_on__gte=day).first()
    if month is None:
        return rules.PERIOD_MISSING("posted_on", day=day)
    return rules.PERIOD_LOCKED("posted_on", month=month)

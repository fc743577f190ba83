"""Posting very many entries at once: opening balances, a migration, a benchmark's millions."""

from __future__ import annotations

from django.db import connection

from onmaru.kernel import numbering, refusals
from onmaru.kernel.identity import Actor
from onmaru.ledgers.accounting import rules
from onmaru.ledgers.accounting.commands import closing, entries
from onmaru.ledgers.accounting.models import Entry
from onmaru.masters.site.models import Company

STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS accounting_stage (
  place bigint NOT NULL, posted_on date NOT NULL, ordinal int NOT NULL, account_id bigint NOT NULL,
  party_id bigint, debit numeric(20, 6) NOT NULL, credit numeric(20, 6) NOT NULL, memo text NOT NULL DEFAULT ''
) ON COMMIT DROP
"""
_UNBALANCED = """
SELECT sum(debit), sum(credit) FROM accounting_stage GROUP BY place HAVING sum(debit) <> sum(credit) OR count(*) < 2
LIMIT 1
"""
_UNCOVERED = """
SELECT s.posted_on FROM (SELECT DISTINCT posted_on FROM accounting_stage) s
WHERE NOT EXISTS (SELECT 1 FROM accounting_period p WHERE p.company_id = %s AND p.state = 'open'
                  AND s.posted_on BETWEEN p.start_on AND p.end_on) LIMIT 1
"""
_ENTRIES = """
WITH staged AS (
  SELECT place, min(posted_on) AS posted_on, nextval(pg_get_serial_sequence('accounting_entry', 'id')) AS id
  FROM accounting_stage GROUP BY place
), entry AS (
  INSERT INTO accounting_entry (id, company_id, posted_on, period_id, source_kind, source_id, memo, posted_by_id,
                                posted_by)
  SELECT staged.id, %(company)s, staged.posted_on, p.id, 'site.company', %(company)s, %(memo)s, %(by_id)s, %(by_name)s
  FROM staged JOIN accounting_period p
    ON p.company_id = %(company)s AND staged.posted_on BETWEEN p.start_on AND p.end_on
), line AS (
  INSERT INTO accounting_line (entry_id, ordinal, company_id, posted_on, account_id, party_id, debit, credit,
                               currency, amount_currency, memo)
  SELECT staged.id, s.ordinal, %(company)s, s.posted_on, s.account_id, s.party_id, s.debit, s.credit,
         %(currency)s, s.debit - s.credit, s.memo
  FROM accounting_stage s JOIN staged USING (place)
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
SELECT staged.id, f.year FROM staged
JOIN accounting_period p ON p.company_id = %(company)s AND staged.posted_on BETWEEN p.start_on AND p.end_on
JOIN accounting_fiscalyear f ON f.id = p.fiscal_year_id
"""


def post_staged(company: Company, *, by: Actor, memo: str = "") -> int:
    """Post what was put into the temporary table ``accounting_stage`` in this transaction; returns the entries.

    The caller creates it by ``STAGE`` and fills it by COPY or INSERT … SELECT: one row a line, ``place``
    telling entries apart. The same laws hold as for one entry: balanced, in open periods, numbered, sealed.
    Call it inside a transaction; it settles the tail itself, so readings stay as fast as before.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNBALANCED)
        if (sums := cursor.fetchone()) is not None:
            difference = abs(sums[0] - sums[1])
            raise refusals.Refused(
                rules.ENTRY_UNBALANCED(debit=sums[0], credit=sums[1], difference=difference)
            )
        cursor.execute(_UNCOVERED, [company.pk])
        if (uncovered := cursor.fetchone()) is not None:
            raise refusals.Refused(rules.PERIOD_MISSING("posted_on", day=uncovered[0]))
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
    numbering.take([numbering.Claim(Entry(id=key), company.pk, entries.SERIES, year) for key, year in posted])
    closing.settle()
    return len(posted)

"""A trial balance takes as long after ten million lines as after ten thousand."""

from __future__ import annotations

import statistics
from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from bench.frame import Report, progress, timed
from onmaru.ledgers.accounting.commands import bulk
from onmaru.ledgers.accounting.queries import balances
from onmaru.masters.site.models import Company
from tests import companies

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
CHUNK = 1_000_000
LINES = 20
FIRST, LAST = date(2026, 2, 14), date(2026, 11, 7)
TURNS = 15
LIMIT = 2.0

# Entries of twenty lines: ten accounts debited, ten others credited by the same amounts, over three years of days.
FILL = """
INSERT INTO accounting_stage (place, posted_on, ordinal, account_id, debit, credit)
SELECT e.place, date '2025-01-01' + (e.place * 7919 %% 1095)::int, l.ordinal,
       a.ids[1 + (e.place * 31 + l.ordinal * 17) %% array_length(a.ids, 1)],
       CASE WHEN l.ordinal <= %(half)s THEN e.amount + l.ordinal ELSE 0 END,
       CASE WHEN l.ordinal <= %(half)s THEN 0 ELSE e.amount + l.ordinal - %(half)s END
FROM (SELECT place, (1 + place * 6007 %% 999983)::numeric AS amount
      FROM generate_series(%(start)s::bigint, %(end)s::bigint - 1) AS place) e,
     generate_series(1, 2 * %(half)s) AS l(ordinal),
     (SELECT array_agg(id ORDER BY id) AS ids FROM accounting_account
      WHERE company_id = %(company)s AND NOT matchable) a
"""
BRUTE = """
SELECT a.code, coalesce(sum(l.debit) FILTER (WHERE l.posted_on < %(first)s), 0),
       coalesce(sum(l.credit) FILTER (WHERE l.posted_on < %(first)s), 0),
       coalesce(sum(l.debit) FILTER (WHERE l.posted_on >= %(first)s), 0),
       coalesce(sum(l.credit) FILTER (WHERE l.posted_on >= %(first)s), 0)
FROM accounting_line l JOIN accounting_account a ON a.id = l.account_id
WHERE l.posted_on <= %(last)s GROUP BY a.code ORDER BY a.code
"""


def main() -> Report:
    """Grow the books by the ledger's own bulk path, and compare each trial balance with a sum of all lines."""
    report = Report("trial_balance")
    world = companies.build()
    times: dict[int, float] = {}
    posted = 0
    for size in SIZES:
        with timed() as span:
            while posted < size:
                step = min(CHUNK, size - posted)
                _post(world.company, posted // LINES, (posted + step) // LINES)
                posted += step
                progress(f"{posted:,} lines")
        report.figures[f"seconds to post up to {size:,} lines"] = round(span.seconds, 1)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        times[size] = _median(world.company)
        report.figures[f"ms at {size:,} lines"] = round(times[size] * 1000, 2)
        report.equal(f"equals a sum of {size:,} lines", _differences(world.company), 0)
    report.at_most(
        "time at 10,000,000 lines in times of that at 10,000",
        round(times[SIZES[-1]] / times[SIZES[0]], 3),
        LIMIT,
    )
    return report


def _post(company: Company, start: int, end: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(bulk.STAGE)
        cursor.execute(FILL, {"half": LINES // 2, "start": start, "end": end, "company": company.pk})
        bulk.post_staged(company, by=companies.BY)


def _median(company: Company) -> float:
    taken = []
    for _turn in range(TURNS):
        with timed() as span:
            balances.trial_balance(company, first=FIRST, last=LAST)
        taken.append(span.seconds)
    return statistics.median(taken)


def _differences(company: Company) -> int:
    """How many accounts of the trial balance differ from the sum of all lines."""
    with connection.cursor() as cursor:
        cursor.execute(BRUTE, {"first": FIRST, "last": LAST})
        expected = {code: tuple(map(Decimal, sums)) for code, *sums in cursor.fetchall()}
    found = {
        line.code: (line.opening_debit, line.opening_credit, line.debit, line.credit)
        for line in balances.trial_balance(company, first=FIRST, last=LAST)
    }
    return sum(found.get(code) != expected.get(code) for code in found.keys() | expected.keys())

"""The sealing job: entries of the tail get their link in the hash chain and are folded into the balances."""

from __future__ import annotations

import hashlib
from collections import defaultdict

from django.db import connection, transaction

from onmaru.ledgers.accounting.models import Seal

LOCK = 0x0E14
BATCH = 2000
GENESIS = "0" * 64

# The text of an entry that its digest covers: whatever a person could ask about it later, lines in order. A row's
# text quotes what it holds, so that no two entries share one text: not by a bar in a memo, not by an empty field.
CONTENT = """
SELECT e.id, e.company_id, encode(sha256(convert_to(
    ROW(e.id, e.company_id, e.number, to_char(e.posted_on, 'YYYY-MM-DD'), e.source_kind, e.source_id, e.memo,
        e.reversal_of_id, e.posted_by_id, e.posted_by, extract(epoch FROM e.posted_at))::text || string_agg(
      ROW(l.ordinal, l.account_id, l.party_id, l.product_id, l.department_id, l.project_id, l.debit, l.credit,
          l.currency, l.amount_currency, to_char(l.due_on, 'YYYY-MM-DD'), l.memo)::text, '' ORDER BY l.ordinal
    ), 'UTF8')), 'hex')
FROM accounting_entry e JOIN accounting_line l ON l.entry_id = e.id
WHERE e.id = ANY(%s) GROUP BY e.id
"""

FOLD = """
WITH sums AS (
  SELECT account_id, {day} AS day, sum(debit) AS debit, sum(credit) AS credit
  FROM accounting_line WHERE entry_id = ANY(%s) GROUP BY 1, 2
)
INSERT INTO {table} AS folded (account_id, {column}, debit, credit)
SELECT account_id, day, debit, credit FROM sums ORDER BY account_id, day
ON CONFLICT (account_id, {column})
DO UPDATE SET debit = folded.debit + EXCLUDED.debit, credit = folded.credit + EXCLUDED.credit
"""
FOLDS = (
    FOLD.format(table="accounting_daybalance", column="day", day="posted_on"),
    FOLD.format(table="accounting_monthbalance", column="month", day="date_trunc('month', posted_on)::date"),
)


def link(previous: str, content: str) -> str:
    """The digest of a link: of the link before and the content it seals."""
    return hashlib.sha256(f"{previous}{content}".encode()).hexdigest()


def seal_and_fold(*, batch: int = BATCH) -> int:
    """Seal and fold up to ``batch`` entries of the tail; returns how many.

    One at a time: a second job finds the advisory lock taken and leaves with 0. Readers see either the tail
    or the folded balance of an entry, never both, because one transaction moves it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT entry_id FROM accounting_tail ORDER BY entry_id LIMIT %s", [batch])
        entries = [entry_id for (entry_id,) in cursor.fetchall()]
        if not entries:
            return 0
        cursor.execute(CONTENT, [entries])
        _seal(cursor.fetchall())
        for fold in FOLDS:
            cursor.execute(fold, [entries])
        cursor.execute("DELETE FROM accounting_tail WHERE entry_id = ANY(%s)", [entries])
    return len(entries)


def _seal(contents: list[tuple[int, int, str]]) -> None:
    by_company: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for entry_id, company_id, content in sorted(contents):
        by_company[company_id].append((entry_id, content))
    for company_id, entries in by_company.items():
        last = Seal.objects.filter(company_id=company_id).order_by("-sequence").first()
        sequence, digest = (last.sequence, last.digest) if last else (0, GENESIS)
        seals = []
        for place, (entry_id, content) in enumerate(entries, start=sequence + 1):
            digest = link(digest, content)
            seals.append(Seal(entry_id=entry_id, company_id=company_id, sequence=place, digest=digest))
        Seal.objects.bulk_create(seals)


def settle(*, batch: int = BATCH) -> int:
    """Seal and fold until the tail is empty, ``batch`` entries at a time; returns how many entries."""
    total = 0
    while done := seal_and_fold(batch=batch):
        total += done
    return total


def rebuild() -> None:
    """Compute every folded balance anew from the lines: the repair that must never be needed, and its proof."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("DELETE FROM accounting_daybalance")
        cursor.execute("DELETE FROM accounting_monthbalance")
        for table, column, day in (
            ("accounting_daybalance", "day", "l.posted_on"),
            ("accounting_monthbalance", "month", "date_trunc('month', l.posted_on)::date"),
        ):
            cursor.execute(f"""
                INSERT INTO {table} (account_id, {column}, debit, credit)
                SELECT l.account_id, {day}, sum(l.debit), sum(l.credit)
                FROM accounting_line l LEFT JOIN accounting_tail t ON t.entry_id = l.entry_id
                WHERE t.entry_id IS NULL GROUP BY 1, 2
            """)

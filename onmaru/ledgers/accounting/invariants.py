"""What must always be true of the accounting ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import connection

from onmaru.kernel.invariants import invariant, rows
from onmaru.ledgers.accounting.commands import closing
from onmaru.ledgers.accounting.models import Entry, Seal

CHUNK = 5000


@invariant("entries_balance", "every entry has two lines or more, and its debits equal its credits")
def entries_balance() -> Sequence[Any]:
    """Entries that are empty or do not balance."""
    return rows("""
        SELECT e.id, count(l.id), coalesce(sum(l.debit), 0), coalesce(sum(l.credit), 0)
        FROM accounting_entry e LEFT JOIN accounting_line l ON l.entry_id = e.id
        GROUP BY e.id HAVING count(l.id) < 2 OR sum(l.debit) <> sum(l.credit)
    """)


@invariant(
    "lines_agree_with_entries", "every line bears the company and day of its entry, and every entry a number"
)
def lines_agree_with_entries() -> Sequence[Any]:
    """Lines that contradict their entry, entries without a number or outside of their period."""
    return rows("""
        SELECT e.id, l.id FROM accounting_entry e JOIN accounting_line l ON l.entry_id = e.id
        JOIN accounting_account a ON a.id = l.account_id JOIN accounting_period p ON p.id = e.period_id
        WHERE l.company_id <> e.company_id OR l.posted_on <> e.posted_on OR a.company_id <> e.company_id
           OR e.number IS NULL OR p.company_id <> e.company_id OR e.posted_on NOT BETWEEN p.start_on AND p.end_on
    """)


@invariant(
    "hash_chain", "the hash chain of every company is whole and every entry is sealed or waits in the tail"
)
def hash_chain() -> Sequence[Any]:
    """Links whose digest is not that of their entry and the link before, gaps, and entries never sealed."""
    broken: list[Any] = list(
        rows("""
            SELECT 'unsealed', e.id FROM accounting_entry e LEFT JOIN accounting_seal s ON s.entry_id = e.id
            LEFT JOIN accounting_tail t ON t.entry_id = e.id
            WHERE (s.entry_id IS NULL) = (t.entry_id IS NULL)
        """)
    )
    for (company_id,) in Seal.objects.order_by().values_list("company_id").distinct():
        broken += _broken_links(company_id)
    return broken


def _broken_links(company_id: int) -> list[Any]:
    broken: list[Any] = []
    sequence, digest = 0, closing.GENESIS
    while True:
        batch = list(
            Seal.objects.filter(company_id=company_id, sequence__gt=sequence).order_by("sequence")[:CHUNK]
        )
        if not batch:
            return broken
        with connection.cursor() as cursor:
            cursor.execute(closing.CONTENT, [[seal.entry_id for seal in batch]])
            contents = {entry_id: content for entry_id, _company, content in cursor.fetchall()}
        for seal in batch:
            expected = closing.link(digest, contents.get(seal.entry_id, ""))
            if seal.digest != expected or seal.sequence != sequence + 1:
                broken.append(("link", company_id, seal.sequence, seal.entry_id))
            sequence, digest = seal.sequence, seal.digest


@invariant("balances_equal_lines", "folded balances by day and by month equal the lines outside of the tail")
def balances_equal_lines() -> Sequence[Any]:
    """Accounts and days (months) whose folded sums differ from those of the lines."""
    compare = """
        SELECT '{table}', account_id, day, sum(debit), sum(credit) FROM (
          SELECT l.account_id, {day} AS day, l.debit, l.credit
          FROM accounting_line l LEFT JOIN accounting_tail t ON t.entry_id = l.entry_id WHERE t.entry_id IS NULL
          UNION ALL SELECT account_id, {column}, -debit, -credit FROM {table}
        ) both_sides GROUP BY account_id, day HAVING sum(debit) <> 0 OR sum(credit) <> 0
    """
    days = compare.format(table="accounting_daybalance", column="day", day="l.posted_on")
    months = compare.format(
        table="accounting_monthbalance", column="month", day="date_trunc('month', l.posted_on)::date"
    )
    return [*rows(days), *rows(months)]


@invariant(
    "open_items_equal_matches", "what is open of an item is its line less its settlements, in both currencies"
)
def open_items_equal_matches() -> Sequence[Any]:
    """Open items whose remainder differs from line minus matches."""
    return rows("""
        WITH matched AS (
          SELECT line_id, sum(amount) AS amount, sum(base) AS base FROM (
            SELECT debit_line_id AS line_id, amount, debit_base AS base FROM accounting_match
            UNION ALL SELECT credit_line_id, -amount, -credit_base FROM accounting_match
          ) part GROUP BY line_id
        )
        SELECT o.line_id, o.remaining, o.remaining_base
        FROM accounting_openitem o JOIN accounting_line l ON l.id = o.line_id
        LEFT JOIN matched m ON m.line_id = o.line_id
        WHERE o.amount <> l.amount_currency OR o.remaining <> l.amount_currency - coalesce(m.amount, 0)
           OR o.remaining_base <> l.debit - l.credit - coalesce(m.base, 0)
           OR o.account_id <> l.account_id OR o.party_id IS DISTINCT FROM l.party_id
           OR (o.remaining = 0 AND o.remaining_base <> 0)
    """)


@invariant("sub_ledger_equals_control", "open items of every control account add up to its balance")
def sub_ledger_equals_control() -> Sequence[Any]:
    """Matchable accounts whose balance is not the sum of their open items."""
    return rows("""
        SELECT a.id, a.code, coalesce(b.balance, 0), coalesce(o.open, 0)
        FROM accounting_account a
        LEFT JOIN (SELECT account_id, sum(debit - credit) AS balance FROM accounting_line GROUP BY 1) b
          ON b.account_id = a.id
        LEFT JOIN (SELECT account_id, sum(remaining_base) AS open FROM accounting_openitem GROUP BY 1) o
          ON o.account_id = a.id
        WHERE a.matchable AND coalesce(b.balance, 0) <> coalesce(o.open, 0)
    """)


@invariant("every_entry_has_its_document", "every entry points to a document that exists")
def every_entry_has_its_document() -> Sequence[Any]:
    """Entries whose source document is gone or of an unknown kind."""
    broken: list[Any] = []
    for (kind,) in Entry.objects.order_by().values_list("source_kind").distinct():
        table = apps.get_model(kind)._meta.db_table
        broken += rows(
            f"SELECT e.id, e.source_kind, e.source_id FROM accounting_entry e LEFT JOIN {table} d ON d.id = e.source_id"
            " WHERE e.source_kind = %s AND d.id IS NULL",
            [kind],
        )
    return broken

"""What the database itself refuses, whoever speaks to it: history is not rewritten, nothing arrives by halves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction

from onmaru.kernel import identity
from onmaru.ledgers.accounting.commands import closing, matching
from onmaru.ledgers.accounting.models import Entry, OpenItem
from tests import companies
from tests.companies import BY, DAY
from tests.proofs import broken, clean, credit, debit, post, run_sql, unguarded

pytestmark = pytest.mark.django_db
TABLES = ("accounting_entry", "accounting_line", "accounting_match", "accounting_seal")
LINE = """INSERT INTO accounting_line (entry_id, ordinal, company_id, posted_on, account_id, debit, credit, currency,
                                    amount_currency, memo) """
COPY = "entry_id, {ordinal}, company_id, posted_on, account_id, {debit}, {credit}, currency, 0, ''"


@pytest.fixture
def world() -> companies.World:
    """A company with three manual entries, a settlement, and everything sealed."""
    world = companies.build()
    customer = world.customer().pk
    for lines in (
        [debit("108", "900", party=customer), credit("404", "900")],
        [debit("103", "900"), credit("108", "900", party=customer)],
        [debit("101", "50"), credit("103", "50", memo="a|b")],
    ):
        post(world.company, *lines)
    matching.match(company=world.company, items=list(OpenItem.objects.order_by("pk")), matched_on=DAY, by=BY)
    closing.settle()
    clean()
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    run_sql("SET CONSTRAINTS ALL DEFERRED")
    return world


def forbidden(sql: str, words: str) -> None:
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        run_sql(sql)
        run_sql("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("table", TABLES)
def test_what_is_posted_is_neither_changed_nor_deleted_nor_emptied(
    world: companies.World, table: str
) -> None:
    column = {"accounting_entry": "memo", "accounting_line": "memo", "accounting_match": "by_name"}.get(
        table, "digest"
    )
    words = "append-only|is posted"
    forbidden(f"UPDATE {table} SET {column} = 'x'", words)
    forbidden(f"DELETE FROM {table}", words)
    forbidden(f"TRUNCATE {table} CASCADE", words)
    clean()


def test_not_even_to_the_same_value_or_by_emptying_what_it_points_to(world: companies.World) -> None:
    forbidden("UPDATE accounting_line SET debit = debit", "append-only")
    forbidden("UPDATE accounting_entry SET number = number", "is posted")
    forbidden("UPDATE accounting_entry SET number = NULL", "is posted")
    forbidden("TRUNCATE accounting_account CASCADE", "append-only")
    forbidden("TRUNCATE site_company CASCADE", "append-only")


def test_a_number_is_given_once_and_nothing_with_it(world: companies.World) -> None:
    with unguarded("accounting_entry"):
        run_sql("UPDATE accounting_entry SET number = NULL")
    forbidden("UPDATE accounting_entry SET number = 'X' || id, memo = 'x'", "is posted")
    run_sql("UPDATE accounting_entry SET number = 'X' || id")
    forbidden("UPDATE accounting_entry SET number = 'Y' || id", "is posted")


def entry_sql(world: companies.World) -> int:
    rows = run_sql(
        "INSERT INTO accounting_entry (company_id, posted_on, period_id, source_kind, source_id, memo, posted_by)"
        " SELECT company_id, posted_on, period_id, source_kind, source_id, '', 'x' FROM accounting_entry LIMIT 1"
        " RETURNING id"
    )
    return int(rows[0][0])


def test_an_entry_without_lines_cannot_be_committed(world: companies.World) -> None:
    with pytest.raises(DatabaseError, match="0 lines"), transaction.atomic():
        entry_sql(world)
        run_sql("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(1, 5, 0), (2, 0, 4)], "whole and balanced"),
        ([(1, 5, 0)], "whole and balanced"),
        ([(1, 5, 5), (2, 0, 0)], "line_has_one_side"),
        ([(1, -5, 0), (2, 0, -5)], "line_has_one_side"),
        ([(1, 5, 0), (1, 0, 5)], "line_ordinal_unique"),
        ([(1, 0, 0)], "whole and balanced"),
    ],
)
def test_lines_arrive_balanced_and_one_sided(
    world: companies.World, rows: list[tuple[int, int, int]], words: str
) -> None:
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        entry = entry_sql(world)
        account = run_sql("SELECT id FROM accounting_account WHERE code = '101'")[0][0]
        values = ", ".join(
            f"({entry}, {ordinal}, {world.company.pk}, '{DAY}', {account}, {debit}, {credit}, 'KRW', 0, '')"
            for ordinal, debit, credit in rows
        )
        run_sql(f"{LINE} VALUES {values}")
        run_sql("SET CONSTRAINTS ALL IMMEDIATE")


def test_balanced_lines_that_come_late_are_refused(world: companies.World) -> None:
    one = "FROM (SELECT * FROM accounting_line LIMIT 1)"
    late = " UNION ALL ".join(
        f"SELECT {COPY.format(ordinal=ordinal, debit=debit, credit=credit)} {one} l{ordinal}"
        for ordinal, debit, credit in ((8, 5, 0), (9, 0, 5))
    )
    forbidden(f"{LINE} {late}", "whole and balanced")


def test_lines_in_two_statements_are_refused_though_they_balance_together(world: companies.World) -> None:
    with pytest.raises(DatabaseError, match="whole and balanced"), transaction.atomic():
        entry = entry_sql(world)
        for ordinal, debit, credit in ((1, 5, 0), (2, 0, 5)):
            run_sql(
                f"{LINE} SELECT {entry}, {ordinal}, company_id, '{DAY}', id, {debit}, {credit}, 'KRW', 0, ''"
                " FROM accounting_account WHERE code = '101'"
            )


TAMPERINGS: dict[str, tuple[str, set[str]]] = {
    "an amount, on both sides": (
        (
            "UPDATE accounting_line SET debit = debit * 2, credit = credit * 2, amount_currency = amount_currency * 2"
            " WHERE account_id IN (SELECT id FROM accounting_account WHERE code IN ('101', '103'))"
        ),
        {"hash_chain", "balances_equal_lines", "entries_balance"},
    ),
    "a party": (
        "UPDATE accounting_line SET party_id = NULL WHERE party_id IS NOT NULL AND debit > 0",
        {"hash_chain", "open_items_equal_matches"},
    ),
    "a memo": ("UPDATE accounting_line SET memo = 'x' WHERE memo <> ''", {"hash_chain"}),
    "who posted it": (
        "UPDATE accounting_entry SET posted_by = 'nobody' WHERE id = (SELECT min(id) FROM accounting_entry)",
        {"hash_chain"},
    ),
    "when it was posted": (
        "UPDATE accounting_entry SET posted_at = posted_at + interval '1 s'",
        {"hash_chain"},
    ),
    "the day": (
        """WITH e AS (UPDATE accounting_entry SET posted_on = posted_on + 1)
           UPDATE accounting_line SET posted_on = posted_on + 1""",
        {"hash_chain", "balances_equal_lines"},
    ),
    "a number": (
        "UPDATE accounting_entry SET number = 'JE-2026-000099' WHERE number = 'JE-2026-000003'",
        {"hash_chain", "numbers_are_borne"},
    ),
    "a digest": ("UPDATE accounting_seal SET digest = repeat('0', 64) WHERE sequence = 2", {"hash_chain"}),
    "the order of two links": (
        "UPDATE accounting_seal SET sequence = 5 WHERE sequence = 3",
        {"hash_chain"},
    ),
    "an entry that goes with its link": (
        """WITH gone AS (SELECT entry_id FROM accounting_seal WHERE sequence = 3),
           s AS (DELETE FROM accounting_seal WHERE entry_id IN (SELECT entry_id FROM gone)),
           l AS (DELETE FROM accounting_line WHERE entry_id IN (SELECT entry_id FROM gone))
           DELETE FROM accounting_entry WHERE id IN (SELECT entry_id FROM gone)""",
        {"numbers_are_borne", "balances_equal_lines"},
    ),
    "a settlement": (
        "UPDATE accounting_match SET amount = amount - 1",
        {"open_items_equal_matches"},
    ),
    "an open item": (
        "UPDATE accounting_openitem SET remaining = 1, remaining_base = 1 WHERE amount > 0",
        {"open_items_equal_matches", "sub_ledger_equals_control"},
    ),
    "a folded balance": (
        "UPDATE accounting_monthbalance SET debit = debit + 1",
        {"balances_equal_lines"},
    ),
    # The boundary between two texts may not move unseen.
    "a word from the memo to the name": (
        "UPDATE accounting_entry SET memo = '', posted_by = 'm|' || posted_by WHERE memo = 'm'",
        {"hash_chain"},
    ),
    "a document that never was": (
        "UPDATE accounting_entry SET source_id = 99999 WHERE source_kind = 'site.company'",
        {"hash_chain", "every_entry_has_its_document"},
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_the_audit_sees_every_tampering(world: companies.World, what: str) -> None:
    lines = [debit("101", "50"), credit("103", "50")]
    if "memo to" in what:
        post(world.company, *lines, memo="m", by=BY)
        closing.settle()
    sql, found = TAMPERINGS[what]
    with unguarded(*TABLES):
        run_sql(sql)
    assert found <= broken()


def shift(entry: Entry) -> str:
    """Move a text across the border of two fields of an entry that is sealed."""
    return f"UPDATE accounting_entry SET memo = 'x', posted_by = '7|Kim', posted_by_id = NULL WHERE id = {entry.pk}"


@pytest.mark.parametrize("change", [shift])
def test_an_empty_field_is_not_the_same_as_none(
    world: companies.World, change: Callable[[Entry], str]
) -> None:
    kim = identity.Actor(7, "Kim", frozenset({"*"}), None)
    lines = [debit("101", "50"), credit("103", "50")]
    entry = post(world.company, *lines, memo="x", by=kim)
    closing.settle()
    with unguarded(*TABLES):
        run_sql(change(entry))
    assert "hash_chain" in broken()


def test_an_entry_is_either_sealed_or_in_the_tail(world: companies.World) -> None:
    run_sql("INSERT INTO accounting_tail SELECT min(id) FROM accounting_entry")
    assert "hash_chain" in broken()
    run_sql("DELETE FROM accounting_tail")
    clean()
    lines = [debit("101", "50"), credit("103", "50")]
    post(world.company, *lines)
    run_sql("DELETE FROM accounting_tail")
    assert "hash_chain" in broken()

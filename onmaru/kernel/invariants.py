"""The audit of the books: every room declares what must always be true, and one run re-proves all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from onmaru.kernel import numbering
from onmaru.kernel.models import LegalNumber


@dataclass(frozen=True)
class Invariant:
    """A statement about the whole database and a query that returns the rows which break it."""

    name: str
    statement: str
    find: Callable[[], Sequence[Any]]


@dataclass(frozen=True)
class Finding:
    """The outcome of one invariant: the number of offending rows and the first few of them."""

    name: str
    statement: str
    broken: int
    examples: Sequence[Any]

    @property
    def ok(self) -> bool:
        return self.broken == 0


registry: dict[str, Invariant] = {}
EXAMPLES = 5


def invariant(
    name: str, statement: str
) -> Callable[[Callable[[], Sequence[Any]]], Callable[[], Sequence[Any]]]:
    """Declare an invariant; the function returns every offending row and an empty list when all is well."""

    def declare(find: Callable[[], Sequence[Any]]) -> Callable[[], Sequence[Any]]:
        registry[name] = Invariant(name, statement, find)
        return find

    return declare


def rows(sql: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows of a read-only query, for invariants that are one SQL statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def run() -> list[Finding]:
    """Prove every invariant against one snapshot of the database, so that a running company is no excuse."""
    findings = []
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for one in registry.values():
            offenders = one.find()
            findings.append(Finding(one.name, one.statement, len(offenders), offenders[:EXAMPLES]))
    return findings


@invariant("legal_numbers", "legal numbers have no gap and no duplicate")
def legal_numbers() -> Sequence[Any]:
    """Series with a hole between 1 and their counter."""
    return rows("""
        SELECT c.company_id, c.series, c.year, c.last, count(n.id), coalesce(max(n.sequence), 0)
        FROM kernel_counter c LEFT JOIN kernel_legalnumber n USING (company_id, series, year)
        GROUP BY c.company_id, c.series, c.year, c.last
        HAVING count(n.id) <> c.last OR coalesce(max(n.sequence), 0) <> c.last OR count(DISTINCT n.sequence) <> c.last
    """)


@invariant("numbers_are_borne", "every legal number given is the number of its document")
def numbers_are_borne() -> Sequence[Any]:
    """Numbers whose document is gone or bears another."""
    broken: list[Any] = []
    for (kind,) in LegalNumber.objects.order_by().values_list("subject_kind").distinct():
        table = apps.get_model(kind)._meta.db_table
        broken += rows(
            f"""
            SELECT n.subject_kind, n.subject_id, n.series, n.year, n.sequence, d.number
            FROM kernel_legalnumber n LEFT JOIN {table} d ON d.id = n.subject_id
            WHERE n.subject_kind = %s
              AND d.number IS DISTINCT FROM coalesce(nullif(n.worded, ''),
                n.series || '-' || n.year || '-' || {numbering.DIGITS.format("n.sequence")})
            """,
            [kind],
        )
    return broken


@invariant("files_are_whole", "every stored file has the bytes that were put into it")
def files_are_whole() -> Sequence[Any]:
    """Files whose bytes are not those that their digest was taken of: papers that were approved among them."""
    return rows("""
        SELECT subject_kind, subject_id, name FROM kernel_storedfile
        WHERE encode(sha256(content), 'hex') <> sha256 OR octet_length(content) <> size
    """)

"""What proofs of the books share: everything is refused by code, everything is audited, many do things at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections

from onmaru.kernel import identity, invariants
from onmaru.kernel.commands import Command
from onmaru.kernel.refusals import Reason, Refused
from onmaru.ledgers.accounting.commands import entries
from onmaru.ledgers.accounting.models import Entry
from onmaru.ledgers.accounting.rules import DraftLine
from onmaru.masters.site.models import Company

BY = identity.system("test")
DAY = date(2026, 3, 10)


def clean() -> None:
    """Every invariant of every ledger holds."""
    findings = invariants.run()
    assert [f"{one.name}: {one.examples}" for one in findings if not one.ok] == []


def broken() -> set[str]:
    """The names of the invariants that do not hold."""
    return {one.name for one in invariants.run() if not one.ok}


def refused(*reasons: Reason, at: str | None = None) -> Any:
    """The block is refused for these reasons in this order, and for no other; ``at`` is the field of the first."""

    def fits(error: Refused) -> bool:
        assert error.codes == [reason.code for reason in reasons], str(error)
        assert at is None or error.reasons[0].field == at, error.reasons
        assert all(one.message for one in error.reasons)
        return True

    return pytest.raises(Refused, check=fits)


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """Run every task in a thread with a connection of its own, started together; results or errors, in order."""
    results: list[Any] = [None] * len(tasks)
    gate = threading.Barrier(len(tasks))

    def work(place: int, task: Callable[[], Any]) -> None:
        try:
            gate.wait()
            results[place] = task()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=one) for one in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@contextmanager
def unguarded(*tables: str) -> Iterator[None]:
    """Do what only the owner of the tables can: write past the triggers that are the law."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def run_sql(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Do one statement behind the house's back; the rows it returns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall()) if cursor.description else []


def debit(account: str, amount: str, **more: Any) -> DraftLine:
    """A line on the left side of an account, named by its code or its posting role."""
    return DraftLine(account, debit=Decimal(amount), **more)


def credit(account: str, amount: str, **more: Any) -> DraftLine:
    """A line on the right side."""
    return DraftLine(account, credit=Decimal(amount), **more)


def _post(
    *, company: Company, lines: tuple[DraftLine, ...], on: date, memo: str, by: identity.Actor
) -> Entry:
    return entries.post(company, lines, posted_on=on, source=company, by=by, memo=memo).entry


def post(
    company: Company, *lines: DraftLine, on: date = DAY, by: identity.Actor = BY, memo: str = "", **how: Any
) -> Any:
    """Post drafted lines as a command of the house would, and as an entry made by hand."""
    command: Command[Entry] = Command(_post, "accounting.entry.create", "accounting.entry.create", "…", None)
    return command(company=company, lines=lines, on=on, memo=memo, by=by, **how)

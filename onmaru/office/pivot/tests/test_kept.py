"""A dear answer is given again only while nothing that it was read from has changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.office.pivot.queries import kept, layout, table
from onmaru.workbench import filters, listing, registry
from tests.scratch import commands
from tests.scratch.models import Client

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def dear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer is dear, so that no test needs a million rows; none is left of a test before."""
    kept._held.clear()
    monkeypatch.setattr(kept, "DEAR", 0.0)


@pytest.fixture
def by() -> Actor:
    return identity.system("tester")


@pytest.fixture
def other() -> Iterator[psycopg.Connection[Any]]:
    """Another process, which writes past the history."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as opened:
        yield opened


def count(by: Actor) -> tuple[int, bool]:
    """How many clients a pivot counts, and whether it read them."""
    entity = registry.get("clients")
    assert entity is not None
    rows = listing.select(entity, by, filters.read(entity, by, {}))
    with CaptureQueriesContext(connection) as asked:
        shown = table.read(rows, by, layout.layout(entity, {"down": [], "across": [], "measure": ["count"]}))
    return shown.count, any("GROUPING" in str(one["sql"]) for one in asked)


def test_what_nobody_changed_is_read_once(by: Actor) -> None:
    assert [count(by), count(by), count(by)] == [(0, True), (0, False), (0, False)]


def test_what_a_command_changed_counts_at_once(by: Actor) -> None:
    count(by)
    commands.create_client(by=by, code="C1", name="대한상사")
    assert count(by) == (1, True)


def test_what_is_written_past_the_history_counts_by_the_counters(by: Actor, other: Any) -> None:
    client = commands.create_client(by=by, code="C1", name="대한상사")
    count(by)
    other.execute(f"DELETE FROM {Client._meta.db_table} WHERE id = {client.pk}")
    # What the database does by itself within ten seconds.
    other.execute("SELECT pg_stat_force_next_flush()")
    assert count(by) == (0, True)


def test_what_is_emptied_counts(by: Actor, other: Any) -> None:
    commands.create_client(by=by, code="C1", name="대한상사")
    count(by)
    other.execute(f"TRUNCATE {Client._meta.db_table} CASCADE")
    assert count(by) == (0, True)


def test_inside_of_a_transaction_everything_is_read(by: Actor) -> None:
    count(by)
    with transaction.atomic():
        commands.create_client(by=by, code="C1", name="대한상사")
        assert count(by) == (1, True)
        transaction.set_rollback(True)
    assert count(by)[0] == 0


def test_an_old_answer_is_read_anew(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [count(by), count(by)] == [(0, True), (0, False)]
    monkeypatch.setattr(kept, "MOST_AGE", 0.0)
    assert count(by) == (0, True)


def test_only_so_many_are_kept(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT", 1)
    for number in (1, 2):
        assert kept.answered(f'SELECT {number} FROM "{Client._meta.db_table}"', []) == []
    assert len(kept._held) == 1

"""The audit itself: it must find what is wrong, count it, and look at one moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError

from onmaru.kernel import invariants
from tests.proofs import at_once, run_sql
from tests.scratch.models import Client


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, invariants.Invariant]]:
    """An empty list of invariants for this test."""
    own: dict[str, invariants.Invariant] = {}
    monkeypatch.setattr(invariants, "registry", own)
    yield own


@pytest.mark.django_db
def test_a_finding_counts_the_offenders_and_shows_a_few(registry: dict[str, invariants.Invariant]) -> None:
    invariants.invariant("fine", "nothing is wrong")(list)
    invariants.invariant("bad", "numbers are small")(
        lambda: invariants.rows("SELECT n FROM generate_series(1, %s) n", [12])
    )
    fine, bad = invariants.run()
    assert (fine.ok, fine.broken, list(fine.examples)) == (True, 0, [])
    assert (bad.ok, bad.broken, list(bad.examples)) == (False, 12, [(n,) for n in range(1, 6)])
    assert (bad.name, bad.statement) == ("bad", "numbers are small")


@pytest.mark.django_db(transaction=True)
def test_all_are_proved_against_one_snapshot_and_none_can_write(
    registry: dict[str, invariants.Invariant],
) -> None:
    seen = []

    def count() -> list[int]:
        seen.append(Client.objects.count())
        at_once(lambda: Client.objects.create(code=f"new {len(seen)}", name="x"))
        return []

    invariants.invariant("one", "")(count)
    invariants.invariant("two", "")(count)
    invariants.run()
    assert seen == [0, 0]
    assert Client.objects.count() == 2

    invariants.invariant("three", "")(lambda: run_sql("UPDATE scratch_client SET name = 'y'"))
    with pytest.raises(DatabaseError, match="read-only"):
        invariants.run()


@pytest.mark.django_db
def test_an_empty_company_is_in_order() -> None:
    findings = invariants.run()
    assert len(findings) > 15
    assert [one.name for one in findings if not one.ok] == []
    assert all(one.statement for one in findings)

"""Legal numbers: no gap, no duplicate, whoever fails and whoever comes at the same time."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from onmaru.kernel import identity, numbering, work
from onmaru.kernel.commands import Command
from onmaru.kernel.models import Counter, LegalNumber
from tests.proofs import at_once, broken, clean, run_sql
from tests.scratch import commands as scratch
from tests.scratch.models import Client, Deal

BY = identity.system("auditor")


class Ground:
    """A firm, a client and a command that makes numbered deals."""

    def __init__(self) -> None:
        self.firm = scratch.found(by=BY, code="F", name="상회")
        self.client = Client.objects.create(code="C", name="한빛")
        self.make: Command[Any] = Command(self._make, "scratch.make", "scratch.make", "…", None)

    def _make(
        self, *, by: identity.Actor, series: list[str], company: int = 1, year: int = 2026, fail: bool = False
    ) -> Any:
        made = []
        for one in series:
            key = f"{one}{random.random()}"
            deal = Deal.objects.create(
                number=key, company=self.firm, client=self.client, ordered_on=date(year, 1, 1)
            )
            work.required().claims.append(numbering.Claim(deal, company, one, year))
            made.append(deal)
        if fail:
            raise ZeroDivisionError
        return made

    def numbers(self, **asked: Any) -> list[str]:
        return [deal.number for deal in self.make(by=BY, **asked)]


@pytest.mark.django_db
def test_each_company_series_and_year_counts_from_one() -> None:
    ground = Ground()
    assert ground.numbers(series=["A", "B", "A"]) == ["A-2026-000001", "B-2026-000001", "A-2026-000002"]
    assert ground.numbers(series=["A"], year=2027) == ["A-2027-000001"]
    assert ground.numbers(series=["B"]) == ["B-2026-000002"]
    register = LegalNumber.objects.order_by("series", "year", "sequence")
    assert list(register.values_list("series", "year", "sequence")) == [
        ("A", 2026, 1),
        ("A", 2026, 2),
        ("A", 2027, 1),
        ("B", 2026, 1),
        ("B", 2026, 2),
    ]
    clean()


@pytest.mark.django_db
def test_the_number_is_in_the_row_and_claimed_twice_it_is_taken_once() -> None:
    ground = Ground()

    def twice(*, by: identity.Actor) -> Deal:
        deal = Deal.objects.create(
            number="x", company=ground.firm, client=ground.client, ordered_on=date(2026, 1, 1)
        )
        work.required().claims.extend([numbering.Claim(deal, 1, "A", 2026)] * 2)
        return deal

    made = Command(twice, "scratch.twice", "scratch.twice", "…", None)(by=BY)
    assert made.number == Deal.objects.get(pk=made.pk).number == "A-2026-000001"
    assert Counter.objects.get().last == 1


@pytest.mark.django_db
def test_a_refused_posting_gives_its_number_back() -> None:
    ground = Ground()
    ground.numbers(series=["A"])
    with pytest.raises(ZeroDivisionError):
        ground.numbers(series=["A"], fail=True)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        # The commit itself fails after the number was taken.
        ground.numbers(series=["A"])
        raise ZeroDivisionError
    assert ground.numbers(series=["A"]) == ["A-2026-000002"]
    clean()


@pytest.mark.django_db(transaction=True)
def test_no_gap_with_many_at_once_of_whom_some_fail() -> None:
    ground = Ground()
    random.seed(7)
    plans = [(random.sample(["A", "B", "C"], 3), random.random() < 0.3) for _ in range(48)]

    def clerk(mine: list[tuple[list[str], bool]]) -> int:
        done = 0
        for series, fail in mine:
            try:
                ground.numbers(series=series, fail=fail)
                done += 1
            except ZeroDivisionError:
                pass
        return done

    done = at_once(*[lambda mine=plans[place::8]: clerk(mine) for place in range(8)])
    wanted = sum(not fail for _series, fail in plans)
    assert sum(done) == wanted < 48
    assert set(Counter.objects.values_list("last", flat=True)) == {wanted}
    for series in "ABC":
        expected = [f"{series}-2026-{place:06}" for place in range(1, wanted + 1)]
        assert (
            sorted(Deal.objects.filter(number__startswith=series).values_list("number", flat=True))
            == expected
        )
    clean()


@pytest.mark.django_db(transaction=True)
def test_a_posting_under_way_holds_nobodys_number_until_its_commit() -> None:
    ground = Ground()
    with transaction.atomic():
        # A body at work has claimed but not taken: another posting passes it.
        with work.begin(BY):
            ground._make(by=BY, series=["A"])
            numbers = at_once(lambda: ground.numbers(series=["A"]))
        transaction.set_rollback(True)
    assert numbers == [["A-2026-000001"]]


@pytest.mark.django_db
def test_the_register_is_law() -> None:
    Ground().numbers(series=["A"])
    for sql in (
        "UPDATE kernel_legalnumber SET sequence = 9",
        "DELETE FROM kernel_legalnumber",
        "TRUNCATE kernel_legalnumber",
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            run_sql(sql)
    sql = "INSERT INTO kernel_legalnumber (company_id, series, year, sequence, subject_kind, subject_id) VALUES "
    with pytest.raises(IntegrityError), transaction.atomic():
        run_sql(sql + "(1, 'A', 2026, 1, 'other', 1)")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("UPDATE kernel_counter SET last = last + 1", "legal_numbers"),
        ("UPDATE kernel_counter SET last = last - 1", "legal_numbers"),
        (
            "UPDATE scratch_deal SET number = 'A-2026-000009' WHERE number = 'A-2026-000001'",
            "numbers_are_borne",
        ),
        ("DELETE FROM scratch_deal WHERE number = 'A-2026-000002'", "numbers_are_borne"),
        (
            """WITH raised AS (UPDATE kernel_counter SET last = 3)
            INSERT INTO kernel_legalnumber (company_id, series, year, sequence, subject_kind, subject_id)
            SELECT company_id, series, year, 3, subject_kind, subject_id FROM kernel_legalnumber LIMIT 1""",
            "numbers_are_borne",
        ),
    ],
)
def test_the_audit_sees_a_number_that_is_missing_or_changed(harm: str, found: str) -> None:
    Ground().numbers(series=["A", "A"])
    clean()
    run_sql(harm)
    assert broken() == {found}


@pytest.mark.django_db
def test_companies_do_not_share_a_series() -> None:
    ground = Ground()
    ground.numbers(series=["A"], company=5)
    ground.numbers(series=["B"], company=6)
    ground.numbers(series=["B"], company=6)
    assert set(Counter.objects.values_list("company_id", "series", "last")) == {(5, "A", 1), (6, "B", 2)}


@pytest.mark.django_db
def test_the_millionth_number_is_not_cut_short() -> None:
    ground = Ground()
    Counter.objects.create(company_id=1, series="A", year=2026, last=999_998)
    assert ground.numbers(series=["A", "A"]) == ["A-2026-999999", "A-2026-1000000"]
    assert broken() == {"legal_numbers"}

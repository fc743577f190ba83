"""Readings of the ledger equal a brute-force sum, folded or not, and the folding itself loses nothing."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from onmaru.ledgers.accounting import rules
from onmaru.ledgers.accounting.commands import accounts, bulk, closing, periods
from onmaru.ledgers.accounting.models import Account, DayBalance, Entry, Line, MonthBalance, Seal, Tail
from onmaru.ledgers.accounting.queries import balances, ledgers
from onmaru.masters.site import commands as site
from onmaru.masters.site.models import Company
from tests import companies
from tests.companies import BY, DAY
from tests.proofs import at_once, broken, clean, credit, debit, post, refused, run_sql

ACCOUNTS = ("101", "103", "150", "404", "455", "831")


def brute(company: Company, first: date, last: date) -> dict[str, tuple[Decimal, ...]]:
    """By account: debits and credits before the range and within it, line by line in Python."""
    sums: dict[str, list[Decimal]] = {}
    for line in Line.objects.filter(company=company, posted_on__lte=last).select_related("account"):
        at = sums.setdefault(line.account.code, [Decimal(0)] * 4)
        shift = 0 if line.posted_on < first else 2
        at[shift] += line.debit
        at[shift + 1] += line.credit
    return {code: tuple(found) for code, found in sums.items()}


def read(company: Company, first: date, last: date) -> dict[str, tuple[Decimal, ...]]:
    return {
        one.code: (one.opening_debit, one.opening_credit, one.debit, one.credit)
        for one in balances.trial_balance(company, first=first, last=last)
    }


def scatter(company: Company, count: int, seed: int) -> None:
    """Entries of two to five lines on days all over the three years."""
    dice = random.Random(seed)
    for _entry in range(count):
        parts = [dice.randint(1, 10**9) for _line in range(dice.randint(1, 4))]
        lines = [debit(dice.choice(ACCOUNTS), str(part)) for part in parts]
        day = date(2025, 1, 1) + timedelta(days=dice.randrange(365 * 3))
        post(company, *lines, credit(dice.choice(ACCOUNTS), str(sum(parts))), on=day)


RANGES = [
    (date(2025, 1, 1), date(2027, 12, 31)),
    (date(2026, 1, 1), date(2026, 12, 31)),
    (date(2026, 3, 1), date(2026, 3, 31)),
    (date(2026, 3, 11), date(2026, 7, 19)),
    (date(2026, 2, 15), date(2026, 2, 20)),
    (date(2026, 5, 5), date(2026, 5, 5)),
    (date(2025, 12, 31), date(2026, 1, 1)),
    (date(2024, 1, 1), date(2024, 12, 31)),
]


@pytest.mark.django_db
def test_the_trial_balance_equals_the_sum_of_lines_before_and_after_folding() -> None:
    company = companies.build().company
    other = site.companies.create(by=BY, code="B", name="나")
    accounts.load_chart(company=other, by=BY)
    periods.ensure_years(other, [date(2025, 1, 1), date(2026, 1, 1), date(2027, 1, 1)], by=BY)
    scatter(company, 60, 1)
    scatter(other, 10, 2)
    expected = [brute(company, *days) for days in RANGES]
    assert [read(company, *days) for days in RANGES] == expected
    assert closing.seal_and_fold(batch=30) == 30
    assert [read(company, *days) for days in RANGES] == expected
    assert closing.settle() == 40
    assert closing.settle() == 0
    assert [read(company, *days) for days in RANGES] == expected
    scatter(company, 15, 3)
    assert [read(company, *days) for days in RANGES] == [brute(company, *days) for days in RANGES]
    clean()
    for line in balances.trial_balance(company, first=date(2026, 1, 1), last=date(2026, 12, 31)):
        assert line.total_debit - line.total_credit == line.balance_debit - line.balance_credit
        assert min(line.balance_debit, line.balance_credit) == 0
    whole = balances.trial_balance(company, first=date(2026, 3, 11), last=date(2026, 12, 31))
    assert sum(line.balance_debit for line in whole) == sum(line.balance_credit for line in whole) > 0
    assert [line.code for line in whole] == sorted(line.code for line in whole)


@pytest.mark.django_db
def test_a_hand_computed_trial_balance() -> None:
    company = companies.build().company
    post(company, debit("101", "500"), credit("103", "500"), on=date(2026, 2, 28))
    post(company, debit("103", "120"), credit("101", "120"), on=date(2026, 3, 10))
    post(company, debit("101", "30"), credit("103", "30"), on=date(2026, 3, 31))
    for _folded in range(2):
        assert read(company, date(2026, 3, 10), date(2026, 3, 30)) == {
            "101": (500, 0, 0, 120),
            "103": (0, 500, 120, 0),
        }
        assert balances.balance(company, "101", on=date(2026, 3, 31)) == 410
        assert balances.balance(company, "404", on=date(2026, 3, 31)) == 0
        closing.settle()


@pytest.mark.django_db
def test_balances_can_be_built_anew_from_the_lines() -> None:
    company = companies.build().company
    scatter(company, 20, 4)
    closing.seal_and_fold(batch=12)
    kept = [
        set(model.objects.values_list(*names))
        for model, *names in (
            (DayBalance, "account_id", "day", "debit", "credit"),
            (MonthBalance, "account_id", "month", "debit", "credit"),
        )
    ]
    run_sql(
        "UPDATE accounting_daybalance SET debit = debit + 7 WHERE id IN (SELECT min(id) FROM accounting_daybalance)"
    )
    run_sql("DELETE FROM accounting_monthbalance WHERE id IN (SELECT max(id) FROM accounting_monthbalance)")
    assert broken() == {"balances_equal_lines"}
    closing.rebuild()
    clean()
    assert kept == [
        set(DayBalance.objects.values_list("account_id", "day", "debit", "credit")),
        set(MonthBalance.objects.values_list("account_id", "month", "debit", "credit")),
    ]
    assert Tail.objects.count() == 8


@pytest.mark.django_db
def test_each_company_has_its_own_chain_in_the_order_of_its_entries() -> None:
    company = companies.build().company
    other = site.companies.create(by=BY, code="B", name="나")
    accounts.load_chart(company=other, by=BY)
    periods.open_year(company=other, year=2026, by=BY)
    entries = [
        post(one, debit("101", "5"), credit("103", "5")) for one in (company, other, company, other, company)
    ]
    closing.seal_and_fold(batch=3)
    closing.settle()
    for one, mine in ((company, entries[::2]), (other, entries[1::2])):
        links = list(Seal.objects.filter(company=one).order_by("sequence"))
        assert [link.entry_id for link in links] == [entry.pk for entry in mine]
        assert [link.sequence for link in links] == list(range(1, len(mine) + 1))
        assert len({link.digest for link in links}) == len(links)
    clean()


@pytest.mark.django_db(transaction=True)
def test_posting_never_waits_for_the_chain_and_no_entry_is_lost_or_counted_twice() -> None:
    company = companies.build().company
    wrong: list[Any] = []

    def clerk() -> None:
        for _turn in range(12):
            post(company, debit("101", "1"), credit("103", "1"))

    def sealer() -> int:
        done = 0
        while Seal.objects.count() < 36:
            done += closing.seal_and_fold(batch=5)
        return done

    def reader() -> None:
        seen = Decimal(0)
        for _turn in range(25):
            now = balances.balance(company, "101", on=DAY)
            if now < seen:
                wrong.append((seen, now))
            seen = now

    answers = at_once(clerk, clerk, clerk, sealer, sealer, reader)
    assert not [one for one in answers if isinstance(one, Exception)]
    assert wrong == []
    assert balances.balance(company, "101", on=DAY) == 36
    assert sum(one for one in answers if one) == Seal.objects.count() == 36
    clean()


@pytest.mark.django_db
def test_ledgers_page_on_with_a_running_balance() -> None:
    world = companies.build()
    company, customer = world.company, world.customer()
    post(
        company,
        debit("108", "1000", party=customer.pk),
        credit("404", "1000"),
        on=date(2026, 2, 1),
        memo="전월",
    )
    for amount in range(1, 6):
        post(
            company,
            debit("108", str(amount), party=customer.pk),
            credit("404", str(amount), memo="줄"),
            on=DAY,
        )
    post(company, debit("103", "9"), credit("108", "9", party=customer.pk), on=date(2026, 3, 5))
    march: dict[str, Any] = {"first": date(2026, 3, 1), "last": date(2026, 3, 31)}
    whole = ledgers.general_ledger(company, "108", **march)
    assert [(line.debit, line.credit, line.balance) for line in whole] == [
        (0, 9, 991),
        (1, 0, 992),
        (2, 0, 994),
        (3, 0, 997),
        (4, 0, 1001),
        (5, 0, 1006),
    ]
    paged = list(ledgers.general_ledger(company, "108", limit=4, **march))
    paged += ledgers.general_ledger(company, "108", limit=4, after=paged[-1], **march)
    assert paged == list(whole)
    assert list(ledgers.party_ledger(company, customer.pk, ["108", "259"], **march)) == list(whole)
    assert not ledgers.party_ledger(company, customer.pk, ["259"], **march)
    sold = ledgers.general_ledger(company, "404", **march)
    assert (sold[0].memo, sold[-1].balance, sold[0].number) == ("줄", -1015, "JE-2026-000002")
    assert not ledgers.general_ledger(company, "no such account", **march)


def stage(company: Company, *rows: tuple[int, date, int, str, str, str], party: int | None = None) -> None:
    codes = dict(Account.objects.filter(company=company).values_list("code", "id"))
    with connection.cursor() as cursor:
        cursor.execute(bulk.STAGE)
        cursor.execute("DELETE FROM accounting_stage")
        cursor.executemany(
            "INSERT INTO accounting_stage (place, posted_on, ordinal, account_id, party_id, debit, credit)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                (place, day, ordinal, codes.get(code, code), party, left, right)
                for place, day, ordinal, code, left, right in rows
            ],
        )


def two(place: int, day: date, amount: str, left: str = "101", right: str = "103") -> list[tuple[Any, ...]]:
    return [(place, day, 1, left, amount, "0"), (place, day, 2, right, "0", amount)]


@pytest.mark.django_db
def test_thousands_posted_at_once_are_entries_like_any_other() -> None:
    world = companies.build()
    company, customer = world.company, world.customer()
    rows = [row for place in range(300) for row in two(place, date(2026, 1 + place % 12, 3), str(place + 1))]
    stage(company, *rows, *two(900, DAY, "70", "108", "404"), party=customer.pk)
    assert bulk.post_staged(company, by=BY, memo="이관") == 301
    assert balances.balance(company, "101", on=date(2026, 12, 31)) == sum(range(1, 301))
    assert not Tail.objects.exists() and Seal.objects.count() == 301
    assert set(Entry.objects.values_list("memo", "posted_by")) == {("이관", "test")}
    assert Entry.objects.filter(number="JE-2026-000301").exists()
    clean()


@pytest.mark.django_db
def test_the_same_laws_hold_for_thousands_as_for_one() -> None:
    world = companies.build()
    company = world.company
    other = site.companies.create(by=BY, code="B", name="나")
    values: dict[str, Any] = {"name_ko": "가", "name_en": "a", "kind": "asset", "normal": "debit"}
    foreign = accounts.create(by=BY, company=other, code="9", **values).pk
    accounts.edit(Account.objects.get(company=company, code="831"), by=BY, is_active=False)
    good = two(1, DAY, "5")
    for rows, reason in (
        ([*good, (2, DAY, 1, "101", "5", "0"), (2, DAY, 2, "103", "0", "4")], rules.ENTRY_UNBALANCED),
        ([*good, (2, DAY, 1, "101", "5", "0")], rules.ENTRY_EMPTY),
        ([*good, *two(2, DAY, "0")], rules.LINE_ONE_SIDED),
        ([*good, *two(2, DAY, "-3")], rules.LINE_ONE_SIDED),
        ([*good, *two(2, DAY, "0.5")], rules.LINE_TOO_FINE),
        ([*good, *two(2, date(2031, 1, 1), "5")], rules.PERIOD_MISSING),
        ([*good, *two(2, DAY, "5", str(foreign))], rules.ACCOUNT_UNKNOWN),
        ([*good, *two(2, DAY, "5", "831")], rules.ACCOUNT_UNKNOWN),
        ([*good, *two(2, DAY, "5", "108")], rules.PARTY_NEEDED),
        (
            [*good, (2, DAY, 1, "101", "5", "0"), (2, date(2026, 4, 1), 2, "103", "0", "5")],
            rules.ENTRY_EMPTY,
        ),
    ):
        stage(company, *rows)
        with refused(reason), transaction.atomic():
            bulk.post_staged(company, by=BY)
    assert not Entry.objects.exists()
    periods.close(company.periods.earliest("start_on"), by=BY)
    stage(company, *two(1, date(2025, 1, 5), "5"))
    with refused(rules.PERIOD_LOCKED), transaction.atomic():
        bulk.post_staged(company, by=BY)
    with pytest.raises(IntegrityError), transaction.atomic():
        stage(company, (1, DAY, 1, "101", "5", "0"), (1, DAY, 1, "103", "0", "5"))
        bulk.post_staged(company, by=BY)

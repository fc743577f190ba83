"""What the accountant enters by hand: how the company began, what it pays every month, which months are closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from onmaru.app.demo.ground import Place
from onmaru.kernel import calendars
from onmaru.ledgers.accounting.commands import accounts, entries, periods
from onmaru.ledgers.accounting.models import Account, Period
from onmaru.ledgers.accounting.queries import balances

MONTHLY = (
    (25, "801", 16_800_000, "급여 지급"),
    (25, "819", 3_300_000, "사무실·창고 임차료"),
    (20, "815", 1_870_000, "수도광열비"),
    (28, "824", 1_240_000, "택배·화물 운임"),
    (10, "814", 412_000, "통신비"),
)
CAPITAL = 200_000_000
RATES = (("1392.40", 0), ("1388.10", 20), ("1401.70", 41), ("1384.90", 62), ("1379.50", 83))


def open_accounts(place: Place, today: date) -> None:
    """Paid-in capital, and what a dollar was worth."""
    del today
    _enter(place, place.first_on, "103", "331", CAPITAL, "설립 자본금 납입")
    for rate, days in RATES:
        accounts.set_rate(
            currency="USD",
            target="KRW",
            valid_on=place.first_on + timedelta(days=days),
            rate=Decimal(rate),
            source="데모",
            by=place.by,
        )


def keep(place: Place, today: date) -> None:
    """Pay what is paid every month and the suppliers; close the months before trade began."""
    for day, account, amount, memo in sorted(_due(place.first_on, today)):
        _enter(place, day, account, "103", amount, memo)
    owed = -balances.balance(place.company, "25102", on=today)
    if owed > 1_000_000:
        _enter(place, today, "25102", "103", int(owed * Decimal("0.7")), "매입대금 송금")
    closed = Period.objects.filter(company=place.company, end_on__lt=place.first_on).order_by("start_on")
    for period in closed:
        periods.close(period, by=place.by)


def _due(first: date, today: date) -> Iterator[tuple[date, str, int, str]]:
    month = first.replace(day=1)
    while month <= today:
        for day, account, amount, memo in MONTHLY:
            paid_on = calendars.next_working(month.replace(day=day) - timedelta(days=1))
            if first <= paid_on <= today:
                yield paid_on, account, amount, memo
        month = (month + timedelta(days=32)).replace(day=1)


def _enter(place: Place, day: date, debit: str, credit: str, amount: int, memo: str) -> None:
    by_code = {
        one.code: one for one in Account.objects.filter(company=place.company, code__in=[debit, credit])
    }
    lines = [
        {"account": by_code[debit], "debit": Decimal(amount)},
        {"account": by_code[credit], "credit": Decimal(amount)},
    ]
    entries.create(company=place.company, posted_on=day, lines=lines, memo=memo, by=place.by)

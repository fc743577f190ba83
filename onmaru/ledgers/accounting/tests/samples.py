"""Records for the tests that every entity inherits, where types alone do not say what is right."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from onmaru.kernel.identity import Actor
from onmaru.ledgers.accounting.commands import accounts, entries, matching, periods
from onmaru.ledgers.accounting.models import Account, Entry, ExchangeRate, FiscalYear, Line, Match
from tests import companies
from tests.companies import DAY


def entry(by: Actor, place: int) -> Entry:
    """A manual entry: a customer owes more and more."""
    world = companies.standing()
    owed, paid = (Account.objects.get(company=world.company, code=code) for code in ("108", "103"))
    customer = world.customer(f"거래처 {place}")
    amount = Decimal(1000 * (place + 1))
    lines = [{"account": owed, "party": customer, "debit": amount}, {"account": paid, "credit": amount}]
    return entries.create(company=world.company, posted_on=DAY, lines=lines, memo="표본", by=by)


def line(by: Actor, place: int) -> Line:
    """What such an entry leaves open."""
    return entry(by, place).lines.get(ordinal=1)


def match(by: Actor, place: int) -> Match:
    """A thousand of what such a customer owes, paid and settled by hand."""
    owed = line(by, place)
    paid = [
        {"account": Account.objects.get(company=owed.company_id, code="103"), "debit": Decimal(1000)},
        {"account": owed.account, "party": owed.party, "credit": Decimal(1000)},
    ]
    made = entries.create(company=owed.company, posted_on=DAY, lines=paid, memo="표본", by=by)
    return matching.clear(owed, items=[{"item": made.lines.get(ordinal=2).pk}], by=by, today=DAY)


def exchangerate(by: Actor, place: int) -> ExchangeRate:
    """What a dollar was worth."""
    on = DAY + timedelta(days=place)
    return accounts.set_rate(
        currency="USD", target="KRW", valid_on=on, rate=Decimal(1400 + place), source="표본", by=by
    )


def fiscalyear(by: Actor, place: int) -> FiscalYear:
    """A year far away."""
    return periods.open_year(company=companies.standing().company, year=2031 + place, by=by)

"""Pure decisions of the accounting ledger."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import money, refusals
from onmaru.kernel.refusals import Refusal

ZERO = Decimal(0)

ENTRY_EMPTY = refusals.reason("entry_empty", _("An entry needs at least two lines."))
ENTRY_UNBALANCED = refusals.reason(
    "entry_unbalanced", _("Debits {debit} and credits {credit} differ by {difference}.")
)
LINE_ONE_SIDED = refusals.reason("line_one_sided", _("A line has either a debit or a credit, above zero."))
LINE_TOO_FINE = refusals.reason("line_too_fine", _("{amount} has more than {digits} decimals."))
ACCOUNT_UNKNOWN = refusals.reason("account_unknown", _("There is no active account “{account}”."))
PERIOD_MISSING = refusals.reason("period_missing", _("No fiscal year covers {day}."))
PERIOD_LOCKED = refusals.reason("period_locked", _("The books of {month} are closed for you."))
RATE_MISSING = refusals.reason("rate_missing", _("There is no exchange rate {currency}/{target} on {day}."))
KEPT_BY_STOCK = refusals.reason(
    "kept_by_stock",
    _("Account {account} is kept by the stock ledger; receive, issue or count goods instead."),
)
PARTY_NEEDED = refusals.reason("party_needed", _("Account {account} keeps open items and needs a party."))


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line to be posted. ``account`` is a code (``404``) or a posting role (``receivable``).

    Amounts are in company currency; ``amount_currency`` (signed, debit +) and ``currency`` only when foreign.
    ``settled`` lines of a matchable account open no item: they close the exchange residue of others.
    """

    account: str
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    party: int | None = None
    product: int | None = None
    department: int | None = None
    project: int | None = None
    currency: str | None = None
    amount_currency: Decimal | None = None
    due_on: date | None = None
    memo: str = ""
    settled: bool = False


def entry_problems(lines: Sequence[DraftLine], digits: int) -> list[Refusal]:
    """Every reason why these lines are no entry: too few, one-sided, too fine for ``digits``, unbalanced."""
    found: list[Refusal] = [] if len(lines) >= 2 else [ENTRY_EMPTY("lines")]
    for place, line in enumerate(lines):
        amount = line.debit or line.credit
        if line.debit < 0 or line.credit < 0 or (line.debit and line.credit) or not amount:
            found.append(LINE_ONE_SIDED(f"lines.{place}"))
        elif amount != money.round_money(amount, digits):
            found.append(LINE_TOO_FINE(f"lines.{place}", amount=amount, digits=digits))
    debit = sum((line.debit for line in lines), ZERO)
    credit = sum((line.credit for line in lines), ZERO)
    if debit != credit:
        found.append(ENTRY_UNBALANCED("lines", debit=debit, credit=credit, difference=abs(debit - credit)))
    return found


def reversed_lines(lines: Collection[DraftLine]) -> list[DraftLine]:
    """The same lines with their sides exchanged."""
    return [
        DraftLine(
            account=line.account,
            debit=line.credit,
            credit=line.debit,
            party=line.party,
            product=line.product,
            department=line.department,
            project=line.project,
            currency=line.currency,
            amount_currency=None if line.amount_currency is None else -line.amount_currency,
            due_on=line.due_on,
            memo=line.memo,
            settled=line.settled,
        )
        for line in lines
    ]


def fiscal_year_of(day: date, start_month: int) -> int:
    """The fiscal year of a day: the calendar year its first month lies in (Korean practice for January starts)."""
    return day.year if day.month >= start_month else day.year - 1


def months_of(year: int, start_month: int) -> list[tuple[date, date]]:
    """The twelve months (first day, last day) of a fiscal year."""
    months = []
    for offset in range(12):
        index = start_month - 1 + offset
        first = date(year + index // 12, index % 12 + 1, 1)
        months.append((first, first.replace(day=calendar.monthrange(first.year, first.month)[1])))
    return months


@dataclass(frozen=True, slots=True)
class Open:
    """An open item as the matching rule sees it; signed, debit positive."""

    line_id: int
    remaining: Decimal
    remaining_base: Decimal


@dataclass(frozen=True, slots=True)
class Pairing:
    """A part of a debit settled by a part of a credit, with what leaves each side in company currency."""

    debit_line: int
    credit_line: int
    amount: Decimal
    debit_base: Decimal
    credit_base: Decimal


def pair(
    debits: Sequence[Open], credits: Sequence[Open], digits: int, limit: Decimal | None = None
) -> list[Pairing]:
    """Settle ``debits`` by ``credits`` in the order given, up to ``limit`` (in their currency).

    A part takes its share of the base amount rounded to ``digits``; the last part takes what is left, so that
    an item closed in its currency is closed in company currency too, with no residue.
    """
    pairings: list[Pairing] = []
    left = limit
    queue = [(credit.line_id, [-credit.remaining, -credit.remaining_base]) for credit in credits]
    for debit in debits:
        remaining, base = debit.remaining, debit.remaining_base
        for line_id, offered in queue:
            amount = min(remaining, offered[0]) if left is None else min(remaining, offered[0], left)
            if amount <= 0:
                continue
            debit_base = money.share(base, amount, remaining, digits)
            credit_base = money.share(offered[1], amount, offered[0], digits)
            pairings.append(Pairing(debit.line_id, line_id, amount, debit_base, credit_base))
            remaining, base = remaining - amount, base - debit_base
            offered[0], offered[1] = offered[0] - amount, offered[1] - credit_base
            left = None if left is None else left - amount
    return pairings

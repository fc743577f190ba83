"""Pure decisions of the stock ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import money, refusals
from onmaru.ledgers.accounting.rules import DraftLine

ZERO = Decimal(0)

STOCK_SHORT = refusals.reason("stock_short", _("{product}: {missing} more than can be taken."))
QUANTITY_NOT_POSITIVE = refusals.reason("quantity_not_positive", _("The quantity must be above zero."))
QUANTITY_TOO_FINE = refusals.reason(
    "quantity_too_fine", _("{product} is counted in units of {digits} decimals.")
)
NOT_STOCKED = refusals.reason("not_stocked", _("{product} is not kept in stock."))
LOT_NEEDED = refusals.reason("lot_needed", _("{product} needs a lot or serial number."))
SERIAL_ONE_PIECE = refusals.reason("serial_one_piece", _("A serial number is one piece: {lot}."))
SERIAL_ON_HAND = refusals.reason("serial_on_hand", _("Serial number {lot} is on hand already."))
LOCATION_NOT_OWN = refusals.reason("location_not_own", _("{location} holds no stock of the company."))
COST_NEGATIVE = refusals.reason("cost_negative", _("A cost cannot be below zero."))
METHOD_IN_USE = refusals.reason(
    "method_in_use", _("Stock is on hand; the valuation cannot change until it is gone.")
)
NO_STANDARD_COST = refusals.reason("no_standard_cost", _("{product} has no standard cost on {day}."))
STOCK_ACCOUNT_MISSING = refusals.reason(
    "stock_account_missing", _("The category's stock account is not in the chart: {accounts}")
)
NO_SUCH_RECEIPT = refusals.reason("no_such_receipt", _("This document received none of {product}."))


@dataclass(frozen=True, slots=True)
class Want:
    """A quantity (base unit) wanted for a document line; of one lot when ``lot`` is named."""

    line_id: int
    product: int
    quantity: Decimal
    lot: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A reservation: a quantity (base unit) of a quant, kept for a line of a document."""

    id: int
    line_id: int
    quantity: Decimal
    quant_id: int
    location_id: int
    lot_id: int | None


@dataclass(frozen=True, slots=True)
class Pick:
    """A quantity (base unit) leaving for ``line_id`` of the moving document, held for ``held_line`` of another."""

    held_line: int
    line_id: int
    product: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Part:
    """What of a pick leaves from one reservation; ``whole`` when nothing of that stays."""

    id: int
    line_id: int
    product_id: int
    quantity: Decimal
    whole: bool
    quant_id: int
    location_id: int
    lot_id: int | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A quantity (base unit) received, with its whole value in company currency."""

    product: int
    quantity: Decimal
    value: Decimal
    line_id: int | None = None
    lot: int | None = None
    contra: str | None = None


@dataclass(frozen=True, slots=True)
class Valued:
    """What a movement did to the books: signed value on a stock account, and the account on the other side."""

    line_id: int | None
    product: int
    quantity: Decimal
    value: Decimal
    stock_account: str
    contra_account: str


def entry_lines(valued: Iterable[Valued]) -> list[DraftLine]:
    """The entry for valued movements, debits first: a line a stock account, against it one a contra and product.

    Which goods make up the stock side is what the stock ledger tells; what they cost or brought is asked by product.
    """
    stock: dict[str, Decimal] = defaultdict(lambda: ZERO)
    contra: dict[tuple[str, int], Decimal] = defaultdict(lambda: ZERO)
    for one in valued:
        stock[one.stock_account] += one.value
        contra[one.contra_account, one.product] -= one.value
    sides: list[tuple[str, int | None, Decimal]] = [
        (account, None, value) for account, value in sorted(stock.items())
    ]
    sides += [(account, product, value) for (account, product), value in sorted(contra.items())]
    return [
        DraftLine(account=account, debit=max(value, ZERO), credit=max(-value, ZERO), product=product)
        for account, product, value in sorted(sides, key=lambda side: side[2] < 0)
        if value
    ]


def parts(picks: Iterable[Pick], held: Iterable[Held]) -> tuple[list[Part], dict[int, Decimal]]:
    """Where each pick is taken from, the oldest reservation of its line first; and by line what none holds."""
    waiting: dict[int, list[Held]] = defaultdict(list)
    for one in sorted(held, key=lambda one: one.id, reverse=True):
        waiting[one.line_id].append(one)
    found: list[Part] = []
    missing: dict[int, Decimal] = {}
    for pick in picks:
        left = pick.quantity
        while left > 0 and waiting[pick.held_line]:
            one = waiting[pick.held_line].pop()
            taken = min(left, one.quantity)
            left -= taken
            found.append(_part(pick, one, taken))
        if left > 0:
            missing[pick.line_id] = left
    return found, missing


def _part(pick: Pick, held: Held, taken: Decimal) -> Part:
    whole = taken == held.quantity
    return Part(
        held.id, pick.line_id, pick.product, taken, whole, held.quant_id, held.location_id, held.lot_id
    )


def late_cost_shares(
    amount: Decimal, received: Decimal, left: Decimal, digits: int
) -> tuple[Decimal, Decimal]:
    """A late cost split into what belongs to stock still on hand and what to the goods gone (cost of sales).

    ``left`` is what of ``received`` is on hand at most. The two add up to ``amount``.
    """
    share = money.round_money(amount * min(left, received) / received, digits)
    return share, amount - share


def short(wanted: Sequence[Want], got: dict[int, Decimal]) -> dict[int, Decimal]:
    """By document line, what could not be had."""
    missing = {want.line_id: want.quantity - got.get(want.line_id, ZERO) for want in wanted}
    return {line_id: quantity for line_id, quantity in missing.items() if quantity > 0}

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
    """The entry for valued movements: one line a product and account, stock on one side, the contra on the other."""
    sums: dict[tuple[str, str, int], Decimal] = defaultdict(lambda: ZERO)
    for one in valued:
        sums[one.stock_account, one.contra_account, one.product] += one.value
    lines = []
    for (stock, contra, product), value in sorted(sums.items()):
        if value > 0:
            lines += [
                DraftLine(account=stock, debit=value, product=product),
                DraftLine(account=contra, credit=value, product=product),
            ]
        elif value < 0:
            lines += [
                DraftLine(account=contra, debit=-value, product=product),
                DraftLine(account=stock, credit=-value, product=product),
            ]
    return lines


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

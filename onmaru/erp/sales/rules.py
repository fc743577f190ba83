"""Pure decisions of sales: what a line costs, what may still be charged, what stands against a command.

Amounts are in the order's currency. Charging is cumulative: an invoice charges what the quantities after it
cost less what the quantities before it cost, so that partial invoices and credit notes add up to the order to
the last won, in whatever portions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import money, refusals
from onmaru.kernel.money import Mode

ZERO = Decimal(0)
FINE = 6

ORDER_EMPTY = refusals.reason("order_empty", _("The order has no lines."))
CUSTOMER_UNFIT = refusals.reason("customer_unfit", _("{customer} is not an active customer."))
PRODUCT_UNFIT = refusals.reason("product_unfit", _("There is no active product “{product}”."))
PRICE_MISSING = refusals.reason("price_missing", _("{product} has no price; enter one."))
PRICE_NEGATIVE = refusals.reason("price_negative", _("The unit price cannot be below zero."))
DISCOUNT_OUT_OF_RANGE = refusals.reason("discount_out_of_range", _("A discount lies between 0 and 100 %."))
ORDER_QUANTITY = refusals.reason(
    "order_quantity", _("The quantity must be above zero, with at most {digits} decimals.")
)
UNIT_UNFIT = refusals.reason("unit_unfit", _("{product} is not sold by “{unit}”."))
TAX_RATE_MISSING = refusals.reason(
    "tax_rate_missing", _("There is no tax rate “{tax_class}” in {country} on {day}.")
)
WAREHOUSE_MISSING = refusals.reason("warehouse_missing", _("{company} has no warehouse to deliver from."))
CREDIT_LIMIT_EXCEEDED = refusals.reason(
    "credit_limit_exceeded",
    _("With this order {customer} would owe {exposure}, above the credit limit of {limit}."),
)
DELIVERED_ALREADY = refusals.reason("delivered_already", _("Goods were delivered; take them back first."))
INVOICED_ALREADY = refusals.reason("invoiced_already", _("It was invoiced; cancel the invoice first."))
NOTHING_TO_DELIVER = refusals.reason("nothing_to_deliver", _("Nothing of this order can be delivered now."))
NOTHING_TO_INVOICE = refusals.reason("nothing_to_invoice", _("There is nothing to invoice now."))
NOTHING_TO_CREDIT = refusals.reason(
    "nothing_to_credit", _("Nothing was invoiced beyond what the customer has.")
)
OVER_DELIVERY = refusals.reason("over_delivery", _("{product}: at most {most} can be delivered."))
OVER_RETURN = refusals.reason("over_return", _("{product}: at most {most} can come back."))
LOT_NOT_AWAY = refusals.reason(
    "lot_not_away", _("{product}: this lot did not leave with the delivery, or all of it is back.")
)
LINE_UNKNOWN = refusals.reason("line_unknown", _("There is no such line here."))
CORRECTED_ALREADY = refusals.reason("corrected_already", _("{number} was cancelled before."))
PAYMENT_EMPTY = refusals.reason("payment_empty", _("The amount must be above zero."))
AMOUNT_TOO_FINE = refusals.reason("amount_too_fine", _("{amount} has more than {digits} decimals."))
INVOICE_OF_ANOTHER = refusals.reason("invoice_of_another", _("{number} is of another customer or currency."))
OVER_SETTLED = refusals.reason("over_settled", _("{number}: at most {most} of it can be paid."))
SETTLES_TOO_MUCH = refusals.reason(
    "settles_too_much", _("The invoices named come to more than was received with the fee.")
)
NO_ADVANCE = refusals.reason("no_advance", _("{customer} has no advance in {currency}."))


@dataclass(frozen=True, slots=True)
class Terms:
    """How a document's amounts are made: decimals of its currency, rounding, and whether prices include tax."""

    digits: int
    rounding: Mode
    per_line: bool
    tax_included: bool


@dataclass(frozen=True, slots=True)
class Charge:
    """Supply amount and tax of a line or a document."""

    supply: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.supply + self.tax

    def __sub__(self, other: Charge) -> Charge:
        return Charge(self.supply - other.supply, self.tax - other.tax)


def charge(
    quantity: Decimal, unit_price: Decimal, discount: Decimal, tax_rate: Decimal, terms: Terms
) -> Charge:
    """What a quantity costs at a unit price less a discount (0 to 1), before and of tax.

    Rounded per line, or kept to six decimals when the document is rounded as a whole.
    """
    gross = quantity * unit_price * (1 - discount)
    digits = terms.digits if terms.per_line else FINE
    mode = terms.rounding if terms.per_line else "half_up"
    if not terms.tax_included:
        supply = money.round_money(gross, digits, mode)
        return Charge(supply, money.round_money(supply * tax_rate, digits, mode))
    whole = money.round_money(gross, digits, mode)
    return Charge(*money.split_inclusive(whole, tax_rate, digits))


def total(charges: Sequence[Charge], terms: Terms) -> Charge:
    """The document's amounts: sums of its lines, rounded here when that is its scope."""
    supply = sum((one.supply for one in charges), ZERO)
    tax = sum((one.tax for one in charges), ZERO)
    if terms.per_line:
        return Charge(supply, tax)
    rounded_tax = money.round_money(tax, terms.digits, terms.rounding)
    if terms.tax_included:
        return Charge(
            money.round_money(supply + tax, terms.digits, terms.rounding) - rounded_tax, rounded_tax
        )
    return Charge(money.round_money(supply, terms.digits, terms.rounding), rounded_tax)


def part(whole: Charge, quantity: Fraction, of: Decimal, terms: Terms) -> Charge:
    """What ``quantity`` of a line costs whose ``of`` cost ``whole``; all of it is the whole, to the last coin.

    The quantity is exact: a twelfth of a box at 12,000 costs 1,000, not 999.
    """
    digits = terms.digits if terms.per_line else FINE
    mode = terms.rounding if terms.per_line else "half_up"
    return Charge(*(money.share(one, quantity, of, digits, mode) for one in (whole.supply, whole.tax)))


def shown(quantity: Fraction) -> Decimal:
    """An exact quantity as documents write it, with six decimals."""
    return money.round_money(quantity, FINE)


@dataclass(frozen=True, slots=True)
class Position:
    """A line of an order with what has happened to it; ``delivered`` to ``invoiced`` in the units named."""

    line_id: int
    ordinal: int
    kit_id: int | None
    product: int
    label: str
    stocked: bool
    quantity: Decimal
    base_quantity: Decimal
    unit_price: Decimal
    description: str
    tax_class: str
    amount: Decimal
    tax: Decimal
    digits: int
    revenue_account: str
    delivered: Decimal
    returned: Decimal
    redelivered: Decimal
    reserved: Decimal
    invoiced: Decimal
    charged_supply: Decimal
    charged_tax: Decimal

    @property
    def charged(self) -> Charge:
        """What invoices less credit notes charged of the line."""
        return Charge(self.charged_supply, self.charged_tax)

    @property
    def outstanding(self) -> Decimal:
        """Still to be delivered, in the base unit; returned goods only when they are to be sent again."""
        return max(self.base_quantity - self.delivered + self.redelivered, ZERO) if self.stocked else ZERO

    @property
    def kept(self) -> Decimal:
        """What the customer has and keeps, in the base unit."""
        return self.delivered - self.returned


def chargeable(position: Position, parts: Sequence[Position], *, by_order: bool) -> Fraction:
    """How much of a line, in its own unit, should be charged by now, exactly.

    By order: all of it, less what came back for good. By delivery: what the customer has; a service as soon as
    anything is charged; kits as far as the scarcest of their components makes them whole.
    """
    wanted = Fraction(position.quantity)
    if parts:
        ratios = [Fraction(one.kept) / Fraction(one.base_quantity) for one in parts if one.stocked]
        if by_order or not ratios or min(ratios) >= 1:
            return wanted
        base = money.round_money(min(ratios) * Fraction(position.base_quantity), position.digits, "down")
    elif not position.stocked:
        return wanted
    else:
        gone = position.returned - position.redelivered
        base = position.base_quantity - gone if by_order else position.kept
    return (
        wanted
        if base == position.base_quantity
        else wanted * Fraction(base) / Fraction(position.base_quantity)
    )


def is_done(positions: Sequence[Position]) -> bool:
    """Whether nothing is left to deliver, and the customer keeps something of it (or it was services alone)."""
    goods = [one for one in positions if one.stocked]
    return not any(one.outstanding for one in goods) and (not goods or any(one.kept for one in goods))


def due(positions: Sequence[Position], *, by_order: bool) -> dict[int, Fraction]:
    """By line (kits' parts are charged with their kit), what should be charged by now, in the line's unit.

    A service is charged with the first goods, not before them; an order of services alone at any time.
    """
    parts: dict[int, list[Position]] = {}
    for one in positions:
        if one.kit_id is not None:
            parts.setdefault(one.kit_id, []).append(one)
    heads = [one for one in positions if one.kit_id is None]
    targets = {one.line_id: chargeable(one, parts.get(one.line_id, ()), by_order=by_order) for one in heads}
    goods = {one.line_id for one in heads if one.stocked or one.line_id in parts}
    if goods and not any(targets[line_id] for line_id in goods):
        targets |= {one.line_id: Fraction(one.invoiced) for one in heads if one.line_id not in goods}
    return targets


NOTHING = Charge(ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Billed:
    """A position charged by a document: the quantity in the order's unit and its amounts, signed."""

    position: Position
    quantity: Decimal
    charge: Charge


def bill(
    positions: Sequence[Position], targets: Mapping[int, Fraction], terms: Terms, so_far: Charge
) -> tuple[list[Billed], Charge]:
    """Charge lines up to ``targets`` (by line, in the order's unit): the lines that change, and the document's total.

    What was charged is what the documents say, cancelled ones taken off, never computed anew: so the last one makes
    the sum come out. ``so_far`` is their total, needed where documents are rounded as a whole.
    """
    billed = []
    after = {one.line_id: one.charged for one in positions}
    for one in positions:
        target = targets.get(one.line_id)
        if target is None or shown(target) == one.invoiced:
            continue
        after[one.line_id] = part(Charge(one.amount, one.tax), target, one.quantity, terms)
        billed.append(Billed(one, shown(target) - one.invoiced, after[one.line_id] - one.charged))
    if terms.per_line:
        return billed, total([one.charge for one in billed], terms)
    return billed, total(list(after.values()), terms) - so_far


def most_deliverable(position: Position, tolerance: Decimal) -> Decimal:
    """What may still be delivered of a line in its base unit: the outstanding and the tolerance in per cent."""
    extra = money.round_money(position.base_quantity * tolerance / 100, position.digits, "down")
    already_over = max(position.delivered - position.redelivered - position.base_quantity, ZERO)
    return position.outstanding + max(extra - already_over, ZERO)


def shares(
    weights: dict[tuple[str, int], Decimal], amount: Decimal, digits: int
) -> dict[tuple[str, int], Decimal]:
    """``amount`` split over keys by signed weights and rounded; the key rounded farthest takes the residue.

    Not the heaviest: one whose share is even to the last digit, a tax charged as a line, stays what it is.
    """
    whole = sum(weights.values(), ZERO)
    if not whole:
        return {}
    exact = {key: amount * weight / whole for key, weight in weights.items()}
    split = {key: money.round_money(value, digits) for key, value in exact.items()}
    residue = amount - sum(split.values(), ZERO)
    farthest = max(split, key=lambda key: (exact[key] - split[key]) * residue)
    split[farthest] += residue
    return {key: value for key, value in split.items() if value}

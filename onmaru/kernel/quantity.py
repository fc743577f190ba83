"""Quantities are Decimals with their unit in the column beside them; units convert by an exact ratio."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.money import EXACT, Mode, round_money

QUANTITY_NOT_EXACT = refusals.reason(
    "quantity_not_exact", _("{quantity} cannot be counted in this unit with {digits} decimals.")
)


def convert(
    quantity: Decimal,
    numerator: int,
    denominator: int,
    digits: int,
    mode: Mode | None = None,
    field: str = "",
) -> Decimal:
    """``quantity`` × ``numerator`` ÷ ``denominator`` with ``digits`` decimals: 3 boxes of 12 are 3 × 12 ÷ 1.

    Without a ``mode`` it refuses what does not come out even, because a stock ledger may not create or lose
    goods; with one it rounds, for estimates. The ratio is two whole numbers: 0.333333 would not come back.
    """
    exact = Fraction(quantity) * numerator / denominator
    scaled = exact * Fraction(10) ** digits
    if scaled.denominator == 1:
        return EXACT.scaleb(Decimal(scaled.numerator), -digits)
    if mode is None:
        raise refusals.Refused(QUANTITY_NOT_EXACT(field, quantity=format_quantity(quantity), digits=digits))
    return round_money(EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator)), digits, mode)


def format_quantity(quantity: Decimal) -> str:
    """1,234.5 for people: commas, and no zeros after the last decimal that counts."""
    figure = f"{quantity:,f}"
    plain = figure.rstrip("0").rstrip(".") if "." in figure else figure
    return "0" if plain == "-0" else plain

"""Quantity: conversion never creates or loses a piece."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onmaru.kernel import quantity, refusals

quantities = st.decimals(Decimal("-1e9"), Decimal("1e9"), places=3)
ratios = st.integers(1, 10_000)


@given(quantities, ratios, ratios)
def test_there_and_back_is_the_same_or_refused(amount, numerator, denominator):
    try:
        there = quantity.convert(amount, numerator, denominator, 6)
    except refusals.Refused as refused:
        assert refused.codes == ["quantity_not_exact"]
    else:
        assert quantity.convert(there, denominator, numerator, 6) == amount


@given(quantities, ratios, ratios)
def test_rounding_stays_within_half_a_step(amount, numerator, denominator):
    rounded = quantity.convert(amount, numerator, denominator, 2, "half_up")
    assert abs(rounded * denominator - amount * numerator) * 2 <= Decimal("0.01") * denominator


def test_boxes_and_pieces():
    assert quantity.convert(Decimal(3), 12, 1, 0) == 36
    assert quantity.convert(Decimal(36), 1, 12, 3) == 3
    assert quantity.convert(Decimal("1.5"), 1, 1, 1) == Decimal("1.5")
    assert quantity.convert(Decimal(5), 1, 12, 3, "down") == Decimal("0.416")


@pytest.mark.parametrize(
    ("amount", "ratio", "digits"), [("5", (1, 12), 3), ("1.5", (1, 1), 0), ("1", (1, 3), 6)]
)
def test_what_does_not_come_out_even_is_refused(amount: str, ratio: tuple[int, int], digits: int) -> None:
    numerator, denominator = ratio
    with pytest.raises(refusals.Refused) as refused:
        quantity.convert(Decimal(amount), numerator, denominator, digits, field="lines.3.quantity")
    assert refused.value.codes == ["quantity_not_exact"]
    assert refused.value.reasons[0].field == "lines.3.quantity"


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("1234.500", "1,234.5"),
        ("100", "100"),
        ("100.000", "100"),
        ("1E+3", "1,000"),
        ("-0.000", "0"),
        ("0.10", "0.1"),
        ("1234567890123456789012345678901.250", "1,234,567,890,123,456,789,012,345,678,901.25"),
    ],
)
def test_format_quantity(amount, expected):
    assert quantity.format_quantity(Decimal(amount)) == expected

"""Formulas: what they come to, and what they may never do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from onmaru.kernel import expressions
from onmaru.kernel.refusals import Refused

ROW = {
    "price": Decimal("1000.10"),
    "count": 3,
    "name": "볼트",
    "from_on": date(2026, 11, 1),
    "to_on": date(2026, 11, 22),
    "urgent": True,
    "empty": None,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("price * count", Decimal("3000.30")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("round(price / 3, 2)", Decimal("333.37")),
        ("round(-2.5)", Decimal(-3)),
        ("to_on - from_on", Decimal(21)),
        ("from_on + 30", date(2026, 12, 1)),
        ("'긴급' if urgent and count > 2 else '보통'", "긴급"),
        ("name + '/' + upper('a')", "볼트/A"),
        ("max(count, 10) - min(1, 2)", Decimal(9)),
        ("coalesce(empty, 7)", Decimal(7)),
        ("year(to_on) * 100 + month(to_on)", Decimal(202611)),
        ("1 < count <= 3", True),
        ("price + empty", None),
        ("price / (count - 3)", None),
        ("name + 1", None),
        ("from_on + 99999999", None),
    ],
)
def test_what_a_formula_comes_to(text: str, value: object) -> None:
    assert expressions.parse(text).value(ROW) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "name.__class__",
        "name[0]",
        "__import__('os')",
        "open('a')",
        "(lambda: 1)()",
        "[1 for a in name]",
        "f'{name}'",
        "2 ** 99",
        "1 % 2",
        "price = 3",
        "round(price, ndigits=2)",
        "round(*name)",
        "1j",
        "b'a'",
        "None",
        "(" * 60 + "1" + ")" * 60 + "+1" * 60,
        "9" * 200,
        "(a := 1)",
    ],
)
def test_nothing_else_is_read(text: str) -> None:
    with pytest.raises(Refused) as refused:
        expressions.parse(text)
    assert refused.value.codes == ["expression_unreadable"]


def test_a_text_is_never_repeated_into_a_flood() -> None:
    assert expressions.parse("name * 1000000").value(ROW) is None
    assert expressions.parse("'가' * 9").value(ROW) is None


def test_a_formula_is_tried_before_it_is_kept() -> None:
    samples: dict[str, Any] = {"price": Decimal(1), "to_on": date(2026, 1, 1), "name": "a"}
    assert expressions.check("price * 2", samples) is Decimal
    assert expressions.check("to_on + 1", samples) is date
    assert expressions.check("price > 2", samples) is bool
    assert expressions.check("1 / (price - price)", samples) is Decimal
    for text, codes in (
        ("price + nothing + other", ["expression_name", "expression_name"]),
        ("price + name", ["expression_misfit"]),
        ("upper(price)", ["expression_misfit"]),
        ("round(price, 99)", ["expression_misfit"]),
        ("1" + " + 1" * 200, ["expression_too_long"]),
    ):
        with pytest.raises(Refused) as refused:
            expressions.check(text, samples, field="formula")
        assert refused.value.codes == codes, text
        assert {reason.field for reason in refused.value.reasons} == {"formula"}

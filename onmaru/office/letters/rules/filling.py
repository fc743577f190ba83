"""Words of a template with the fields of a record in them; what is in braces is a formula that anybody may write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from onmaru.kernel import expressions, paper
from onmaru.kernel.quantity import format_quantity

_PLACE = re.compile(r"\{([^{}\n]{1,500})\}")


def names(text: str) -> frozenset[str]:
    """The fields that a text asks for."""
    found = (expressions.parse(one).names for one in _PLACE.findall(text))
    return frozenset().union(*found)


def check(text: str, samples: Mapping[str, Any], *, field: str) -> None:
    """Raises Refused with the first place that cannot be read or names no field."""
    for one in _PLACE.findall(text):
        expressions.check(one, samples, field=field)


def fill(text: str, values: Mapping[str, Any]) -> str:
    """The text with what its places come to, written in the language active now; nothing for what is missing."""
    return _PLACE.sub(lambda place: _said(expressions.parse(place[1]).value(values)), text)


def _said(value: expressions.Value) -> str:
    if isinstance(value, Decimal):
        return format_quantity(value)
    if isinstance(value, date):
        return paper.day(value)
    return "" if value is None else str(value)

"""Words of a template with the fields of a record in them; what is in braces is a formula that anybody may write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from onmaru.kernel import expressions, paper
from onmaru.kernel.quantity import format_quantity
from onmaru.kernel.refusals import Refusal, Refused

_PLACE = re.compile(r"\{([^{}\n]{1,500})\}")
# A formula knows no dots: a path through references is one name of it, ``customer__name``.
_DOT = re.compile(r"""('[^']*'|"[^"]*")|([^\W\d]\w*)\.(?=[^\W\d])""")


def names(text: str) -> frozenset[str]:
    """The fields that a text asks for."""
    found = (_read(one).names for one in _PLACE.findall(text))
    return frozenset().union(*found)


def check(text: str, samples: Mapping[str, Any], *, field: str) -> None:
    """Raises Refused with the first place that cannot be read or names no field."""
    for one in _PLACE.findall(text):
        try:
            expressions.check(_flat(one), samples, field=field)
        except Refused as refused:
            raise Refused(*map(_dotted, refused.reasons)) from refused


def fill(text: str, values: Mapping[str, Any]) -> str:
    """The text with what its places come to, written in the language active now; nothing for what is missing."""
    return _PLACE.sub(lambda place: _said(_read(place[1]).value(values)), text)


def _flat(formula: str) -> str:
    return _DOT.sub(lambda found: found[1] or f"{found[2]}__", formula)


def _read(formula: str) -> expressions.Expression:
    return expressions.parse(_flat(formula))


def _dotted(reason: Refusal) -> Refusal:
    """The reason with the path as it was written."""
    said = {name: str(value).replace("__", ".") for name, value in reason.params.items()}
    return replace(reason, params=said)


def _said(value: expressions.Value) -> str:
    if isinstance(value, Decimal):
        return format_quantity(value)
    if isinstance(value, date):
        return paper.day(value)
    return "" if value is None else str(value)

"""What stands down, across and in the figures of a pivot, read from an address or from the declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onmaru.kernel import money
from onmaru.kernel.refusals import Refusal
from onmaru.workbench import filters, groups, registry, shown
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.fields import Text
from onmaru.workbench.groups import Dimension

FUNCTIONS: Mapping[str, tuple[str, Text]] = {
    "sum": ("sum", gettext_lazy("Sum")),
    "average": ("avg", gettext_lazy("Average")),
    "least": ("min", gettext_lazy("Least")),
    "most": ("max", gettext_lazy("Most")),
}
MOST = {"down": 3, "across": 2, "measure": 4}


@dataclass
class Layout:
    """What stands down, across and in the figures; ``problems`` are words of the address that mean nothing here."""

    down: list[Dimension] = field(default_factory=list)
    across: list[Dimension] = field(default_factory=list)
    measure: list[Figured] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)

    @property
    def currency(self) -> str:
        """The path of the currency that amounts are kept apart by, "" where there is none."""
        found = (groups.currency_of(one.column) for one in self.measure if one.column)
        return next((path for path in found if path), "")


@dataclass(frozen=True)
class Figured:
    """A measure by its words: ``total`` sums, ``total.average`` does not, ``count`` counts records."""

    name: str
    function: str = "count"
    column: Column | None = None

    @property
    def label(self) -> str:
        """What stands above its figures."""
        if self.column is None:
            return _("Count")
        words = FUNCTIONS[self.function][1]
        return f"{self.column.label}" if self.function == "sum" else f"{self.column.label} ({words})"

    def show(self, value: Any, currency: str) -> str:
        """A figure as people read it."""
        if value is None:
            return ""
        if self.column is None or (self.column.kind == "integer" and self.function != "average"):
            return f"{value:,}"
        return shown.amount(rounded(value, currency), currency)


def rounded(value: Any, currency: str = "") -> Decimal:
    """An average to the decimals of its currency, else to two; sums have no more of their own."""
    exact = value if isinstance(value, Decimal) else Decimal(value)
    digits = max(money.minor_digits(currency) if currency else 0, 2)
    few = Decimal(1).scaleb(-digits)
    exponent = exact.as_tuple().exponent
    return exact.quantize(few, ROUND_HALF_UP) if isinstance(exponent, int) and exponent < -6 else exact


def dimensions(entity: Entity) -> list[Dimension]:
    """All that records of the entity can be put together by."""
    columns = [one for one in entity.filter_columns.values() if groups.is_grouped(entity, one)]
    return [
        Dimension(one, part)
        for one in columns
        for part in (registry.DATE_PARTS if one.kind in {"date", "datetime"} else [""])
    ]


def measures(entity: Entity) -> list[Figured]:
    """All figures: the count, sums of what is summed, and averages and extremes of every amount and number."""
    known = {one.name: one for one in (*entity.list_columns, *entity.filter_columns.values())}
    numbers = [one for one in known.values() if one.path and one.kind in {"money", "quantity", "integer"}]
    paths = {path for one in numbers if (path := groups.currency_of(one))}
    main = next((path for one in numbers if (path := groups.currency_of(one))), "")
    fitting = [one for one in numbers if groups.currency_of(one) in {"", main}] if paths else numbers
    return [Figured("count")] + [
        Figured(one.name if function == "sum" else f"{one.name}.{function}", function, one)
        for one in fitting
        for function in FUNCTIONS
        if one.summed or function != "sum"
    ]


def layout(entity: Entity, given: Mapping[str, list[str]]) -> Layout:
    """The layout that an address names; where it names none, the declared one, else a plain one."""
    known: Mapping[str, Mapping[str, Any]] = {
        "down": {one.name: one for one in dimensions(entity)},
        "measure": {one.name: one for one in measures(entity)},
    }
    wanted = {name: given.get(name, []) for name in MOST}
    if not any(wanted.values()):
        wanted = _unsaid(entity, known)
    found = Layout()
    for name, words in wanted.items():
        pool = known.get(name, known["down"])
        getattr(found, name).extend(pool[word] for word in dict.fromkeys(words) if word in pool)
        del getattr(found, name)[MOST[name] :]
        found.problems += [filters.COLUMN_UNKNOWN(name, name=one[:60]) for one in words if one not in pool]
    found.across = [one for one in found.across if one not in found.down]
    found.measure = found.measure or [known["measure"]["count"]]
    return found


def _unsaid(entity: Entity, known: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """What the declaration says: figures, and what records are put together by: the first down, the rest across."""
    dated = {one.name for one in entity.filter_columns.values() if one.kind in {"date", "datetime"}}
    words = [f"{word}.month" if word in dated else word for word in entity.pivot]
    by = [word for word in words if word in known["down"]]
    if not by:
        by = [one.name for one in known["down"].values() if one.column.kind in {"state", "choice"}][:1]
    figures = [word for word in words if word in known["measure"]]
    summed = [one.name for one in known["measure"].values() if one.function == "sum"][:1]
    return {"down": by[:1], "across": by[1:], "measure": figures or ["count", *summed]}

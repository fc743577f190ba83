"""One page of a list: filters, search, sort, totals; paged by key, so the last page costs what the first does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal
from onmaru.workbench.entity import Column, Entity


class Cell(NamedTuple):
    """A value and its text as people read it."""

    column: Column
    value: Any
    text: str


class Row(NamedTuple):
    id: int
    record: Any
    cells: list[Cell]


@dataclass(frozen=True)
class Total:
    """Sums of the whole filtered set in one currency ("" for quantities and single-currency lists)."""

    currency: str
    sums: Mapping[str, Decimal]
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Filter:
    """One filter as applied: what the filter bar shows and the address says. ``texts`` are the values in words."""

    column: Column
    test: str
    raw: list[str]
    texts: list[str]

    @property
    def parameter(self) -> str:
        """Its name in the query string: ``ordered_on__gte``."""
        return self.column.name + (f"__{self.test}" if self.test else "")


@dataclass
class Page:
    """``next`` and ``previous`` are cursors for ``after=`` and ``before=``, None at the ends.

    ``count`` is None when there are more than ``listing.CHEAP`` records and nobody asked with ``count=1``; totals
    are then empty too. ``problems`` are the parameters that a lenient reading left out.
    """

    entity: Entity
    columns: tuple[Column, ...]
    rows: list[Row]
    next: str | None = None
    previous: str | None = None
    sort: str = ""
    search: str = ""
    filters: list[Filter] = field(default_factory=list)
    count: int | None = None
    totals: list[Total] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)


CHEAP = 10_000
LIMIT = 50
LARGEST = 500


def page(entity: Entity, by: Actor, params: Any, *, strict: bool = True) -> Page:
    """The records of ``entity`` that ``by`` may see, as the query string ``params`` (a QueryDict or a dict) asks.

    Parameters: ``q`` search, ``sort`` (``-ordered_on``), ``after``/``before`` cursors, ``limit``, ``count=1``,
    ``fields=number,total``, and filters ``state=draft`` (repeat for several), ``customer=12`` or a code or number,
    ``ordered_on__gte/__lte``, ``state__in=a,b``, ``customer.name__contains``, ``promised_on__empty=true``.
    Raises Refused with every unreadable parameter; with ``strict=False`` leaves those out and reports them.
    """
    raise NotImplementedError

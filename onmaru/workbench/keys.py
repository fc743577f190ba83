"""Paging by key: the next page starts after the last row's sort value and id, so every page costs the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core import signing
from django.db import models
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.refusals import Refused
from onmaru.workbench import columns, values
from onmaru.workbench.entity import Column

CURSOR_INVALID = refusals.reason(
    "cursor_invalid", _("This page address is out of date; start again from the first page.")
)

_signer = signing.Signer(salt="workbench.cursor")
_BACK: Mapping[str, Callable[[Any], Any]] = {
    "money": Decimal,
    "quantity": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}


@dataclass(frozen=True)
class Order:
    """A sort: by ``column`` and then by id, both the same way."""

    word: str
    column: Column

    @property
    def descending(self) -> bool:
        """Whether the largest come first."""
        return self.word.startswith("-")

    @property
    def path(self) -> str:
        """The ORM path sorted by."""
        return self.column.sort or self.column.path

    @property
    def by_id(self) -> bool:
        """Whether the id alone decides."""
        return self.path in {"id", "pk"}

    def sort(self, rows: QuerySet[Any], *, backward: bool = False) -> QuerySet[Any]:
        """``rows`` in this order, or in the opposite one."""
        sign = "-" if self.descending != backward else ""
        return rows.order_by(f"{sign}pk") if self.by_id else rows.order_by(f"{sign}{self.path}", f"{sign}pk")

    def cursor(self, row: Any, *, last: bool = False) -> str:
        """The place of a row in this order, or the ``last`` with its value, sealed so that nobody makes one up."""
        value = None if self.by_id else columns.getter(self.path.replace("__", "."))(row)
        key = (0 if self.descending else 2**63 - 1) if last else row.pk
        return _signer.sign_object([self.word, values.plain(value), key])

    def place(self, cursor: str, name: str) -> tuple[Any, int]:
        """The sort value and id in a cursor. Raises Refused for a foreign one or one of another order."""
        try:
            word, value, key = _signer.unsign_object(cursor)
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise Refused(CURSOR_INVALID(name)) from error
        if word != self.word:
            raise Refused(CURSOR_INVALID(name))
        back = _BACK.get(self.column.kind)
        return (back(value) if back and isinstance(value, str) else value), key

    def beyond(self, value: Any, key: int, *, backward: bool = False) -> Any:
        """The condition for what comes after a place. PostgreSQL holds null as larger than everything."""
        down = self.descending != backward
        test = "lt" if down else "gt"
        if self.by_id:
            return Q(**{f"pk__{test}": key})
        if not self.column.nullable:
            return _row_comparison(self.path, value, key, "<" if down else ">")
        same = Q(
            **{f"{self.path}__isnull": True} if value is None else {self.path: value}, **{f"pk__{test}": key}
        )
        if value is None:
            return same | Q(**{f"{self.path}__isnull": False}) if down else same
        further = Q(**{f"{self.path}__{test}": value})
        return same | further if down else same | further | Q(**{f"{self.path}__isnull": True})


def _row_comparison(path: str, value: Any, key: int, sign: str) -> Func:
    """(column, id) > (value, id): one range of an index on both, where two conditions would be a filter."""
    here = Func(F(path), F("pk"), template="(%(expressions)s)", output_field=BooleanField())
    there = Func(Value(value), Value(key), template="(%(expressions)s)", output_field=BooleanField())
    return Func(here, there, template="%(expressions)s", arg_joiner=f" {sign} ", output_field=BooleanField())


@dataclass(frozen=True)
class Slice:
    records: list[models.Model]
    next: str | None
    previous: str | None


def cut(rows: QuerySet[Any], order: Order, limit: int, after: str = "", before: str = "") -> Slice:
    """One page of ``rows``; ``before`` reads backwards from its place. Raises Refused for a bad cursor."""
    backward = bool(before)
    if after or before:
        value, key = order.place(before or after, "before" if backward else "after")
        rows = rows.filter(order.beyond(value, key, backward=backward))
    found = list(order.sort(rows, backward=backward)[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    if backward:
        found.reverse()
    further = bool(found) and (more or backward)
    earlier = bool(found) and (more if backward else bool(after))
    return Slice(
        found, order.cursor(found[-1]) if further else None, order.cursor(found[0]) if earlier else None
    )

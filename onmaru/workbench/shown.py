"""Values as people read them. In Python, because the templates' own localisation costs three times as much."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
from django.utils import timezone
from django.utils.translation import gettext as _

from onmaru.kernel import money, personal, quantity, refusals
from onmaru.workbench import columns
from onmaru.workbench.entity import Column

Show = Callable[[Any, Any], str]
HOME: ContextVar[str] = ContextVar("home", default="")
"""The currency that a reader takes an amount for."""


def shower(column: Column) -> Show:
    """A function ``(value, row) -> text`` for a column, made once per page in the language active now."""
    if column.kind == "money":
        return _money_shower(column)
    if column.written:
        write, mask = columns.getter(column.written), personal.mask
        return lambda value, row: mask(write(row)) if isinstance(value, personal.Masked) else write(row)
    if column.choices:
        words = {value: str(label) for value, label in column.choices}
        if column.many:
            return lambda value, row: ", ".join(words.get(one, str(one)) for one in value or [])
        return lambda value, row: words.get(value, "" if value is None else str(value))
    plain = _PLAIN.get(column.kind, str)
    return lambda value, row: "" if value is None else plain(value)


def show(column: Column, value: Any, row: Any = None) -> str:
    """One value as text."""
    return shower(column)(value, row)


def midway(what: object) -> str:
    """The name of a thing within a sentence: New sales order, but New API token."""
    said = str(what)
    return said if said[1:2].isupper() else said[:1].lower() + said[1:]


def amount(value: Decimal, currency: str = "") -> str:
    """1,234,500 or 12.50: at least the currency's decimals, never one cut off, no trailing zeros beyond."""
    figure = f"{value:,f}"
    whole, _point, decimals = figure.partition(".")
    decimals = decimals.rstrip("0").ljust(_digits(currency), "0")
    text = f"{whole}.{decimals}" if decimals else whole
    return text[1:] if text.startswith("-") and not value else text


@contextmanager
def at_home(*currencies: str) -> Iterator[None]:
    """Within this, amounts not in the one currency of a person's companies say theirs; all do where those differ."""
    token = HOME.set(currencies[0] if len({*currencies}) == 1 else "-" if currencies else "")
    try:
        yield
    finally:
        HOME.reset(token)


def foreign(currency: str) -> str:
    """The currency where it is not the one that a reader takes an amount for, else ""."""
    return currency if HOME.get() not in ("", currency) else ""


def told(value: Decimal, currency: str = "") -> str:
    """An amount, and its currency where it is not the one that a reader takes it for."""
    return f"{amount(value, currency)} {foreign(currency)}".rstrip()


def _digits(currency: str) -> int:
    if not currency:
        return 0
    try:
        return money.minor_digits(currency)
    except refusals.Refused:
        return 2


def _money_shower(column: Column) -> Show:
    if not column.currency:
        return lambda value, row: "" if value is None else amount(value, HOME.get().strip("-"))
    currency = columns.getter(column.currency)
    return lambda value, row: "" if value is None else told(value, (row and currency(row)) or "")


def _integer(value: int) -> str:
    return f"{value:,}" if abs(value) >= 10_000 else str(value)


def _quantity(value: Decimal | int) -> str:
    return quantity.format_quantity(value if isinstance(value, Decimal) else Decimal(value))


def _datetime(value: datetime) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


def _json(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return ", ".join(str(one) for one in value)
    return orjson.dumps(value, default=str).decode()


_PLAIN: Mapping[str, Callable[[Any], str]] = {
    "integer": _integer,
    "quantity": _quantity,
    "date": date.isoformat,
    "datetime": _datetime,
    "boolean": lambda value: _("Yes") if value else _("No"),
    "json": _json,
}


def duration(lasted: timedelta) -> str:
    """How long something lasted, by its two largest units."""
    minutes = int(lasted.total_seconds()) // 60
    hours, days = minutes // 60, minutes // 1440
    if days:
        return _("{days} d {hours} h").format(days=days, hours=hours % 24)
    if hours:
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes % 60)
    return _("{minutes} min").format(minutes=minutes)

"""Filters in plain words: last month, 3월, > 1000000, 비어 있음. What is no phrase is left to be read as a value."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from onmaru.kernel import calendars
from onmaru.workbench import phrases, shown
from onmaru.workbench.entity import Column
from onmaru.workbench.phrases import Span

DAYS = {"date", "datetime"}
NUMBERS = {"integer", "money", "quantity"}
SIGNS = {"gte": "≥ ", "lte": "≤ ", "gt": "> ", "lt": "< "}
Meant = tuple[Q, str]


def read(column: Column, test: str, text: str) -> Meant | None:
    """The condition that a phrase puts on a column, and its words in the language active now."""
    if column.kind in DAYS and (said := phrases.days(text)) is not None:
        return within(column, test, said.span(calendars.today())), str(said.words)
    if test not in ("", "not") or column.kind not in DAYS | NUMBERS:
        return None
    if (empty := phrases.emptiness(text)) is not None:
        found = Q(**{f"{column.path}__isnull": empty})
        return (~found if test else found), _("empty") if empty else _("not empty")
    limits = phrases.bounds(text) if column.kind in NUMBERS else []
    return _limited(column, test, limits) if limits else None


def within(column: Column, test: str, span: Span) -> Q:
    """A span as a filter's test means it: on or after its first day, before it, not in it."""
    first, after = _start(column, span.first), _start(column, span.last + timedelta(days=1))
    inside = Q(**{f"{column.path}__gte": first, f"{column.path}__lt": after})
    ways = {
        "not": ~inside,
        "gte": Q(**{f"{column.path}__gte": first}),
        "lt": Q(**{f"{column.path}__lt": first}),
    }
    ways |= {"lte": Q(**{f"{column.path}__lt": after}), "gt": Q(**{f"{column.path}__gte": after})}
    return ways.get(test, inside)


def _start(column: Column, day: date) -> date | datetime:
    """Where a day begins in a column of days, or in one of moments, in the zone active now."""
    return timezone.make_aware(datetime.combine(day, time.min)) if column.kind == "datetime" else day


def _limited(column: Column, test: str, limits: list[tuple[str, Decimal]]) -> Meant:
    found = Q(**{f"{column.path}__{end}": number for end, number in limits})
    words = " ".join(SIGNS[end] + shown.amount(number) for end, number in limits)
    return (~found if test else found), words

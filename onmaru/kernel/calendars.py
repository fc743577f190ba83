"""The day of a company, and working days by country and year: public holidays from the package, its own as data.

Every day that differs from its week is a ``SpecialDay`` and names its source. ``own`` holds those of the
company (its founding day off, a Saturday worked) and wins over the public ones. A change of law is a new
version of the package; until then it is a row among the company's own days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.metadata import version
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals

CALENDAR_UNKNOWN = refusals.reason("calendar_unknown", _("There is no calendar of holidays for “{country}”."))

# Until 2025 Korea's 1 May was a paid day off by its own act only (근로자의 날 제정에 관한 법률).
CATEGORIES = {"KR": ("public", "bank")}
ONE_DAY = timedelta(days=1)
DEFAULT_ZONE = "Asia/Seoul"
VERSION = version("holidays")


@dataclass(frozen=True)
class SpecialDay:
    """A day that is not like its weekday: off, or worked although it is a weekend; and who said so."""

    on: date
    name: str
    source: str
    works: bool = False


Days = Mapping[date, SpecialDay]
NO_DAYS: Days = MappingProxyType({})


def today(*records: Any) -> date:
    """The day in the zone of the company that a record is or belongs to, else in Korea."""
    return day_of(timezone.now(), *records)


def day_of(moment: datetime, *records: Any) -> date:
    """The day that a moment fell on in that zone."""
    for record in records:
        company = getattr(record, "company", record)
        zone = getattr(company, "zone", None)
        if isinstance(zone, str):
            return moment.astimezone(ZoneInfo(zone)).date()
    return moment.astimezone(ZoneInfo(DEFAULT_ZONE)).date()


@lru_cache(maxsize=256)
def public_holidays(country: str, year: int, language: str = "ko") -> Days:
    """The days off of one year, substitutes and elections included, named in ``language`` where it is known.

    Refuses a country without a calendar.
    """
    if country not in holidays.list_supported_countries(include_aliases=False):
        raise refusals.Refused(CALENDAR_UNKNOWN("country", country=country))
    days: dict[date, SpecialDay] = {}
    for category in CATEGORIES.get(country, ("public",)):
        found = holidays.country_holidays(
            country, years=year, categories=category, language=_named(country, language)
        )
        source = f"holidays {VERSION}, {country} {category}"
        days |= {day: SpecialDay(day, name, source) for day, name in found.items()}
    return MappingProxyType(days)


@lru_cache
def _named(country: str, language: str) -> str | None:
    """The package's code for a language (en → en_US), or None for what the country itself speaks."""
    known = holidays.list_localized_countries(include_aliases=False).get(country, [])
    return next((code for code in known if code.startswith(language)), None)


@lru_cache
def _weekend(country: str) -> frozenset[int]:
    return frozenset(holidays.country_holidays(country).weekend)


def special(
    day: date, own: Days = NO_DAYS, *, country: str = "KR", language: str = "ko"
) -> SpecialDay | None:
    """What is special about a day, with its name and source, or None."""
    return own.get(day) or public_holidays(country, day.year, language).get(day)


def is_working(day: date, own: Days = NO_DAYS, *, country: str = "KR") -> bool:
    """Whether people work on this day."""
    known = special(day, own, country=country)
    return known.works if known else day.weekday() not in _weekend(country)


def _working(day: date, step: timedelta, own: Days, country: str) -> Iterator[date]:
    """The working days from ``day`` on, itself included, forwards or backwards."""
    while True:
        if is_working(day, own, country=country):
            yield day
        day += step


def next_working(day: date, own: Days = NO_DAYS, *, country: str = "KR") -> date:
    """The day itself when it is worked, or else the first one after it: where a due date moves to."""
    return next(_working(day, ONE_DAY, own, country))


def add_working_days(day: date, count: int, own: Days = NO_DAYS, *, country: str = "KR") -> date:
    """The ``count``-th working day after ``day``, before it when negative; ``day`` itself when 0."""
    if count == 0:
        return day
    step = ONE_DAY if count > 0 else -ONE_DAY
    days = _working(day + step, step, own, country)
    return next(found for number, found in enumerate(days, 1) if number == abs(count))


def working_days_between(first: date, last: date, own: Days = NO_DAYS, *, country: str = "KR") -> int:
    """Working days after ``first`` up to ``last``, negative when it lies before: undoes adding them."""
    if last < first:
        return -working_days_between(last - ONE_DAY, first - ONE_DAY, own, country=country)
    days = (first + ONE_DAY * number for number in range(1, (last - first).days + 1))
    return sum(is_working(day, own, country=country) for day in days)

"""Days, months and quarters as calendars lay them out. A week begins on Sunday, as Korean calendars have it."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "year": 12}
FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)
ONE_DAY = timedelta(days=1)


def day_of(text: str, today: date) -> date:
    """The day that ``2026-11-22``, ``2026-11`` or ``2026`` begins with; ``today`` for anything else."""
    try:
        found = date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) in {4, 7} else text)
    except ValueError:
        return today
    return found if FIRST <= found <= LAST else today


def within(day: date, span: str) -> tuple[date, date]:
    """First and last day of the week, month, quarter or year around ``day``."""
    if span == "day":
        return day, day
    if span == "week":
        first = day - timedelta(days=(day.weekday() + 1) % 7)
        return first, first + timedelta(days=6)
    months = MONTHS[span]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, stepped(first, span, 1) - ONE_DAY


def stepped(day: date, span: str, steps: int) -> date:
    """The day so many weeks, months, quarters or years on; the 31st becomes the last day of a shorter month."""
    if span == "week":
        return day + timedelta(days=7 * steps)
    at = day.year * 12 + day.month - 1 + MONTHS[span] * steps
    year, month = divmod(at, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def weeks(first: date, last: date) -> list[list[date]]:
    """The weeks that ``first`` to ``last`` touch, whole."""
    start, end = within(first, "week")[0], within(last, "week")[1]
    days = [start + timedelta(days=place) for place in range((end - start).days + 1)]
    return [days[place : place + 7] for place in range(0, len(days), 7)]


def part_of(day: date, part: str) -> tuple[date, date]:
    """First and last day of a part of a date as the database cuts it: there a week begins on Monday."""
    if part == "week":
        return day, day + timedelta(days=6)
    return within(day, part)

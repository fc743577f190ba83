"""When an activity comes again, and when it is reminded of."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, refusals
from onmaru.kernel.refusals import Refusal

REPEATS_BEFORE_DUE = refusals.reason("repeats_before_due", _("It cannot stop repeating before it is due."))
NEXT_NEEDS_DAY = refusals.reason("next_needs_day", _("Say on which day the next one is due."))
RECORD_HALF = refusals.reason("record_half", _("A record is named by its kind and its number together."))
CALENDAR_UNREADABLE = refusals.reason("calendar_unreadable", _("This is no calendar file (.ics)."))
CALENDAR_TOO_LONG = refusals.reason("calendar_too_long", _("More than {limit} entries at once are too many."))

MORNING = time(9)


def of_repeating(due_on: date, repeats: str, until: date | None) -> list[Refusal]:
    """Why an activity cannot repeat so."""
    wrong = bool(repeats) and until is not None and until < due_on
    return [REPEATS_BEFORE_DUE("repeats_until")] if wrong else []


def next_due(anchor_on: date, repeats: str, after: date) -> date:
    """The first day of the series after ``after``. Months and years keep the anchor's day, or the last there is."""
    if repeats == "workdays":
        return calendars.next_working(after + timedelta(days=1))
    if repeats in ("daily", "weekly"):
        step = 1 if repeats == "daily" else 7
        gone = max(0, (after - anchor_on).days)
        return anchor_on + timedelta(days=(gone // step + 1) * step)
    step = 1 if repeats == "monthly" else 12
    months = max(1, (after.year - anchor_on.year) * 12 + after.month - anchor_on.month) // step * step
    found = _months_on(anchor_on, max(months, step))
    return found if found > after else _months_on(anchor_on, max(months, step) + step)


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def remind_at(due_on: date, starts_at: datetime | None, lead: str, zone: ZoneInfo) -> datetime | None:
    """When to remind; what has no hour counts as due at nine in the morning of the person's zone."""
    if not lead:
        return None
    due = starts_at or datetime.combine(due_on, MORNING, zone)
    return due - timedelta(minutes=int(lead))

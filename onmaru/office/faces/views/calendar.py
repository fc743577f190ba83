"""The calendar: records on the days of one of their dates, a month or a week at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from onmaru.kernel import calendars
from onmaru.kernel.identity import Actor
from onmaru.office.faces import rules
from onmaru.office.faces.views import frame
from onmaru.office.faces.views.frame import Asked, Choice
from onmaru.workbench import filters
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.views import faces

MOST = 1000
MOST_A_DAY = {"month": 4, "week": 40}


class Event(NamedTuple):
    """A record on its day; ``free`` may be put on another."""

    record: Any
    note: str
    tone: str
    state: str
    free: bool


@dataclass(frozen=True)
class Day:
    """One day of the calendar; ``rest`` counts what has no room, ``href`` leads to the list of all of it."""

    on: date
    outside: bool
    now: bool
    holiday: str
    events: Sequence[Event]
    rest: int
    href: str


@dataclass(frozen=True)
class Pager:
    """The stretch of time shown, and the ways to others."""

    title: str
    earlier: str
    later: str
    today: str
    spans: Sequence[Choice]


def dates_of(entity: Entity) -> list[Column]:
    """The dates that records can be laid out by, the declared one first, then those of the list."""
    found = [one for one in entity.filter_columns.values() if one.kind in {"date", "datetime"} and one.path]
    listed = {one.name: place for place, one in enumerate(entity.list_columns)}
    return sorted(found, key=lambda one: (one.name != entity.calendar, listed.get(one.name, len(listed))))


def pager(asked: Asked, day: date, span: str, spans: dict[str, Any]) -> Pager:
    """The ways from one stretch of time to the next."""
    first, last = rules.within(day, span)
    return Pager(
        _title(first, last, span),
        asked.href(on=f"{rules.stepped(first, span, -1)}"),
        asked.href(on=f"{rules.stepped(first, span, 1)}"),
        asked.href(on=None),
        [Choice(label, asked.href(span=one), one == span) for one, label in spans.items()],
    )


def _title(first: date, last: date, span: str) -> str:
    if span == "month":
        return formats.date_format(first, "YEAR_MONTH_FORMAT")
    if span == "year":
        return _("Year {year}").format(year=first.year)
    return f"{first} – {last}"


def _answer(request: HttpRequest, by: Actor, entity: Entity) -> HttpResponse:
    asked = frame.read(request, by, entity)
    dates = dates_of(entity)
    column = frame.chosen(dates, asked.word("by"))
    span = "week" if asked.word("span") == "week" else "month"
    today = calendars.today()
    day = rules.day_of(asked.word("on"), today)
    weeks = rules.weeks(*rules.within(day, span))
    events = _events(asked, column, weeks[0][0], weeks[-1][-1])
    month = day.month if span == "month" else 0
    context = {
        "column": column,
        "columns": asked.choices("by", dates, column),
        "pager": pager(asked, day, span, {"month": _("Month"), "week": _("Week")}),
        "span": span,
        "weeks": [
            [_day(asked, column, one, events[one], span, month, today) for one in week] for week in weeks
        ],
        "heads": [formats.date_format(one, "D") for one in weeks[0]],
        "may_move": column.kind == "date" and frame.may_edit(entity, by, column.name),
        "most": MOST if sum(map(len, events.values())) >= MOST else 0,
    }
    return frame.draw(asked, "faces/calendar.html", context)


def _events(asked: Asked, column: Column, first: date, last: date) -> dict[date, list[Event]]:
    between = filters.read(
        asked.entity, asked.by, {f"{column.name}__gte": f"{first}", f"{column.name}__lte": f"{last}"}
    )
    rows = asked.found.filter(between.condition).order_by(column.path, "pk")[:MOST]
    tone, told_by = frame.tone(asked.entity), frame.told_by(asked.entity)
    free = frame.editable(asked.entity, asked.by, column.name)
    found: dict[date, list[Event]] = defaultdict(list)
    for row in rows:
        on = column.getter(row)
        on = timezone.localtime(on).date() if isinstance(on, datetime) else on
        found[on].append(Event(row, told_by(row), *tone(row), column.kind == "date" and free(row)))
    return found


def _day(
    asked: Asked, column: Column, on: date, events: list[Event], span: str, month: int, today: date
) -> Day:
    special = calendars.special(on, language=get_language() or "ko")
    most = MOST_A_DAY[span]
    only = {f"{column.name}__gte": f"{on}", f"{column.name}__lte": f"{on}"}
    return Day(
        on,
        bool(month) and on.month != month,
        on == today,
        special.name if special else "",
        events[:most],
        len(events[most:]),
        asked.href(face=None, by=None, span=None, on=None, **only),
    )


faces.register(
    faces.Face(
        "calendar", gettext_lazy("Calendar"), "calendar-month", lambda one: bool(dates_of(one)), _answer
    )
)

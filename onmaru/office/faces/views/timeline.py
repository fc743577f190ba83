"""The timeline: a bar for each record from one of its dates to another, put together by what it is for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from onmaru.kernel import calendars
from onmaru.kernel.identity import Actor
from onmaru.office.faces import rules
from onmaru.office.faces.queries import board
from onmaru.office.faces.views import calendar, frame
from onmaru.office.faces.views.frame import Asked, Choice
from onmaru.workbench import filters, shown
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.views import faces

MOST = 300
SPANS = {"month": gettext_lazy("Month"), "quarter": gettext_lazy("Quarter"), "year": gettext_lazy("Year")}
HEADS = {"month": "day", "quarter": "week", "year": "month"}


class Bar(NamedTuple):
    """A record from ``start`` to ``end``: days ``before`` it, ``long`` and ``after`` it in what is shown."""

    record: Any
    note: str
    tone: str
    state: str
    start: date
    end: date
    open: bool
    before: int
    long: int
    after: int
    free: bool


def _answer(request: HttpRequest, by: Actor, entity: Entity) -> HttpResponse:
    asked = frame.read(request, by, entity)
    dates = calendar.dates_of(entity)
    start, end = _from_to(entity, dates, request.GET.getlist("by"))
    groups = board.columns_of(entity)
    group = next((one for one in groups if one.name == asked.word("down")), None)
    span = asked.word("span") if asked.word("span") in SPANS else "quarter"
    today = calendars.today()
    day = rules.day_of(asked.word("on"), today)
    first, last = rules.within(day, span)
    bars = list(_bars(asked, start, end, first, last))
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    context = {
        "start": start,
        "end": end,
        "starts": [Choice(one.label, _href(asked, one, end), one is start) for one in dates],
        "ends": [Choice(one.label, _href(asked, start, one), one is end) for one in dates],
        "groupings": [Choice(_("Not put together"), asked.href(down=None), group is None)]
        + [Choice(one.label, asked.href(down=one.name), one is group) for one in groups],
        "group": group,
        "pager": calendar.pager(asked, day, span, SPANS),
        "days": [(one, _kind(one, today)) for one in days],
        "heads": list(_heads(first, last, HEADS[span])),
        "bodies": _put_together(bars, group),
        "count": len(days),
        "most": MOST if len(bars) >= MOST else 0,
    }
    return frame.draw(asked, "faces/timeline.html", context)


def _from_to(entity: Entity, dates: list[Column], named: list[str]) -> tuple[Column, Column]:
    """The dates a bar goes between: as the address says, else the first two of the list."""
    if named:
        known = [frame.chosen(dates, name) for name in named[:2]]
        return known[0], known[-1]
    listed = [one for one in entity.list_columns if one in dates] or dates
    return listed[0], listed[min(1, len(listed) - 1)]


def _href(asked: Asked, start: Column, end: Column) -> str:
    fresh = asked.request.GET.copy()
    fresh.setlist("by", [start.name, end.name])
    return f"?{fresh.urlencode()}"


def _bars(asked: Asked, start: Column, end: Column, first: date, last: date) -> Iterator[Bar]:
    begins = _condition(asked, start, "lte", last)
    lasts = _condition(asked, end, "gte", first)
    lasts |= Q(**{f"{end.path}__isnull": True}) & _condition(asked, start, "gte", first)
    rows = asked.found.filter(begins & lasts).order_by(F(start.path).asc(), "pk")[:MOST]
    tone, told_by = frame.tone(asked.entity), frame.told_by(asked.entity)
    free = frame.editable(asked.entity, asked.by, start.name, end.name)
    plain = start.kind == end.kind == "date"
    for row in rows:
        begin, stated = _day(start.getter(row)), _day(end.getter(row))
        assert begin is not None
        finish = max(begin, stated or begin)
        before = max((begin - first).days, 0)
        after = max((last - finish).days, 0)
        long = (last - first).days + 1 - before - after
        yield Bar(
            row,
            told_by(row),
            *tone(row),
            begin,
            finish,
            stated is None,
            before,
            long,
            after,
            plain and free(row),
        )


def _condition(asked: Asked, column: Column, test: str, day: date) -> Q:
    return filters.read(asked.entity, asked.by, {f"{column.name}__{test}": f"{day}"}).condition


def _day(value: date | None) -> date | None:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _kind(day: date, today: date) -> str:
    off = "" if calendars.is_working(day) else "off"
    return f"{off} now".strip() if day == today else off


def _heads(first: date, last: date, part: str) -> Iterator[tuple[str, int, str]]:
    """The head above the days: words, how many days wide, and the holiday there if it is a single day."""
    day = first
    while day <= last:
        end = min(rules.within(day, part)[1], last)
        special = calendars.special(day, language=get_language() or "ko") if part == "day" else None
        words = {
            "day": f"{day.day}",
            "week": f"{day.month}/{day.day}" if end - day >= timedelta(days=3) else "",
            "month": formats.date_format(day, "N"),
        }
        yield words[part], (end - day).days + 1, special.name if special else ""
        day = end + rules.ONE_DAY


def _put_together(bars: list[Bar], group: Column | None) -> list[tuple[str, list[Bar]]]:
    if group is None:
        return [("", bars)] if bars else []
    words = shown.shower(group)
    found: dict[str, list[Bar]] = defaultdict(list)
    for bar in bars:
        found[words(group.getter(bar.record), bar.record) or _("None")].append(bar)
    return sorted(found.items())


faces.register(
    faces.Face(
        "timeline", gettext_lazy("Timeline"), "timeline", lambda one: bool(calendar.dates_of(one)), _answer
    )
)

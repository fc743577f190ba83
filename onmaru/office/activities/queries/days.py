"""What a person has to do, by day; and their calendar for other programs (RFC 5545)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet
from icalendar import Alarm, Calendar, Event, vRecur

from onmaru.kernel import calendars, identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.activities.models import Activity, Feed
from onmaru.workbench import registry

MOST = 60
ZONE = ZoneInfo(calendars.DEFAULT_ZONE)
KEPT = timedelta(days=90)

# What RRULE calls our repetitions.
FREQUENCIES: Mapping[str, Mapping[str, str | list[str]]] = {
    "daily": {"FREQ": "DAILY"},
    "workdays": {"FREQ": "WEEKLY", "BYDAY": ["MO", "TU", "WE", "TH", "FR"]},
    "weekly": {"FREQ": "WEEKLY"},
    "monthly": {"FREQ": "MONTHLY"},
    "yearly": {"FREQ": "YEARLY"},
}


class Day(NamedTuple):
    """A person's open activities, the most pressing first in each."""

    overdue: list[Activity]
    today: list[Activity]
    later: list[Activity]


def mine(by: Actor) -> QuerySet[Activity]:
    """A person's own open activities by their time."""
    rows = Activity.objects.filter(person=by.user_id, state="open")
    return rows.order_by("due_on", "starts_at", "id")


def of(by: Actor, today: date) -> Day:
    """A person's day: at most sixty of each part."""
    rows = mine(by)
    return Day(
        list(rows.filter(due_on__lt=today)[:MOST]),
        list(rows.filter(due_on=today)[:MOST]),
        list(rows.filter(due_on__gt=today)[:MOST]),
    )


def reader_of(secret: str) -> User | None:
    """Whose calendar a secret address is, None when it is nobody's any more."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    feed = Feed.objects.filter(digest=digest, person__is_active=True).select_related("person").first()
    return feed.person if feed is not None else None


def calendar(person: User, today: date) -> bytes:
    """A person's activities as an .ics file: what is open, and what was done in the last ninety days.

    The record that one hangs on is named only while its person may see it.
    """
    found = Calendar()
    found.add("prodid", "-//Onmaru//Activities//KO")
    found.add("version", "2.0")
    found.add("x-wr-calname", f"Onmaru · {person.display_name}")
    rows = Activity.objects.filter(person=person).exclude(state="dropped").order_by("id")
    activities = list(rows.filter(due_on__gte=today - KEPT) | rows.filter(state="open"))
    about = _about(activities, identity.actor(person))
    for one in activities:
        found.add_component(_event(one, about.get(one.pk, "")))
    found.add_missing_timezones()
    return bytes(found.to_ical())


def _about(activities: Sequence[Activity], by: Actor) -> dict[int, str]:
    """What each is about, with its address where the house knows its own; one query a kind of record."""
    keys: dict[str, set[int]] = {}
    for one in activities:
        if one.subject_kind and one.subject_id is not None:
            keys.setdefault(one.subject_kind, set()).add(one.subject_id)
    seen = {kind: _seen(kind, some, by) for kind, some in keys.items()}
    return {
        one.pk: seen[one.subject_kind].get(one.subject_id or 0, "") for one in activities if one.subject_kind
    }


def _seen(kind: str, keys: set[int], by: Actor) -> dict[int, str]:
    try:
        model = apps.get_model(kind)
    except LookupError:
        return {}
    entity, origin = registry.of_model(model), next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
    path = f"\n{origin}/{entity.name}/" if entity is not None and origin else ""
    rows = registry.rows_for(model, by).filter(pk__in=keys)
    return {one.pk: f"{one}{path}{one.pk}/" if path else str(one) for one in rows}


def _event(one: Activity, about: str) -> Event:
    event = Event()
    event.add("uid", one.uid)
    event.add("summary", one.title)
    event.add("dtstamp", one.changed_at)
    event.add("last-modified", one.changed_at)
    event.add("sequence", one.version)
    # By the clock of the place: what repeats on workdays at eight would else be on the days of Greenwich.
    event.add("dtstart", one.starts_at.astimezone(ZONE) if one.starts_at else one.due_on)
    event.add("duration", timedelta(minutes=one.minutes or 30) if one.starts_at else timedelta(days=1))
    event.add("categories", [one.kind])
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE" if one.starts_at else "TRANSPARENT")
    said = "\n".join(filter(None, [about, one.note, one.outcome]))
    if said:
        event.add("description", said)
    if one.repeats and one.state == "open":
        event.add("rrule", _rule(one))
    if one.remind and one.state == "open":
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", one.title)
        alarm.add("trigger", -timedelta(minutes=int(one.remind)))
        event.add_component(alarm)
    return event


def _rule(one: Activity) -> vRecur:
    rule = dict(FREQUENCIES[one.repeats])
    return vRecur(rule | ({"UNTIL": [_last(one, one.repeats_until)]} if one.repeats_until else {}))


def _last(one: Activity, until: date) -> date | datetime:
    """The end of a series in the kind of its beginning, as the standard wants it: a day, or a moment in UTC."""
    return datetime.combine(until, time.max, ZONE).astimezone(UTC) if one.starts_at else until

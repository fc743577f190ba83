"""Calendars in and out: the secret address of one's own, and bringing in an .ics file."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from icalendar import Calendar, Component

from onmaru.kernel import commands, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.activities import rules
from onmaru.office.activities.commands import activities
from onmaru.office.activities.models import Activity, Feed
from onmaru.office.activities.queries import days

MOST = 2000
LONGEST = 2**20


class Brought(NamedTuple):
    """How many activities a file made, how many it changed, and the titles of what it holds and we cannot keep."""

    made: int
    changed: int
    left: list[str]


@commands.command(label=_("New calendar address"), model=User, name="activities.feed.open")
def open_feed(person: User, *, by: Actor) -> User:
    """A new secret address for one's own calendar, told once (``told_once``); the one before it ends."""
    refusals.check([None if person.pk == by.user_id else refusals.NOT_FOUND()])
    secret = secrets.token_urlsafe(32)
    digest = hashlib.sha256(secret.encode()).hexdigest()
    Feed.objects.update_or_create(person=person, defaults={"digest": digest, "at": timezone.now()})
    person.told_once = [secret]  # type: ignore[attr-defined]
    return person


@commands.command(label=_("End calendar address"), model=User, name="activities.feed.close", danger=True)
def close_feed(person: User, *, by: Actor) -> User:
    """Let the address of one's own calendar answer nobody any more."""
    refusals.check([None if person.pk == by.user_id else refusals.NOT_FOUND()])
    Feed.objects.filter(person=person).delete()
    return person


def bring(content: bytes, *, by: Actor, today: date, since: date | None = None) -> Brought:
    """Take the events and tasks of an .ics file in as one's own activities, those before the day ``since`` left out.

    What came before (by its UID) is changed, not doubled. Rules of repetition that we do not know are left, and told.
    Raises Refused: calendar_unreadable, calendar_too_long.
    """
    parts = _read(content)
    left, made, changed = [], 0, 0
    for part in parts:
        said = _said(part)
        if said is None:
            left.append(str(part.get("summary", "")))
            continue
        if since is not None and "repeats" not in said and _day(said) < since:
            continue
        before = Activity.objects.filter(person=by.user_id, uid=said["uid"]).first()
        if before is None:
            activities.create(by=by, today=today, **said)
            made += 1
        elif before.state == Activity.State.OPEN:
            activities.edit(before, by=by, **{name: value for name, value in said.items() if name != "uid"})
            changed += 1
    return Brought(made, changed, left)


def uids(content: bytes) -> set[str]:
    """By what the events and tasks of an .ics file are known. Raises Refused as ``bring`` does."""
    return {str(part["uid"])[:250] for part in _read(content) if part.get("uid")}


def _day(said: dict[str, Any]) -> date:
    moment = said["starts_at"]
    found: date = timezone.localtime(moment).date() if moment else said["due_on"]
    return found


def _read(content: bytes) -> list[Component]:
    if len(content) > LONGEST:
        raise refusals.Refused(rules.CALENDAR_TOO_LONG("file", limit=MOST))
    try:
        found = Calendar.from_ical(content)
        parts = [one for one in found.walk() if one.name in ("VEVENT", "VTODO")]
    except (ValueError, AttributeError, IndexError) as error:
        raise refusals.Refused(rules.CALENDAR_UNREADABLE("file")) from error
    if len(parts) > MOST:
        raise refusals.Refused(rules.CALENDAR_TOO_LONG("file", limit=MOST))
    return parts


def _said(part: Component) -> dict[str, Any] | None:
    """What an event says in our words; None for what has no day, or repeats in a way that we do not know."""
    starts = _moment(part, "dtstart") or _moment(part, "due")
    repeats = _repeats(part)
    if starts is None or repeats is None or not part.get("uid") or part.get("recurrence-id"):
        return None
    moment = starts if isinstance(starts, datetime) else None
    if moment is not None and timezone.is_naive(moment):
        moment = moment.replace(tzinfo=activities.ZONE)
    return {
        "title": str(part.get("summary", "")).strip()[:200] or "–",
        "note": str(part.get("description", "")).strip(),
        "uid": str(part["uid"])[:250],
        "due_on": None if moment else starts,
        "starts_at": moment,
        "minutes": _minutes(part, starts) if moment else None,
        "kind": Activity.Kind.MEETING if part.name == "VEVENT" else Activity.Kind.TASK,
        **repeats,
    }


def _moment(part: Component, name: str) -> date | None:
    found = part.get(name)
    return getattr(found, "dt", None)


def _minutes(part: Component, starts: Any) -> int | None:
    ends, lasts = _moment(part, "dtend"), part.get("duration")
    length = ends - starts if isinstance(ends, datetime) else getattr(lasts, "dt", None)
    return int(length / timedelta(minutes=1)) if isinstance(length, timedelta) else None


def _repeats(part: Component) -> dict[str, Any] | None:
    """The repetition in our words; {} for none, None for one that we do not know."""
    rule = part.get("rrule")
    if rule is None:
        return {}
    plain = {name: value[0] if len(value) == 1 else value for name, value in rule.items()}
    until = plain.pop("UNTIL", None)
    if plain.pop("INTERVAL", 1) != 1:
        return None
    plain.pop("WKST", None)
    known = next((name for name, one in days.FREQUENCIES.items() if dict(one) == plain), None)
    if known is None:
        return None
    return {
        "repeats": Activity.Repeats(known),
        "repeats_until": _day_there(until) if isinstance(until, datetime) else until,
    }


def _day_there(moment: datetime) -> date:
    """The day of a moment by the clock of the place, which one without a zone is told by."""
    return (moment.astimezone(activities.ZONE) if moment.tzinfo else moment).date()

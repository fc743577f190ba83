"""What is to be done: planned, changed, done with a note and the next one planned, dropped, reminded of."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, commands, events, permissions, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.activities import rules
from onmaru.office.activities.events import Finished, Planned
from onmaru.office.activities.models import Activity
from onmaru.office.discussion.commands import marks
from onmaru.office.discussion.queries import reach
from onmaru.office.notices.commands import live, notices

ZONE = ZoneInfo(calendars.DEFAULT_ZONE)


@commands.command(label=_("Plan"), model=Activity)
def create(
    *,
    title: str,
    by: Actor,
    today: date,
    kind: Activity.Kind = Activity.Kind.TASK,
    person: User | None = None,
    due_on: date | None = None,
    starts_at: datetime | None = None,
    minutes: int | None = None,
    repeats: Activity.Repeats = Activity.Repeats.NEVER,
    repeats_until: date | None = None,
    remind: Activity.Lead = Activity.Lead.NONE,
    note: str = "",
    subject_kind: str = "",
    subject_id: int | None = None,
    uid: str = "",
) -> Activity:
    """Plan something: on a record that the actor sees, or without one. Unsaid, for oneself and today.

    Refuses repeats_before_due and record_half; not_found for a record that is not there to see.
    """
    said: dict[str, Any] = {
        "kind": kind,
        "title": title,
        "starts_at": starts_at,
        "minutes": minutes,
        "repeats": repeats,
    }
    said |= {"repeats": repeats, "repeats_until": repeats_until, "remind": remind, "note": note}
    said |= {"subject_kind": subject_kind, "subject_id": subject_id}
    activity = Activity(author_id=by.user_id, person_id=by.user_id or 0, uid=uid or f"{uuid4()}@onmaru")
    _hang(activity, subject_kind, subject_id, by)
    return _planned(activity, said | {"person": person or _oneself(by), "due_on": due_on or today}, by)


@commands.command(label=_("Edit"), model=Activity)
def edit(activity: Activity, *, by: Actor, **values: Any) -> Activity:
    """Plan it otherwise while it is open. Refuses repeats_before_due, and moving it to another record."""
    refusals.check(records.fixed(activity, values, "subject_kind", "subject_id"))
    if activity.state != Activity.State.OPEN:
        raise refusals.Refused(refusals.MOVE_NOT_ALLOWED(state=activity.get_state_display()))
    before = activity.person_id
    _set(activity, values)
    if activity.person_id != before:
        _told(activity, by)
    _heard(activity)
    return activity


@commands.command(
    label=_("Done"),
    model=Activity,
    move=("open", "done"),
    asks={"outcome": _("What came of it"), "next_title": _("Next: what to do"), "next_on": _("Next: due on")},
)
def finish(
    activity: Activity,
    *,
    outcome: str = "",
    next_title: str = "",
    next_on: date | None = None,
    by: Actor,
    today: date,
) -> Activity:
    """Note what came of it and plan the next one: as said, else the next of its series. Refuses next_needs_day."""
    if next_title and next_on is None:
        raise refusals.Refused(rules.NEXT_NEEDS_DAY("next_on"))
    _close(activity, outcome, by)
    day = next_on or _next_of_series(activity, today)
    if day is not None:
        _follow_up(activity, next_title, day, of_series=next_on is None, by=by)
    return activity


@commands.command(label=_("Drop"), model=Activity, move=("open", "dropped"), danger=True)
def drop(activity: Activity, *, reason: str = "", by: Actor) -> Activity:
    """It will not be done; a series ends with it."""
    _close(activity, reason, by)
    return activity


@commands.command(label=_("Reopen"), model=Activity, move=(("done", "dropped"), "open"))
def reopen(activity: Activity, *, by: Actor) -> Activity:
    """It is to be done after all; what was planned after it stays."""
    activity.done_at, activity.done_by = None, ""
    activity.remind_at = None
    _heard(activity)
    return activity


@commands.command(label=_("Remind me"), model=Activity, inner="the clock, when its time has come")
def remind(activity: Activity, *, by: Actor) -> Activity:
    """Tell its person that its time has come, once: the reminder goes with the notice or not at all."""
    activity.remind_at = None
    words = format_lazy(_("Reminder: {title}"), title=activity.title)
    key = f"remind:{activity.pk}:{activity.version}"
    person = User.objects.filter(pk=activity.person_id)
    notices.tell(person, "reminder", activity, words, by=by, excerpt=activity.about, once=key)
    return activity


def _oneself(by: Actor) -> User | None:
    return User.objects.filter(pk=by.user_id).first() if by.user_id else None


def _hang(activity: Activity, kind: str, key: int | None, by: Actor) -> None:
    """Name the record that it hangs on, which the actor must see."""
    if bool(kind) != (key is not None):
        raise refusals.Refused(rules.RECORD_HALF("subject_id"))
    if not kind:
        return
    record = reach.record(kind, key, by)
    if type(record) in permissions.hanging:
        raise refusals.Refused(refusals.NOT_FOUND("subject_id"))
    activity.about, activity.company_id = str(record)[:200], getattr(record, "company_id", None)
    marks.follow(record, [by.user_id])


def _planned(activity: Activity, said: dict[str, Any], by: Actor) -> Activity:
    _set(activity, said)
    activity.save()
    _told(activity, by)
    _heard(activity)
    return activity


def _set(activity: Activity, values: dict[str, Any]) -> None:
    """Take what is said; the day follows the moment, the series its first day, the reminder both."""
    before = activity.due_on
    if values.get("starts_at") is not None:
        values["due_on"] = timezone.localtime(values["starts_at"], ZONE).date()
    records.fill(activity, values)
    refusals.check(rules.of_repeating(activity.due_on, activity.repeats, activity.repeats_until))
    if activity.due_on != before or activity.anchor_on is None:
        activity.anchor_on = activity.due_on
    activity.remind_at = rules.remind_at(activity.due_on, activity.starts_at, activity.remind, ZONE)


def _told(activity: Activity, by: Actor) -> None:
    if activity.person_id != by.user_id:
        events.emit(Planned(activity.pk, activity.person_id, by.user_id), activity)


def _heard(activity: Activity) -> None:
    if activity.subject_kind:
        live.signal(f"{activity.subject_kind}:{activity.subject_id}", changed="activities")


def _close(activity: Activity, outcome: str, by: Actor) -> None:
    activity.outcome, activity.done_at, activity.done_by = outcome.strip(), timezone.now(), by.name
    activity.remind_at = None
    events.emit(Finished(activity.pk, by.user_id), activity)
    _heard(activity)


def _next_of_series(activity: Activity, today: date) -> date | None:
    if not activity.repeats:
        return None
    day = rules.next_due(activity.anchor_on, activity.repeats, max(activity.due_on, today))
    return None if activity.repeats_until and day > activity.repeats_until else day


def _follow_up(activity: Activity, title: str, day: date, *, of_series: bool, by: Actor) -> None:
    """The next one, like this one but for its day; in a series it goes by the same anchor."""
    copied = ("kind", "minutes", "remind", "note", "person", "subject_kind", "subject_id")
    said = {name: getattr(activity, name) for name in copied} | {
        "title": title or activity.title,
        "due_on": day,
    }
    after = Activity(author_id=by.user_id, uid=f"{uuid4()}@onmaru", about=activity.about)
    after.company_id = activity.company_id
    if of_series or not title:
        said |= {"repeats": activity.repeats, "repeats_until": activity.repeats_until}
    if activity.starts_at is not None:
        clock = timezone.localtime(activity.starts_at, ZONE).timetz()
        said["starts_at"] = datetime.combine(day, clock)
    _set(after, said)
    after.anchor_on = activity.anchor_on if of_series else day
    after.save()
    _told(after, by)

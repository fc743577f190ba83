"""What was done about a record, as a source of its timeline, and what is still to be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import permissions
from onmaru.kernel.identity import Actor
from onmaru.office.activities.models import Activity
from onmaru.office.discussion import ports
from onmaru.office.discussion.ports import Entry, Source
from onmaru.office.discussion.queries import reach
from onmaru.office.discussion.queries.entries import hung_on

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
MOST = 20


def register() -> None:
    """Let activities be seen with their record, have a timeline, and stand in that of their record."""
    seen = reach.with_its_record(Activity)
    permissions.hanging[Activity] = lambda by: seen(by) | _of_oneself(by)
    ports.bearing.add(Activity)
    ports.add(Source("activities", _("Activities"), _done, _done_by_key, order=20))


def _of_oneself(by: Actor) -> Q:
    """Activities on no record: one's own; the house itself, which reminds of them, reaches all."""
    return Q(subject_kind="") if by.user_id is None else Q(subject_kind="", person=by.user_id)


def _done(record: Any, by: Actor, place: str, most: int) -> list[Entry]:
    rows = hung_on(Activity, record).filter(done_at__isnull=False).order_by("-done_at", "-id")
    if place.isdigit() and len(place) < 19:
        rows = rows.filter(done_at__lt=FIRST + timedelta(microseconds=int(place)))
    return [_activity(one) for one in rows[:most]]


def _done_by_key(record: Any, by: Actor, keys: Sequence[int]) -> list[Entry]:
    return [_activity(one) for one in hung_on(Activity, record).filter(pk__in=keys, done_at__isnull=False)]


def _activity(one: Activity) -> Entry:
    at = one.done_at or one.created_at
    place = str((at - FIRST) // timedelta(microseconds=1))
    return Entry("activities", one.pk, at, one.done_by, one, "activities/part/done.html", place)


def planned(record: Any) -> list[Activity]:
    """What is still to be done about a record, the most pressing first."""
    rows = hung_on(Activity, record).filter(state="open").select_related("person")
    return list(rows.order_by("due_on", "starts_at", "id")[:MOST])

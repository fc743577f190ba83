"""Subscribing to a calendar by its address, and reading it."""

from __future__ import annotations

import hashlib
import http.client
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _words
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars as days
from onmaru.kernel import commands, identity, jobs, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.activities.commands import activities, calendars
from onmaru.office.activities.models import Activity
from onmaru.office.feeds.models import Subscription
from onmaru.office.webhooks import rules
from onmaru.office.webhooks.commands import calling

READ = "feeds.read"
MOST = 10
PAUSE, LONG_PAUSE, LEASE = timedelta(hours=1), timedelta(hours=6), timedelta(minutes=10)

TOO_MANY_CALENDARS = refusals.reason(
    "too_many_calendars", _("Nobody subscribes to more than {most} calendars.")
)
CALENDAR_SILENT = refusals.reason("calendar_silent", _("The calendar does not answer: {answer}"))


@commands.command(label=_("Subscribe to a calendar"), model=User, name="feeds.subscription.begin")
def begin(person: User, *, url: str, by: Actor) -> User:
    """Read a calendar of one's own elsewhere from now on, hourly; the same address twice is one.

    Refuses webhook_address_unusable, too_many_calendars.
    """
    address = url.strip().replace("webcal://", "https://", 1)
    mine, digest = Subscription.objects.filter(person=person), hashlib.sha256(address.encode()).hexdigest()
    refusals.check(
        [
            None if person.pk == by.user_id else refusals.NOT_FOUND(),
            rules.of_address(address[:2000]),
            TOO_MANY_CALENDARS("url", most=MOST) if mine.exclude(digest=digest).count() >= MOST else None,
        ]
    )
    said = {
        "url": address[:2000],
        "host": (urlsplit(address).hostname or "")[:250],
        "next_at": timezone.now(),
    }
    found = Subscription.objects.update_or_create(person=person, digest=digest, defaults=said)[0]
    jobs.enqueue(READ, subscription_id=found.pk)
    return person


@commands.command(label=_("End a subscription"), model=User, name="feeds.subscription.end", danger=True)
def end(person: User, *, subscription: int, by: Actor) -> User:
    """Read a calendar no more; what is still open of it goes, what was done stays."""
    found = Subscription.objects.filter(person=by.user_id, pk=subscription).first()
    if found is None or person.pk != by.user_id:
        raise Refused(refusals.NOT_FOUND())
    _drop(found, set(found.uids))
    found.delete()
    return person


def queue() -> int:
    """Queue the calendars whose hour has come; returns how many."""
    due = list(Subscription.objects.filter(next_at__lte=timezone.now(), person__is_active=True)[:500])
    for one in due:
        with transaction.atomic():
            Subscription.objects.filter(pk=one.pk).update(next_at=timezone.now() + LEASE)
            jobs.enqueue(READ, subscription_id=one.pk)
    return len(due)


def read(key: int) -> None:
    """Ask a calendar, and keep one's activities as it stands now; what hinders it is kept and tried again."""
    found = Subscription.objects.select_related("person").filter(pk=key).first()
    if found is None:
        return
    trouble = ""
    with translation.override(found.person.language):
        try:
            content = _fetched(str(found.url.open()))
            with transaction.atomic():
                _bring(found, content)
        except Refused as refused:
            trouble = refused.reasons[0].message
    pause = LONG_PAUSE if trouble else PAUSE
    said = {"trouble": trouble[:300], "next_at": timezone.now() + pause}
    Subscription.objects.filter(pk=key).update(**said, **({} if trouble else {"read_at": timezone.now()}))


def _fetched(url: str) -> bytes:
    try:
        connection, path = calling.connection(url)
        try:
            connection.request(
                "GET", path, headers={"user-agent": "Onmaru-Calendars/1", "accept": "text/calendar"}
            )
            answer = connection.getresponse()
            if answer.status != http.client.OK:
                raise Refused(CALENDAR_SILENT(answer=f"HTTP {answer.status}"))
            return answer.read(calendars.LONGEST + 1)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        raise Refused(CALENDAR_SILENT(answer=type(error).__name__)) from error


def _bring(subscription: Subscription, content: bytes) -> None:
    today, by, now = days.today(), _actor(subscription), calendars.uids(content)
    calendars.bring(content, by=by, today=today, since=today)
    once = _open(subscription, now).filter(kind=Activity.Kind.MEETING, repeats=Activity.Repeats.NEVER)
    for one in once.filter(due_on__lt=today):
        activities.finish(one, by=by, today=today)
    _drop(subscription, set(subscription.uids) - now)
    Subscription.objects.filter(pk=subscription.pk).update(uids=sorted(now))


def _drop(subscription: Subscription, uids: set[str]) -> None:
    by = _actor(subscription)
    for one in _open(subscription, uids):
        activities.drop(one, reason=_words("Gone from the calendar it came from"), by=by)


def _open(subscription: Subscription, uids: set[str]) -> QuerySet[Activity]:
    return Activity.objects.filter(person=subscription.person_id, uid__in=uids, state=Activity.State.OPEN)


def _actor(subscription: Subscription) -> Actor:
    """Its person, who may always keep their own activities."""
    verbs = (activities.create, activities.edit, activities.finish, activities.drop)
    return identity.also(
        identity.actor(subscription.person, source="calendar"), *(one.permission for one in verbs)
    )

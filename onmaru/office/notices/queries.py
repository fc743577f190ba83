"""What a person has been told, and how they want to be told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone

from onmaru.kernel import calendars, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.notices import ports
from onmaru.office.notices.models import Choice, Hours, Notice
from onmaru.office.notices.ports import Kind
from onmaru.workbench import menu, registry

EACH = 30
MOST_COUNTED = 100


def of(person_id: int | None) -> QuerySet[Notice]:
    """What somebody is told on the screen, newest first; what is snoozed is left out until its time."""
    return _awake(person_id, timezone.now())


def _awake(person_id: Any, now: Any) -> QuerySet[Notice]:
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=now)
    return Notice.objects.filter(awake, person=person_id, on_screen=True).order_by("-id")


def unread(person_id: int | None) -> int:
    """How many of them are unread, a hundred at most."""
    return unread_by(person_id, timezone.now()).count()


def unread_by(person_id: Any, now: Any) -> QuerySet[Any, Any]:
    """What is unread at a moment, a hundred at most, to be counted."""
    return _awake(person_id, now).filter(read_at=None).order_by().values_list("pk")[:MOST_COUNTED]


def snoozed(person_id: int | None) -> QuerySet[Notice]:
    """What comes back later, the next one first."""
    later = Notice.objects.filter(person=person_id, snoozed_until__gt=timezone.now())
    return later.order_by("snoozed_until")


def find(by: Actor, pk: int) -> Notice:
    """One of a person's own notices. Raises Refused(not_found)."""
    found = Notice.objects.filter(person=by.user_id, pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Refused(refusals.NOT_FOUND())
    return found


def address(kind: str, key: int | None) -> str:
    """The page of what a stored kind and key name; the inbox where it has none."""
    entity = registry.of_model(apps.get_model(kind)) if kind else None
    return f"/{entity.name}/{key}/" if entity is not None else "/inbox/"


class Chosen(NamedTuple):
    """A kind, and by which ways somebody hears of it."""

    kind: Kind
    screen: bool
    mail: bool
    push: bool


def choices(person_ids: Iterable[int], kind: Kind) -> dict[int, Chosen]:
    """How each of these people wants to hear of ``kind``."""
    usual = Chosen(kind, kind.screen, kind.mail, kind.push)
    own = {one.person_id: one for one in Choice.objects.filter(person__in=person_ids, kind=kind.name)}
    return {
        key: Chosen(kind, own[key].screen, own[key].mail, own[key].push) if key in own else usual
        for key in person_ids
    }


def all_choices(person_id: int | None) -> list[Chosen]:
    """How somebody wants to hear of every kind there is."""
    own = {one.kind: one for one in Choice.objects.filter(person=person_id)}
    return [
        Chosen(kind, own[name].screen, own[name].mail, own[name].push)
        if name in own
        else Chosen(kind, kind.screen, kind.mail, kind.push)
        for name, kind in ports.kinds.items()
    ]


def hours(person_id: int | None) -> Hours:
    """When somebody is left alone; the usual hours for who never said."""
    return Hours.objects.filter(person=person_id).first() or Hours(person_id=person_id or 0)


def clock(by: Actor) -> datetime:
    """What a person's clock shows now: that of the first company they work for."""
    companies = menu.companies(by)
    return timezone.localtime(timezone=ZoneInfo(companies[0].zone if companies else calendars.DEFAULT_ZONE))


def sees(by: Actor, record: Any) -> bool:
    """Whether somebody may see a record, as every list and page decides it."""
    return registry.rows_for(type(record), by).filter(pk=record.pk).exists()

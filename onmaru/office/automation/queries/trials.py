"""What a rule would have done, had it been on: the history read backwards, each record as it stood then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone

from onmaru.kernel import calendars, custom
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow, Event
from onmaru.office.automation.models import Rule
from onmaru.office.automation.queries import happenings
from onmaru.workbench.entity import Entity

MOST = 5000
SHOWN = 200


class Line(NamedTuple):
    """One past happening: when, by whom, on which record, and whether the condition held then."""

    at: datetime | date
    who: str
    record: Any
    address: str
    holds: bool


class Trial(NamedTuple):
    """A trial: its newest lines, how many the rule would have acted on and left, whether there is more history."""

    lines: list[Line]
    acted: int
    left: int
    more: bool


def over(rule: Rule, by: Actor, days: int) -> Trial:
    """What the rule would have met in the last days, the newest first.

    A formula sees the record as it stood then. What the list's filter asks is known of the present only, and a record
    that is gone, or that the owner may not see, is left out.
    """
    entity = happenings.entity_of(rule.kind, by)
    if entity is None:
        return Trial([], 0, 0, more=False)
    since = timezone.now() - timedelta(days=days)
    readers = {Rule.Happening.DATE: _of_dates, Rule.Happening.EVENT: _of_events}
    found, more = readers.get(rule.happening, _of_history)(rule, entity, by, since)  # type: ignore[call-overload]
    acted = sum(one.holds for one in found)
    return Trial(found[:SHOWN], acted, len(found) - acted, more)


def _of_history(rule: Rule, entity: Entity, by: Actor, since: datetime) -> tuple[list[Line], bool]:
    rows = list(AuditRow.objects.filter(subject_kind=rule.kind, at__gte=since).order_by("-id")[: MOST + 1])
    records, meant = _records(rule, by, {one.subject_id for one in rows})
    lines = []
    for row in rows[:MOST]:
        record = records.get(row.subject_id)
        if record is None:
            continue
        if happenings.fits(rule, row):
            is_met = row.subject_id in meant and _met(rule, entity, record, row.changes, by)
            lines.append(Line(row.at, row.by_name, record, f"/{entity.name}/{record.pk}/", is_met))
        undo(record, row.changes)
    return lines, len(rows) > MOST


def _of_events(rule: Rule, entity: Entity, by: Actor, since: datetime) -> tuple[list[Line], bool]:
    events = Event.objects.filter(subject_kind=rule.kind, kind=rule.word, at__gte=since).order_by("-id")
    rows = list(events[: MOST + 1])
    records, meant = _records(rule, by, {one.subject_id for one in rows})
    lines = []
    for row in rows[:MOST]:
        record = records.get(row.subject_id)
        if record is not None:
            is_met = row.subject_id in meant and _met(rule, entity, record, {}, by)
            lines.append(Line(row.at, "", record, f"/{entity.name}/{record.pk}/", is_met))
    return lines, len(rows) > MOST


def _of_dates(rule: Rule, entity: Entity, by: Actor, since: datetime) -> tuple[list[Line], bool]:
    last = calendars.today()
    rows = list(on_days(rule, by, since.date(), last)[: MOST + 1])
    _all, meant = _records(rule, by, {one.pk for one in rows})
    lines = []
    for record in rows[:MOST]:
        day = getattr(record, rule.word) + timedelta(days=rule.days)
        is_met = record.pk in meant and _met(rule, entity, record, {}, by)
        lines.append(Line(day, "", record, f"/{entity.name}/{record.pk}/", is_met))
    return lines, len(rows) > MOST


def on_days(rule: Rule, by: Actor, first: date, last: date) -> QuerySet[Any]:
    """The records whose day, as the rule counts it, lies between two days; the latest first."""
    span = (first - timedelta(days=rule.days), last - timedelta(days=rule.days))
    return (
        happenings.rows_of(rule, by).filter(**{f"{rule.word}__range": span}).order_by(f"-{rule.word}", "-pk")
    )


def _records(rule: Rule, by: Actor, keys: set[int]) -> tuple[dict[int, Any], set[int]]:
    """The records among ``keys`` that the owner sees, and the keys of those that the rule's list holds."""
    rows = happenings.rows_of(rule, by).filter(pk__in=keys)
    meant = set(rows.filter(happenings.wanted(rule, by)).values_list("pk", flat=True))
    return {one.pk: one for one in rows}, meant


def _met(rule: Rule, entity: Entity, record: Any, changes: Mapping[str, Any], by: Actor) -> bool:
    return happenings.holds(rule, happenings.values(entity, record, changes, by))


def undo(record: Any, changes: Mapping[str, Any]) -> None:
    """Give a record in memory the values that it had before a change; nothing is written."""
    model, own = apps.get_model(record._meta.label_lower), dict(custom.of(record))
    fields = {one.attname: one for one in model._meta.concrete_fields}
    for name in changes:
        if not happenings.is_change(changes, name):
            continue
        if name in fields:
            setattr(record, name, fields[name].to_python(changes[name][0]))
        elif name.startswith(custom.PREFIX):
            own[name] = changes[name][0]
    if own:
        record.custom = own

"""Personal data of deleted records: the trash keeps it no longer than a rule lets a record keep it, nor in clear."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from onmaru.kernel import custom, personal, sealed, sql
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AccessLog, AuditRow, RetentionRule, StoredFile, Trash

# By the database: what Python reads of a long decimal would not be the same.
_SET = "SELECT jsonb_set(%s::jsonb, ARRAY['custom', %s::text], %s::jsonb)::text"
_TAKE = "SELECT (%s::jsonb #- ARRAY['custom', %s::text])::text"
_EMPTY = "SELECT (%s::jsonb || %s::jsonb)::text"


def cover(
    model: type[models.Model], name: str, change: Callable[[Any], Any], *, keys: Collection[int] | None
) -> None:
    """Make ``change`` of what deleted records of a kind tell of a field that the company added."""
    if not name.startswith(custom.PREFIX):
        return
    for kept in _holding(model).select_for_update():
        for place, told in _rows(kept, model):
            held = (told.get("custom") or {}).get(name)
            if held not in (None, "") and (keys is None or told["id"] in keys):
                _write(kept, place, _SET, name, orjson.dumps(change(held)).decode())


def destroy(rule: RetentionRule, *, by: Actor, today: date) -> int:
    """Destroy in the trash what a rule says is over; returns of how many records."""
    model, done = apps.get_model(rule.kind), 0
    with transaction.atomic():
        for kept in _holding(model).select_for_update():
            due = [(place, told) for place, told in _rows(kept, model) if _is_due(rule, model, told, today)]
            for place, told in due:
                _empty(kept, place, told, rule.field)
            if due:
                done += 1
                keys = [told["id"] for _place, told in due]
                said: dict[str, Any] = {"whose": kept.title, "by": by, "reason": rule.ground}
                personal.note(AccessLog.Deed.DESTROYED, model, keys, [rule.field], **said)
    return done


def _holding(model: type[models.Model]) -> models.QuerySet[Trash]:
    return Trash.objects.filter(rows__contains=[[model._meta.db_table]]).order_by("pk")


def _rows(kept: Trash, model: type[models.Model]) -> list[tuple[int, dict[str, Any]]]:
    """The rows of one table, each with its place."""
    table = model._meta.db_table
    return [(place, orjson.loads(row)) for place, (name, row) in enumerate(kept.rows) if name == table]


def _is_due(rule: RetentionRule, model: Any, told: dict[str, Any], today: date) -> bool:
    field = rule.field
    held = (told.get("custom") or {}).get(field) if field.startswith(custom.PREFIX) else told.get(field)
    since = _day(model, told, rule.since)
    return held not in (None, "") and since is not None and since <= today - timedelta(days=rule.keep_days)


def _day(model: Any, told: dict[str, Any], path: str) -> date | None:
    """The day from which a rule counts; of what a record points to, as it stands now."""
    name, _dot, rest = path.partition(".")
    field = model._meta.get_field(name)
    if rest:
        found = field.related_model._base_manager.filter(pk=told.get(field.column))
        value = found.values_list(rest.replace(".", "__"), flat=True).first()
    else:
        value = field.to_python(told.get(field.column))
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _empty(kept: Trash, place: int, told: dict[str, Any], field: str) -> None:
    if not field.startswith(custom.PREFIX):
        model = next(one for one in apps.get_models() if one._meta.db_table == kept.rows[place][0])
        null = model._meta.get_field(field).null
        _write(kept, place, _EMPTY, orjson.dumps({field: None if null else ""}).decode())
        return
    held = told["custom"][field]
    if isinstance(held, dict) and "id" in held:
        StoredFile.objects.filter(pk=held["id"]).delete()
    _write(kept, place, _TAKE, field)
    rows, after = AuditRow.objects.filter(subject_kind=kept.kind, subject_id=kept.record_id), 0
    while last := personal.cover(rows, field, lambda _value: sealed.MASK, after=after):
        after = last


def _write(kept: Trash, place: int, statement: str, *given: str) -> None:
    found = sql.one(statement, [kept.rows[place][1], *given])
    assert found is not None
    kept.rows[place][1] = found[0]
    kept.save(update_fields=["rows"])

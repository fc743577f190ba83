"""Personal data whose time is over is destroyed by rule, and the log says so."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db import models, transaction

from onmaru.kernel import commands, custom, personal, sealed, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AccessLog, AuditRow, RetentionRule, StoredFile
from onmaru.kernel.refusals import Refused
from onmaru.office.copies import commands as trashed
from onmaru.office.copies import ports
from onmaru.workbench import registry

log = logging.getLogger(__name__)
BATCH = 500


def destroy(*, by: Actor, today: date) -> int:
    """Destroy what the rules say is over, at most ``BATCH`` records a rule; returns how many there were."""
    done = 0
    for rule in in_force(today):
        for record in list(due(rule, today)):
            try:
                clear(record, field=rule.field, ground=rule.ground, by=by, today=today)
                done += 1
            except Refused as refused:
                # The others must not wait for a record that its room refuses to change.
                log.warning("%s %s keeps its %s: %s", rule.kind, record.pk, rule.field, refused)
        done += trashed.destroy(rule, by=by, today=today)
    return done


def in_force(today: date) -> Iterator[RetentionRule]:
    """The rules that hold today."""
    rules = RetentionRule.objects.filter(starts_on__lte=today)
    yield from rules.filter(models.Q(ends_on=None) | models.Q(ends_on__gte=today)).order_by("pk")


def due(rule: RetentionRule, today: date) -> Any:
    """The records whose field is to be destroyed, the oldest first."""
    model = apps.get_model(rule.kind)
    since = rule.since.replace(".", "__")
    day = f"{since}__date" if isinstance(_field(model, rule.since), models.DateTimeField) else since
    over = model._base_manager.filter(**{f"{day}__lte": today - timedelta(days=rule.keep_days)})
    if rule.field.startswith(custom.PREFIX):
        return over.filter(custom__has_key=rule.field).order_by("pk")[:BATCH]
    empty = over.none() if _field(model, rule.field).is_relation else over.filter(**{rule.field: ""})
    return over.exclude(**{rule.field: None}).exclude(pk__in=empty.values("pk")).order_by("pk")[:BATCH]


def _field(model: type[models.Model], path: str) -> models.Field[Any, Any]:
    for part in path.split(".")[:-1]:
        model = model._meta.get_field(part).related_model  # type: ignore[assignment]
    return model._meta.get_field(path.rpartition(".")[2])  # type: ignore[return-value]


def clear(record: models.Model, *, field: str, ground: str, by: Actor, today: date) -> None:
    """Empty a field by the room's own ``edit``, which knows what else hangs on it, and write down whose it was.

    On a field that the company added nothing hangs but its file: it is emptied where it stands, and what was kept of
    it elsewhere is masked there.
    """
    with transaction.atomic():
        if field.startswith(custom.PREFIX):
            _clear_added(record, field)
        elif not ports.destroys(record, field, by=by):
            _clear_declared(record, field, by=by, today=today)
        personal.note(
            AccessLog.Deed.DESTROYED,
            type(record),
            [record.pk],
            [field],
            whose=personal.whose(record),
            by=by,
            reason=ground,
        )


def _clear_declared(record: models.Model, field: str, *, by: Actor, today: date) -> None:
    empty: dict[str, Any] = {field: None if record._meta.get_field(field).null else ""}
    edit = commands.registry.get(f"{work.kind_of(record)}.edit")
    if edit is not None:
        edit(record, by=by, today=today, **empty)
    else:
        type(record)._base_manager.filter(pk=record.pk).update(**empty)


def _clear_added(record: models.Model, field: str) -> None:
    # Anew and locked: somebody may be writing the other fields of the same column.
    held = type(record)._base_manager.select_for_update().get(pk=record.pk)
    kept = custom.of(held).get(field)
    if isinstance(kept, dict) and "id" in kept:
        StoredFile.objects.filter(pk=kept["id"]).delete()
    custom.keep(held, {field: None}, made=True)
    for copies in ports.copies:
        copies(type(record), field, lambda _value: sealed.MASK, keys=[record.pk])
    # What its history told before the field was declared goes with it; of lines, that of all in their document.
    owner, link = registry.owner_of(type(record))
    told: Any = getattr(held, link) if owner is not None else held
    rows, after = AuditRow.objects.filter(subject_kind=work.kind_of(told), subject_id=told.pk), 0
    while last := personal.cover(rows, field, lambda _value: sealed.MASK, after=after):
        after = last

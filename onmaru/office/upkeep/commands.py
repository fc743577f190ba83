"""What is filtered by often gets its index, what nobody reads loses it; what is to be encrypted is, where it stands.

Lists filtered by a field are counted for all processes together, over ``WINDOW``; what is seen of them ``views`` says.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Func
from django.db.models.fields.json import KeyTransform

from onmaru.kernel import custom, identity, jobs, personal, sealed, sql
from onmaru.kernel.models import AuditRow
from onmaru.office.copies import ports
from onmaru.office.shaping.commands import fields
from onmaru.office.shaping.models import CustomField
from onmaru.office.upkeep import queries
from onmaru.office.upkeep.models import Use
from onmaru.workbench import registry

log = logging.getLogger(__name__)
BY = identity.system("upkeep")
OFTEN = 20  # lists filtered by a field within the window
WINDOW = timedelta(days=30)
LARGE = 2_000  # records: the database looks through fewer at a glance
IDLE = timedelta(days=60)
BATCH = 500

_COUNT = """
    INSERT INTO upkeep_use AS held (field_id, asked, since, scans, used_on)
    SELECT id, %s, %s, 0, %s FROM shaping_customfield WHERE kind = %s AND name = %s AND is_active
    ON CONFLICT (field_id) DO UPDATE SET
        asked = excluded.asked + CASE WHEN held.since < %s THEN 0 ELSE held.asked END,
        since = CASE WHEN held.since < %s THEN excluded.since ELSE held.since END
    RETURNING field_id, asked
"""


def count(kind: str, name: str, times: int, *, today: date) -> None:
    """Add how often lists were filtered by a field; let it be made fast when that is often and its records are many."""
    begun = today - WINDOW
    found = sql.one(_COUNT, [times, today, today, kind, name, begun, begun])
    if found is None or found[1] < OFTEN:
        return
    field = CustomField.objects.get(pk=found[0])
    rows = apps.get_model(kind)._default_manager.order_by().values("pk")
    if not field.is_indexed and fields.can_be_quick(field) and rows[LARGE : LARGE + 1].exists():
        Use.objects.filter(pk=field.pk).update(used_on=today)
        fields.quicken(field, by=BY)


def changed(field: CustomField) -> None:
    """Have a field's indexes and its encryption brought in order, in the background."""
    jobs.enqueue("upkeep.index", field_id=field.pk)
    if field.type == CustomField.Type.TEXT:
        jobs.enqueue("upkeep.seal", field_id=field.pk)


def index(field_id: int) -> None:
    """Give a field the indexes that it is to have, while everyone goes on working, and take away what is left over.

    What a kill left half built is built anew. Called outside of transactions.
    """
    field = CustomField.objects.filter(pk=field_id).first()
    wanted = queries.wanted(field) if field is not None else {}
    stands = queries.standing().get(field_id, {})
    good = {name for name, one in stands.items() if one.is_whole and name in wanted}
    with connection.schema_editor(atomic=False) as editor:
        for name in stands.keys() - good:
            editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
        for name in wanted.keys() - good:
            assert field is not None
            made = wanted[name].create_sql(apps.get_model(field.kind), editor, concurrently=True)
            editor.execute(made, params=None)


def tend(*, today: date) -> None:
    """Bring in order what is not, and let go of indexes that nobody read for ``IDLE``."""
    stands = queries.standing()
    known = {one.pk: one for one in CustomField.objects.order_by("pk")}
    for pk in stands.keys() - known.keys():
        jobs.enqueue("upkeep.index", field_id=pk)
    for pk, field in known.items():
        its = stands.get(pk, {})
        if field.privacy == CustomField.Privacy.IDENTIFIER:
            jobs.enqueue("upkeep.seal", field_id=pk)
        if not queries.is_in_order(field, its):
            jobs.enqueue("upkeep.index", field_id=pk)
        elif field.is_indexed:
            _look(field, sum(one.scans for one in its.values()), today)


def _look(field: CustomField, scans: int, today: date) -> None:
    """Note whether an index was read since it was looked at last: any other figure says so, for a crash resets it."""
    first = {"since": today, "used_on": today, "scans": scans}
    use, is_new = Use.objects.get_or_create(field=field, defaults=first)
    if use.scans != scans:
        Use.objects.filter(pk=use.pk).update(scans=scans, used_on=today)
    elif not is_new and use.used_on < today - IDLE:
        Use.objects.filter(pk=use.pk).update(asked=0)
        fields.relax(field, by=BY)


def seal(field_id: int, *, after: int = 0) -> int | None:
    """Encrypt a field of the next records, or open what no longer is to be: the key of the last, None at the end.

    As the field says at this moment: it stays locked meanwhile, so two who change it back and forth end as it ends.
    """
    with transaction.atomic():
        field = CustomField.objects.select_for_update().filter(pk=field_id).first()
        if field is None:
            return None
        name, is_closed = field.name, field.privacy == field.Privacy.IDENTIFIER
        kind = Func(KeyTransform(name, "custom"), function="jsonb_typeof", output_field=models.TextField())
        held = apps.get_model(field.kind)._base_manager.annotate(kept_as=kind)
        rows = held.filter(kept_as="string" if is_closed else "object", pk__gt=after).order_by("pk")
        last = None
        for row in rows.select_for_update(of=("self",))[:BATCH]:
            last = row.pk
            custom.keep(row, {name: _turned(row, name, is_closed=is_closed)}, made=True)
        return last


def seal_history(field_id: int, *, after: int = 0) -> int | None:
    """Encrypt what histories told of an identifier before it was one: the key of the last row, None at the end."""
    field = CustomField.objects.filter(pk=field_id, privacy=CustomField.Privacy.IDENTIFIER).first()
    if field is None:
        return None
    owner, _link = registry.owner_of(apps.get_model(field.kind))
    kind = owner.model._meta.label_lower if owner is not None else field.kind
    told = AuditRow.objects.filter(subject_kind=kind)
    return personal.cover(told, field.name, _closed, after=after, most=BATCH)


def seal_copies(field_id: int, *, after: int = 0) -> None:
    """Encrypt what is kept beside the records of an identifier: of deleted ones, and of what was put to approval."""
    with transaction.atomic():
        field = CustomField.objects.filter(pk=field_id, privacy=CustomField.Privacy.IDENTIFIER).first()
        if field is None:
            return
        for copies in ports.copies:
            copies(apps.get_model(field.kind), field.name, _closed, keys=None)


def _closed(told: Any) -> Any:
    is_open = isinstance(told, str) and personal.DOT not in told
    return {custom.SEALED: sealed.seal(told).stored} if is_open else told


def _turned(row: models.Model, name: str, *, is_closed: bool) -> object:
    found = custom.of(row)[name]
    if is_closed:
        return {custom.SEALED: sealed.seal(found).stored}
    try:
        return custom.value(row, name).open()
    except InvalidToken:
        # Sealed by a key that is no longer there: it stays what it is.
        log.warning("%s %s: %s cannot be opened", row._meta.label, row.pk, name)
        return found

"""Deleting what nothing points to, and bringing it back: the rows go, and stand as JSON in the trash for a while."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from django.apps import apps
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, jobs, refusals, sql, work
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import LegalNumber, Trash

Owners = dict[int, int]  # rows by their keys, with the key of the record with which each goes
Rows = list[tuple[type[models.Model], Owners]]

NUMBERED = refusals.reason(
    "numbered", _("It bears a legal number and stays in the books; cancel it instead.")
)


def deletion(model: type[models.Model]) -> Command[Trash]:
    """The command ``room.noun.delete`` of a kind of record, declared when it is first asked for.

    Refuses what others point to (still_used), what bears a legal number (numbered) and what left its first state.
    """
    name = f"{model._meta.label_lower}.delete"
    if name not in commands.registry:
        names = {field.name: field for field in model._meta.concrete_fields}
        first = names["state"].get_default() if "state" in names else None
        declare = commands.command(
            label=_("Delete"), model=model, name=name, danger=True, move=(first, None) if first else None
        )
        declare(delete)
    return commands.registry[name]


def delete(record: models.Model, *, by: Actor) -> Trash:
    """Move a record and the lines below it into the trash."""
    return _put_away([record], by)[0]


def delete_many(model: type[models.Model], keys: Sequence[int], *, by: Actor) -> list[Trash]:
    """Delete records of a kind all together, each as by itself; what refuses one of them refuses all."""
    one = deletion(model)

    def together(*, by: Actor) -> list[Trash]:
        found = _locked(model, keys, by)
        for record in found:
            work.audit(one.name, record, {})
        return _put_away(found, by)

    return Command(together, one.name, one.permission, one.label, model)(by=by)


def _locked(model: type[models.Model], keys: Sequence[int], by: Actor) -> list[models.Model]:
    """The records, locked in the order of their keys, when each could be deleted by itself as far as a call judges."""
    one = deletion(model)
    found = list(model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk"))
    refusals.check([refusals.NOT_FOUND() if len(found) < len({*keys}) else None])
    given = (work.kind_of(model), one.name, list(keys))
    asking = "SELECT id, {}(%s::text, id, %s::text) FROM unnest(%s::bigint[]) AS one(id)"
    asked = [dict(sql.rows(asking.format(guard.question), given)) for guard in commands.guards]
    for record in found:
        one.judge(record, by, [answers[record.pk] for answers in asked])
    return found


def _put_away(records: Sequence[models.Model], by: Actor) -> list[Trash]:
    model, keys = type(records[0]), [one.pk for one in records]
    kind = work.kind_of(model)
    numbered = LegalNumber.objects.filter(subject_kind=kind, subject_id__in=keys).exists()
    found: Rows = [(model, {key: key for key in keys})]
    below = _below(model, found[0][1], found)
    refusals.check([NUMBERED() if numbered else None, None if below else refusals.STILL_USED()])
    rows = defaultdict(list)
    for one, owners in found:
        for key, table, row in _read(one, list(owners)):
            rows[owners[key]].append((table, row))
    kept = Trash.objects.bulk_create(
        Trash(
            kind=kind,
            record_id=record.pk,
            title=str(record)[:200],
            company_id=getattr(record, "company_id", None),
            rows=rows[record.pk],
            deleted_by=by.name,
        )
        for record in records
    )
    for one, owners in reversed(found):
        sql.run(f'DELETE FROM "{one._meta.db_table}" WHERE id = ANY(%s)', [list(owners)])
    return kept


def _below(model: type[models.Model], owners: Owners, found: Rows) -> bool:
    """Gather the rows that go with these; False when something points here that does not."""
    for link in _links(model):
        going = {key for one, keys in found if one is link.model for key in keys}
        pointing = link.model._base_manager.filter(**{f"{link.name}__in": list(owners)}).exclude(pk__in=going)
        if link.remote_field.on_delete is not models.CASCADE:
            if pointing.exists():
                return False
            continue
        theirs = {key: owners[to] for key, to in pointing.values_list("pk", link.attname)}
        if theirs:
            found.append((link.model, theirs))
            if not _below(link.model, theirs, found):
                return False
    return True


def _links(model: type[models.Model]) -> Iterator[Any]:
    """The references that point to a kind of record, those without a name back included."""
    for one in model._meta.get_fields(include_hidden=True):
        if one.auto_created and not one.concrete and (one.one_to_many or one.one_to_one):
            yield one.field  # type: ignore[union-attr]


def _read(model: type[models.Model], keys: list[int]) -> list[tuple[int, str, str]]:
    """Rows as the database writes them: what Python reads of a long decimal would not be the same."""
    table = model._meta.db_table
    rows = sql.rows(f'SELECT id, to_jsonb(t)::text FROM "{table}" t WHERE id = ANY(%s) ORDER BY id', [keys])
    return [(key, table, row) for key, row in rows]


@commands.command(label=_("Put back"), model=Trash, primary=True)
def restore(kept: Trash, *, by: Actor) -> models.Model:
    """Bring a deleted record back as it was, with its lines. Refuses when its code was given to another meanwhile."""
    tables = {one._meta.db_table: one for one in apps.get_models(include_auto_created=True)}
    for table, row in kept.rows:
        if table in tables:
            _write(tables[table], row)
    found = work.record_of(kept.kind, kept.record_id)
    if found is None:
        raise refusals.Refused(refusals.NOT_FOUND())
    work.audit("kernel.trash.restore", found, {})
    Trash.objects.filter(pk=kept.pk).delete()
    return found


def _write(model: type[models.Model], row: str) -> None:
    """Put a row into its table as it is now: a column that came since holds its default, one that went is left out."""
    fields = [one for one in model._meta.concrete_fields if not one.generated]
    told, table = orjson.loads(row), model._meta.db_table
    missing = [one for one in fields if one.column not in told and one.db_default is models.NOT_PROVIDED]
    more = {one.column: one.get_prep_value(one.get_default()) for one in missing}
    columns = ", ".join(f'"{one.column}"' for one in fields if one.column in told or one.column in more)
    sql.run(
        f'INSERT INTO "{table}" ({columns}) SELECT {columns}'
        f' FROM jsonb_populate_record(NULL::"{table}", %s::jsonb || %s::jsonb)',
        [row, work.to_json(more)],
    )


@jobs.every(seconds=3600, name="kernel.empty_trash")
def empty() -> int:
    """Forget what was kept long enough (``kept_until``); returns how many records."""
    gone, _each = Trash.objects.filter(kept_until__lt=Now()).delete()
    return gone

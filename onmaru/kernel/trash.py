"""Deleting what nothing points to, and bringing it back: the rows go, and stand as JSON in the trash for a while."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, jobs, refusals, sql, work
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import LegalNumber, Trash

Rows = list[tuple[type[models.Model], list[Any]]]

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
    kind = work.kind_of(record)
    numbered = LegalNumber.objects.filter(subject_kind=kind, subject_id=record.pk).exists()
    found: Rows = [(type(record), [record.pk])]
    below = _below(type(record), [record.pk], found)
    refusals.check([NUMBERED() if numbered else None, None if below else refusals.STILL_USED()])
    kept = Trash.objects.create(
        kind=kind,
        record_id=record.pk,
        title=str(record)[:200],
        company_id=getattr(record, "company_id", None),
        rows=[pair for model, keys in found for pair in _read(model, keys)],
        deleted_by=by.name,
    )
    for model, keys in reversed(found):
        sql.run(f'DELETE FROM "{model._meta.db_table}" WHERE id = ANY(%s)', [keys])
    return kept


def _below(model: type[models.Model], keys: list[Any], found: Rows) -> bool:
    """Gather the rows that go with these; False when something points here that does not."""
    for link in _links(model):
        pointing = link.model._base_manager.filter(**{f"{link.name}__in": keys})
        if link.remote_field.on_delete is not models.CASCADE:
            if pointing.exists():
                return False
            continue
        theirs = list(pointing.values_list("pk", flat=True))
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


def _read(model: type[models.Model], keys: list[Any]) -> list[tuple[str, str]]:
    """Rows as the database writes them: what Python reads of a long decimal would not be the same."""
    table = model._meta.db_table
    rows = sql.rows(f'SELECT to_jsonb(t)::text FROM "{table}" t WHERE id = ANY(%s) ORDER BY id', [keys])
    return [(table, row) for (row,) in rows]


@commands.command(label=_("Put back"), model=Trash, primary=True)
def restore(kept: Trash, *, by: Actor) -> models.Model:
    """Bring a deleted record back as it was, with its lines. Refuses when its code was given to another meanwhile."""
    for table, row in kept.rows:
        sql.run(
            f'INSERT INTO "{table}" SELECT * FROM jsonb_populate_record(NULL::"{table}", %s::jsonb)', [row]
        )
    found = work.record_of(kept.kind, kept.record_id)
    if found is None:
        raise refusals.Refused(refusals.NOT_FOUND())
    work.audit("kernel.trash.restore", found, {})
    Trash.objects.filter(pk=kept.pk).delete()
    return found


@jobs.every(seconds=3600, name="kernel.empty_trash")
def empty() -> int:
    """Forget what was kept long enough (``kept_until``); returns how many records."""
    gone, _each = Trash.objects.filter(kept_until__lt=Now()).delete()
    return gone

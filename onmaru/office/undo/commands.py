"""Taking back: what was made is deleted, what was deleted is put back, what was changed gets its old values again.

All of it by the records' own commands, and only while nobody touched them since. What the history does not tell (lines)
or masks (personal data) is kept sealed for the minute in which it may be undone, and by a run for as long as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
from django.apps import apps
from django.core.cache import cache
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, identity, personal, refusals, sealed, trash, work
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow, Trash
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.shaping.queries import attached
from onmaru.office.undo import queries
from onmaru.workbench import calls, detail, registry, values
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Field
from onmaru.workbench.references import References

UNDO_IMPOSSIBLE = refusals.reason("undo_impossible", _("“{action}” cannot be taken back by itself."))

# The button goes after ten seconds; a slow line and a slow hand are given the rest.
WITHIN = timedelta(seconds=60)


_longer: ContextVar[dict[str, str] | None] = ContextVar("longer", default=None)


@contextmanager
def keeping() -> Iterator[dict[str, str]]:
    """Gather what is to be kept, by the ids of the lines of the history, for runs, which keep it longer."""
    found: dict[str, str] = {}
    token = _longer.set(found)
    try:
        yield found
    finally:
        _longer.reset(token)


def undo(row: AuditRow, by: Actor, *, key: str | None = None, kept: str | None = None) -> Any:
    """Take back what one line of the history says: making, changing, archiving, restoring or deleting a record.

    ``kept`` is what ``keeping`` gathered beside it. Raises Refused: touched_since when another came after it,
    undo_impossible for verbs that have no way back, undo_moved for an edit that moved the record to a state from which
    none leads back; else the command that does is done with it, by the person's own right.
    """
    later = AuditRow.objects.filter(subject_kind=row.subject_kind, subject_id=row.subject_id, id__gt=row.pk)
    after = later.exclude(source=row.source).first() if row.source.startswith("run:") else later.first()
    if after is not None:
        raise Refused(queries.touched(after))
    entity = registry.of_model(apps.get_model(row.subject_kind))
    verb = row.command.rpartition(".")[2]
    if verb == "delete":
        return _put_back(row, by)
    if entity is None:
        raise Refused(_impossible(row))
    command, given = _way_back(entity, row, verb, kept)
    again = queries.leading_back(entity, row, by)
    if again is not None:
        return _both(command, given, again, row=row, by=by, key=key)
    return calls.do(command, _unveiled(by, command.permission), given, subject=row.subject_id, key=key)


def _both(
    edit: Command[Any],
    given: Mapping[str, Any],
    again: Command[Any],
    *,
    row: AuditRow,
    by: Actor,
    key: str | None,
) -> Any:
    """Give the old values again, then the old state, together or not at all."""
    done: list[Any] = []

    def together(*, by: Actor) -> None:
        calls.do(edit, by, given, subject=row.subject_id)
        done.append(calls.do(again, mine, {}, subject=row.subject_id))

    mine, unveiled = by, _unveiled(by, edit.permission)
    Command(together, edit.name, edit.permission, edit.label, edit.model)(by=unveiled, idempotency_key=key)
    return done[0] if done else work.record_of(row.subject_kind, row.subject_id)


def undo_many(
    rows: Sequence[AuditRow], by: Actor, *, kept: Mapping[str, str], then: Callable[[], None]
) -> None:
    """Take back edits of records of one kind by one transaction, and do ``then`` in it; each record has one row here.

    ``kept`` is what ``keeping`` gathered. Raises Refused when one has no way back, or moved a record to another state,
    and nothing was done then.
    """
    model = apps.get_model(rows[0].subject_kind)
    entity = registry.of_model(model)
    if entity is None or entity.edit is None or any("state" in row.changes for row in rows):
        raise Refused(_impossible(rows[0]))
    edit, source = entity.edit, rows[0].source

    def together(*, by: Actor) -> None:
        _lock(model, rows, source)
        for row in rows:
            command, given = _way_back(entity, row, "edit", kept.get(str(row.pk)))
            calls.do(command, by, given, subject=row.subject_id)
        then()

    Command(together, edit.name, edit.permission, edit.label, model)(by=_unveiled(by, edit.permission))


def _lock(model: type[Model], rows: Sequence[AuditRow], source: str) -> None:
    """Lock the records of ``rows`` in the order of their keys. Raises Refused where somebody came after."""
    seen = {row.subject_id: row.pk for row in rows}
    locked = model._base_manager.select_for_update().filter(pk__in=seen).order_by("pk")
    gone = len(seen) - len(locked.values_list("pk", flat=True))
    of = {"subject_kind": rows[0].subject_kind, "subject_id__in": seen, "id__gt": min(seen.values())}
    after = AuditRow.objects.filter(**of).exclude(source=source)
    later = (queries.touched(row) for row in after if row.pk > seen[row.subject_id])
    refusals.check([refusals.NOT_FOUND() if gone else None, *later])


def _way_back(
    entity: Entity, row: AuditRow, verb: str, kept: str | None
) -> tuple[Command[Any], Mapping[str, Any]]:
    """The command that undoes another, and what it is told."""
    if entity.create is not None and row.command == entity.create.name:
        return trash.deletion(entity.model), {}
    if verb in queries.OPPOSITE:
        other = entity.action(queries.OPPOSITE[verb])
        if other is not None:
            return other, {}
    if entity.edit is not None and row.command == entity.edit.name:
        return entity.edit, _old(entity, row, queries.kept(row, kept))
    raise Refused(_impossible(row))


def _unveiled(by: Actor, permission: str) -> Actor:
    """Who takes back, with the right to it, and to write back what they may neither see nor write by themselves."""
    mine = identity.also(by, permission)
    bare = [
        replace(one, rules=tuple(replace(rule, hidden=frozenset(), fixed=frozenset()) for rule in one.rules))
        for one in mine.grants
    ]
    return replace(mine, grants=tuple(bare))


def _old(entity: Entity, row: AuditRow, kept: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """What the changed fields held before, as a form would say it."""
    if kept is None:
        raise Refused(_impossible(row))
    offered = {one.name: one.later() for one in entity.input_fields}
    told = {name.removesuffix("_id"): pair[0] for name, pair in row.changes.items() if isinstance(pair, list)}
    raw = {name: _sent(offered[name], kept.get(name, one)) for name, one in told.items() if name in offered}
    raw |= {one.name: kept[one.name] for one in queries.grids(entity) if one.name in kept}
    # Read with the eyes of the house: these are its own values, whatever the person sees of them.
    asked = [offered[name] for name in raw]
    given, problems = values.read_all(asked, raw, References(identity.system("undo")), partial=True)
    if not raw or problems:
        raise Refused(_impossible(row))
    confirmed = {
        name: True for name in ("confirm_duplicate",) if name in calls.offered(entity.edit).parameters
    }
    return given | confirmed


def _sent(field: Field, told: Any) -> Any:
    """What the history tells of a field as a program would send it: a file by its pass."""
    return attached.pass_of(told["id"], told["name"]) if field.kind == "file" and told else told


def keep(
    command: Command[Any], by: Actor, subject: Any, given: Mapping[str, Any]
) -> Callable[[], None] | None:
    """Before an edit: what its line of the history will not tell, kept by what is answered once it is done."""
    entity = registry.of_model(command.model) if command.model else None
    in_passing = by.source.startswith("run:") and _longer.get() is None
    if entity is None or command is not entity.edit or in_passing:
        return None
    below = [one for one in queries.grids(entity) if one.name in given]
    heads = personal.names(entity.model) & given.keys()
    record = (
        work.record_of(work.kind_of(entity.model), getattr(subject, "pk", subject))
        if below or heads
        else None
    )
    if record is None:
        return None
    held: dict[str, Any] = {name: queries.whole(queries.bare(entity, record, name)) for name in heads}
    held |= {one.name: [queries.line(one, row) for row in detail.line_rows(one, record)] for one in below}
    stood = queries.history(record).values_list("pk", flat=True).last() or 0

    def remember() -> None:
        rows = list(queries.history(record).filter(pk__gt=stood))
        if len(rows) == 1 and rows[0].by_id == by.user_id and queries.is_silent(rows[0]):
            _store(rows[0], sealed.seal(orjson.dumps(held).decode()).stored)

    return remember


def _store(row: AuditRow, held: str) -> None:
    longer = _longer.get()
    if longer is not None:
        longer[str(row.pk)] = held
    else:
        cache.set(queries.place(row), held, WITHIN.total_seconds())


def _put_back(row: AuditRow, by: Actor) -> Any:
    kept = Trash.objects.filter(kind=row.subject_kind, record_id=row.subject_id).first()
    if kept is None:
        raise Refused(refusals.NOT_FOUND())
    return trash.restore(kept, by=identity.also(by, trash.restore.permission))


def _impossible(row: AuditRow) -> Refusal:
    command = commands.registry.get(row.command)
    return UNDO_IMPOSSIBLE(action=command.label if command else row.command)

"""Taking back: what was made is deleted, what was deleted is put back, what was changed gets its old values again.

All of it by the records' own commands, and only while nobody touched them since. The history says that lines were
changed and not what they were: that a form keeps for the minute in which it may be undone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, identity, personal, refusals, trash, work
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow, Trash
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.batches import queries
from onmaru.office.batches.models import Chunk, Run
from onmaru.workbench import calls, registry, values
from onmaru.workbench.entity import Entity, Lines
from onmaru.workbench.forms import Form
from onmaru.workbench.references import References

UNDO_IMPOSSIBLE = refusals.reason("undo_impossible", _("“{action}” cannot be taken back by itself."))
TOUCHED = refusals.reason("touched_since", _("It was worked on since ({action}, {who})."))

# The button goes after ten seconds; a slow line and a slow hand are given the rest.
WITHIN = timedelta(seconds=60)
OPPOSITE = {"archive": "restore", "restore": "archive"}


def take_back(run: Run, chunk: Chunk, by: Actor) -> dict[str, Any]:
    """Take back what a chunk did, record by record, the last first."""
    entity = queries.entity_of(run)
    applied = chunk.applied or {"made": [], "changed": []}
    ids = [*applied["made"], *applied["changed"]]
    steps = _histories(entity.model._meta.label_lower, ids)
    result: dict[str, Any] = {"made": [], "changed": [], "refused": []}
    for pk in reversed(ids):
        reasons = _back(entity, steps.get(pk, []), run.source, by, pk)
        if reasons:
            result["refused"].append([pk, [reason.as_dict() for reason in reasons]])
        else:
            result["changed"].append(pk)
    return result


def _back(entity: Entity, steps: list[AuditRow], source: str, by: Actor, pk: int) -> Iterable[Refusal]:
    mine = [one for one in steps if one.source == source]
    if not mine:
        return [refusals.NOT_FOUND()]
    try:
        undo(mine[0], by, key=f"{source}:back:{pk}")
    except Refused as refused:
        return refused.reasons
    return []


def _histories(kind: str, ids: Collection[int]) -> dict[int, list[AuditRow]]:
    found: dict[int, list[AuditRow]] = {}
    for row in AuditRow.objects.filter(subject_kind=kind, subject_id__in=ids).order_by("id"):
        found.setdefault(row.subject_id, []).append(row)
    return found


def undo(row: AuditRow, by: Actor, *, key: str | None = None) -> Any:
    """Take back what one line of the history says: making, changing, archiving, restoring or deleting a record.

    Raises Refused: touched_since when another came after it, undo_impossible for verbs that have no way back.
    """
    later = AuditRow.objects.filter(subject_kind=row.subject_kind, subject_id=row.subject_id, id__gt=row.pk)
    after = later.exclude(source=row.source).first() if row.source.startswith("run:") else later.first()
    if after is not None:
        raise Refused(_touched(after))
    entity = registry.of_model(apps.get_model(row.subject_kind))
    verb = row.command.rpartition(".")[2]
    if verb == "delete":
        return _put_back(row, by)
    if entity is None:
        raise Refused(_impossible(row))
    command, given = _way_back(entity, row, verb, by)
    mine = identity.also(by, command.permission)
    return calls.do(command, mine, given, subject=row.subject_id, key=key)


def _way_back(entity: Entity, row: AuditRow, verb: str, by: Actor) -> tuple[Command[Any], Mapping[str, Any]]:
    """The command that undoes another, and what it is told."""
    if entity.create is not None and row.command == entity.create.name:
        return trash.deletion(entity.model), {}
    if verb in OPPOSITE:
        other = entity.action(OPPOSITE[verb])
        if other is not None:
            return other, {}
    if entity.edit is not None and row.command == entity.edit.name:
        return entity.edit, _old(entity, row, by)
    raise Refused(_impossible(row))


def _old(entity: Entity, row: AuditRow, by: Actor) -> Mapping[str, Any]:
    """What the changed fields held before, as the form would say it."""
    offered = {one.name: one.later() for one in entity.input_fields}
    before = {
        name.removesuffix("_id"): pair[0] for name, pair in row.changes.items() if isinstance(pair, list)
    }
    lines = _lines(row)
    raw = {name: value for name, value in before.items() if name in offered} | (lines or {})
    if not raw or lines is None:
        raise Refused(_impossible(row))
    given, problems = values.read_all([offered[name] for name in raw], raw, References(by), partial=True)
    refusals.check(problems)
    confirmed = {
        name: True for name in ("confirm_duplicate",) if name in calls.offered(entity.edit).parameters
    }
    return given | confirmed


def keep_lines(form: Form, held: Mapping[str, Any]) -> None:
    """Keep what the lines of a record were before its form changed them, but what the person sees only in part."""
    grids = [part for part in form.entity.form_parts if isinstance(part, Lines)]
    if not grids or any(_is_veiled(one, form, held) for one in grids):
        return
    of = {"subject_kind": work.kind_of(form.subject), "subject_id": form.subject.pk, "by_id": form.by.user_id}
    row = AuditRow.objects.filter(**of).order_by("-id").first()
    if row is not None and row.changes.get("lines"):
        cache.set(_place(row), {one.name: held[one.name] for one in grids}, WITHIN.total_seconds())


def _is_veiled(part: Lines, form: Form, held: Mapping[str, Any]) -> bool:
    assert part.model is not None
    hidden = part.model._meta.label_lower in {kind for kind, _name in form.by.hidden}
    names = personal.names(part.model)
    return hidden or any(personal.DOT in str(row.get(name)) for row in held[part.name] for name in names)


def _lines(row: AuditRow) -> dict[str, Any] | None:
    """What the lines were, nothing when they were not changed, None when nobody knows any more."""
    return cache.get(_place(row)) if row.changes.get("lines") else {}


def _place(row: AuditRow) -> str:
    return f"undo:{row.pk}"


def _put_back(row: AuditRow, by: Actor) -> Any:
    kept = Trash.objects.filter(kind=row.subject_kind, record_id=row.subject_id).first()
    if kept is None:
        raise Refused(refusals.NOT_FOUND())
    return trash.restore(kept, by=identity.also(by, trash.restore.permission))


def can_undo(row: AuditRow) -> bool:
    """Whether there is a way back from what a line of the history says, as far as one sees without trying."""
    model = apps.get_model(row.subject_kind)
    entity, verb = registry.of_model(model), row.command.rpartition(".")[2]
    if entity is None or row.command not in commands.registry:
        return False
    edited = entity.edit is not None and row.command == entity.edit.name
    return verb in OPPOSITE or verb == "delete" or (edited and _lines(row) is not None)


def _touched(row: AuditRow) -> Refusal:
    command = commands.registry.get(row.command)
    return TOUCHED(action=command.label if command else row.command, who=row.by_name)


def _impossible(row: AuditRow) -> Refusal:
    command = commands.registry.get(row.command)
    return UNDO_IMPOSSIBLE(action=command.label if command else row.command)

"""Taking back what a run did, as far as nobody touched it since: what it made is deleted and what it changed gets its
old values again, many together; one by one where something keeps one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from onmaru.kernel import identity, refusals, trash
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.batches import queries
from onmaru.office.batches.models import Chunk, Run
from onmaru.office.undo import commands as undo
from onmaru.office.undo import queries as way_back
from onmaru.workbench.entity import Entity

PIECE = 500  # records deleted by one transaction
EDITS = 100  # records that get their old values by one: it holds their locks for about a second

Steps = dict[int, list[AuditRow]]
Wrong = dict[int, Sequence[Refusal]]


def take_back(run: Run, chunk: Chunk, by: Actor) -> dict[str, Any]:
    """Take back what a chunk did, the last first. What a killed worker had taken back is known by its history."""
    entity = queries.entity_of(run)
    applied = chunk.applied or {"made": [], "changed": []}
    ids = [*applied["made"], *applied["changed"]][::-1]
    steps = _histories(entity.model._meta.label_lower, ids)
    together = {pk for pk in applied["made"] if _is_made(entity, steps.get(pk, []), run.source)}
    wrong = _put_back(run, chunk, [pk for pk in ids if pk not in together], steps, by)
    made = [pk for pk in ids if pk in together]
    wrong |= {pk: found for pk in made if (found := _touched(steps[pk], run.source))}
    left = [pk for pk in made if pk not in wrong and not _is_gone(steps[pk], run.source)]
    for begin in range(0, len(left), PIECE):
        wrong |= _unmake(entity, left[begin : begin + PIECE], by)
    refused = [[pk, [reason.as_dict() for reason in wrong[pk]]] for pk in ids if wrong.get(pk)]
    return {"made": [], "changed": [pk for pk in ids if not wrong.get(pk)], "refused": refused}


def _is_made(entity: Entity, steps: list[AuditRow], source: str) -> bool:
    mine = (one for one in steps if one.source == source)
    first = next(mine, None)
    return first is not None and entity.create is not None and first.command == entity.create.name


def _is_gone(steps: list[AuditRow], source: str) -> bool:
    return steps[-1].source == source and steps[-1].command.endswith(".delete")


def _touched(steps: list[AuditRow], source: str) -> list[Refusal]:
    first = next(one.pk for one in steps if one.source == source)
    return [way_back.touched(one) for one in steps if one.pk > first and one.source != source][:1]


def _unmake(entity: Entity, keys: Sequence[int], by: Actor) -> Wrong:
    """Delete records together; those that must stay are found by halves."""
    permission = trash.deletion(entity.model).permission
    try:
        trash.delete_many(entity.model, keys, by=identity.also(by, permission))
    except Refused as refused:
        half = len(keys) // 2
        if not half:
            return {keys[0]: refused.reasons}
        return _unmake(entity, keys[:half], by) | _unmake(entity, keys[half:], by)
    return {}


def _put_back(run: Run, chunk: Chunk, keys: Sequence[int], steps: Steps, by: Actor) -> Wrong:
    """Give records their old values again; those that stand in the chunk's ``back`` have them."""
    edit, source = queries.entity_of(run).edit, run.source
    applied = chunk.applied or {}
    kept, back = applied.get("kept", {}), applied.get("back", [])
    rows = {
        pk: [one for one in steps.get(pk, []) if one.source == source] for pk in keys if pk not in {*back}
    }
    wrong: Wrong = {pk: found for pk, own in rows.items() if own and (found := _touched(steps[pk], source))}
    left = [pk for pk in rows if pk not in wrong]
    edits = [pk for pk in left if edit is not None and [one.command for one in rows[pk]] == [edit.name]]
    for begin in range(0, len(edits), EDITS):
        piece = edits[begin : begin + EDITS]
        now = {**applied, "back": [*back, *piece]}
        with suppress(Refused):
            lines = [rows[pk][0] for pk in piece]
            undo.undo_many(lines, by, kept=kept, then=partial(_remember, chunk, now))
            back = now["back"]
    done = {*back}
    return wrong | {pk: _back(rows[pk], source, by, pk, kept) for pk in left if pk not in done}


def _remember(chunk: Chunk, applied: Mapping[str, Any]) -> None:
    Chunk.objects.filter(pk=chunk.pk).update(applied=applied)


def _back(
    mine: list[AuditRow], source: str, by: Actor, pk: int, kept: Mapping[str, str]
) -> Sequence[Refusal]:
    if not mine:
        return [refusals.NOT_FOUND()]
    try:
        undo.undo(mine[0], by, key=f"{source}:back:{pk}", kept=kept.get(str(mine[0].pk)))
    except Refused as refused:
        return refused.reasons
    return []


def _histories(kind: str, ids: Collection[int]) -> Steps:
    found: Steps = {}
    for row in AuditRow.objects.filter(subject_kind=kind, subject_id__in=ids).order_by("id"):
        found.setdefault(row.subject_id, []).append(row)
    return found

"""One change or one verb on many records: those that stood in the list when it was asked for, as they stood then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models, transaction

from onmaru.kernel import permissions, refusals
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.batches import ports, queries
from onmaru.office.batches.commands import runs
from onmaru.office.batches.models import Chunk, Run
from onmaru.workbench import calls, filters, values
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Field
from onmaru.workbench.references import References

CHUNK = 200


@transaction.atomic
def start(
    entity: Entity,
    command: Command[Any],
    raw: Mapping[str, Any],
    rows: models.QuerySet[Any],
    title: str,
    by: Actor,
) -> Run:
    """Begin a run of ``command`` on ``rows``, frozen now by id and version; ``raw`` is what its form said.

    Raises Refused without permission for the command, and when there is no record.
    """
    if not by.may(command.permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permissions.in_words(command)))
    kind = Run.Kind.EDIT if command is entity.edit else Run.Kind.ACT
    run = runs.new(kind, entity.name, title, by, command=command.name, raw=dict(raw))
    names = ["pk", "version"] if has_version(entity.model) else ["pk"]
    chosen = [list(one) for one in rows.order_by("pk").values_list(*names)]
    if not chosen:
        raise Refused(runs.NOTHING_CHOSEN())
    for place, begin in enumerate(range(0, len(chosen), CHUNK)):
        runs.lay(run, place, chosen[begin : begin + CHUNK])
    run.total = len(chosen)
    runs.begin(run, Run.Phase.APPLY)
    return run


def has_version(model: type[models.Model]) -> bool:
    """Whether records of this kind say how often they were changed."""
    return any(one.name == "version" for one in model._meta.concrete_fields)


def asked(entity: Entity, command: Command[Any], raw: Mapping[str, Any]) -> list[Field]:
    """What a command asks once for all records: of an edit the fields that were chosen, of a verb all."""
    found = calls.asks(entity, command)
    return [one for one in found if command is not entity.edit or one.name in raw]


def apply(run: Run, chunk: Chunk, by: Actor) -> dict[str, Any]:
    """Do a chunk, each record by itself; one that was changed meanwhile is refused, not overwritten."""
    entity = queries.entity_of(run)
    command = _command(entity, run.plan["command"])
    fields = asked(entity, command, run.plan["raw"])
    given, problems = values.read_all(fields, run.plan["raw"], References(by), partial=True)
    result: dict[str, Any] = {"made": [], "changed": [], "refused": []}
    seen = filters.visible(entity, by).in_bulk([pk for pk, *_version in chunk.rows])
    for pk, *version in chunk.rows:
        try:
            refusals.check(problems)
            _one(run, command, by, given, seen.get(pk), version)
        except Refused as refused:
            result["refused"].append([pk, [reason.as_dict() for reason in refused.reasons]])
        else:
            result["changed"].append(pk)
    return result


def _command(entity: Entity, name: str) -> Command[Any]:
    offered = [*entity.verbs, entity.edit]
    return calls.offered(next((one for one in offered if one is not None and one.name == name), None))


def _one(
    run: Run, command: Command[Any], by: Actor, given: Mapping[str, Any], record: Any, version: Sequence[int]
) -> None:
    if record is None:
        raise Refused(refusals.NOT_FOUND())
    calls.do(
        command,
        by,
        given,
        subject=record,
        key=f"{run.source}:{record.pk}",
        expected_version=version[0] if version else None,
    )


ports.works |= {kind: ports.Work(apply) for kind in (Run.Kind.EDIT, Run.Kind.ACT)}

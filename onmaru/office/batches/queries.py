"""Reads of runs: what a chunk says, what became of it, and whose it is to see."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db import models
from django.db.models import F, Func
from django.db.models.functions import Coalesce

from onmaru.kernel import permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow
from onmaru.kernel.refusals import Refused
from onmaru.office.batches.models import Chunk, Run
from onmaru.workbench import registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Text


def find(run_id: int, by: Actor) -> Run:
    """A run that is somebody's own, or that the person may see. Raises Refused(not_found)."""
    found = Run.objects.filter(pk=run_id)
    run = found.first()
    if run is None or not (is_own(run, by) or permissions.visible(found, by).exists()):
        raise Refused(refusals.NOT_FOUND())
    return run


def is_own(run: Run, by: Actor) -> bool:
    """Whether a person began this run."""
    return by.user_id is not None and run.by_id == by.user_id


def entity_of(run: Run) -> Entity:
    """The kind of records a run works on. Raises Refused(not_found) when no room declares it any more."""
    found = registry.get(run.entity)
    if found is None:
        raise Refused(refusals.NOT_FOUND())
    return found


def place_of(run: Run) -> Text:
    """What people call the list or the report that a run is about."""
    found = registry.get(run.entity)
    return found.label if found is not None else run.title


def chunks(run: Run) -> models.QuerySet[Chunk]:
    """The chunks of the sheet chosen, in the order of the file."""
    return run.chunks.filter(sheet=run.plan.get("sheet", 0)).order_by("place")


def touched(run: Run, model: type[models.Model], keys: Collection[int]) -> list[int]:
    """Which of these records the run has made or changed already."""
    if not keys:
        return []
    mine = AuditRow.objects.filter(subject_kind=model._meta.label_lower, subject_id__in=list(keys))
    return list(mine.filter(source=run.source).values_list("subject_id", flat=True).distinct())


def refused(run: Run, column: str) -> Iterator[tuple[int, list[Mapping[str, str]]]]:
    """Every line (or record) that a phase refused, with its reasons."""
    found = chunks(run).exclude(**{f"{column}__refused": []}).exclude(**{f"{column}__isnull": True})
    for results in found.values_list(column, flat=True).iterator():
        yield from results["refused"]


def reach(run: Run) -> dict[str, int]:
    """How many records a run made, and how many it changed."""

    def many(key: str) -> Coalesce:
        size = Func(F(f"applied__{key}"), function="jsonb_array_length", output_field=models.IntegerField())
        return Coalesce(models.Sum(size), 0)

    return run.chunks.aggregate(made=many("made"), changed=many("changed"))


def items(run: Run) -> Iterator[Mapping[str, Any]]:
    """What became of each item that a program sent, as far as the run is."""
    done = chunks(run).filter(applied__isnull=False)
    for results in done.values_list("applied", flat=True).iterator():
        yield from results["items"] if results else ()

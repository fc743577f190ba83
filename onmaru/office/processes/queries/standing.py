"""Where instances stand, how long they took at each element, and what one person has to do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, QuerySet
from django.utils import timezone

from onmaru.kernel.identity import Actor
from onmaru.office.processes.models import Instance, Process, Step
from onmaru.office.processes.queries import seen
from onmaru.workbench import shown

MOST = 30


class Place(NamedTuple):
    """An element of a diagram: how many instances stand there, how many left it, and how long they stood on average."""

    element: str
    name: str
    open: int
    left: int
    mean: timedelta | None

    @property
    def lasted(self) -> str:
        return shown.duration(self.mean) if self.mean is not None else ""


def of_process(process: Process) -> list[Place]:
    """Each element where an instance of a process stands or stood."""
    lasted = ExpressionWrapper(F("left_at") - F("entered_at"), output_field=DurationField())
    rows = Step.objects.filter(instance__process=process).values("element", "name").order_by("element")
    counted = rows.annotate(all=Count("pk"), left=Count("left_at"), mean=Avg(lasted))
    return [
        Place(one["element"], one["name"], one["all"] - one["left"], one["left"], one["mean"])
        for one in counted
    ]


def of_instance(instance: Instance) -> list[Any]:
    """The steps of an instance in their order, each with how long it lasted by now (``lasted``) and whose it is
    (``role_name``), in words.
    """
    steps, roles = list(instance.steps.order_by("entered_at", "id")), dict(seen.roles_in_words())
    for one in steps:
        one.role_name = roles.get(one.role, one.role)  # type: ignore[attr-defined]
        one.lasted = shown.duration((one.left_at or timezone.now()) - one.entered_at)  # type: ignore[attr-defined]
    return steps


def mine(by: Actor) -> QuerySet[Step]:
    """The open steps that wait for a role of this person, the oldest first."""
    rows = Step.objects.filter(seen.mine(by), state="open", instance__state="running")
    return rows.select_related("instance__process").order_by("entered_at")[:MOST]

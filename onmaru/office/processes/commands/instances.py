"""Instances as people start, end and take up again; what moves them stands in ``moving``."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, jobs, refusals, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.discussion.queries import reach
from onmaru.office.processes.commands.drawing import PROCESS_OWNER_ONLY
from onmaru.office.processes.models import Instance, Process

MOVE = "processes.move"

PROCESS_NOT_IN_FORCE = refusals.reason("process_not_in_force", _("“{name}” is not in force."))
PROCESS_OTHER_KIND = refusals.reason("process_other_kind", _("“{name}” is for records of another kind."))
NOTHING_TO_SKIP = refusals.reason("nothing_to_skip", _("No action is in the way here that could be skipped."))


@commands.command(label=_("Start a process"), model=Instance)
def start(*, process: Process, subject_id: int, by: Actor) -> Instance:
    """Begin the newest version of a process on a record that the actor sees; the worker moves it on.

    Refuses process_not_in_force; not_found for a record that is not there to see.
    """
    record = reach.record(process.kind, subject_id, by)
    in_force = Process.objects.filter(pk=process.pk, state=Process.State.ACTIVE).exists()
    newest = process.versions.order_by("-number").first()
    if not in_force or newest is None:
        raise Refused(PROCESS_NOT_IN_FORCE("process", name=process.name))
    instance = Instance.objects.create(
        process=process,
        of_version=newest,
        subject_kind=work.kind_of(record),
        subject_id=record.pk,
        company_id=getattr(record, "company_id", None),
        about=str(record)[:200],
        started_by=by.name,
    )
    jobs.enqueue(MOVE, instance_id=instance.pk)
    return instance


@commands.command(label=_("Cancel"), model=Instance, move=(("running", "stuck"), "cancelled"), danger=True)
def cancel(instance: Instance, *, by: Actor) -> Instance:
    """End it where it stands; what it did stays done."""
    instance.ended_at = timezone.now()
    instance.steps.filter(left_at=None).update(left_at=timezone.now(), state="done")
    return instance


@commands.command(label=_("Try again"), model=Instance, move=("stuck", "running"))
def retry(instance: Instance, *, by: Actor) -> Instance:
    """Take up again what was refused, once its reason is out of the way."""
    instance.steps.filter(state="stuck").update(state="open")
    return _taken_up(instance)


@commands.command(label=_("Skip"), model=Instance, move=("stuck", "running"), asks={"reason": _("Reason")})
def skip(instance: Instance, *, reason: str, by: Actor) -> Instance:
    """Go on behind the call that was refused, without it: it was done otherwise, or is not needed any more.

    Refuses process_owner_only, nothing_to_skip: where the diagram itself leads nowhere, no call is in the way.
    """
    held = instance.steps.filter(state="stuck")
    is_owner = by.user_id in (None, instance.process.owner_id)
    refusals.check([None if is_owner else PROCESS_OWNER_ONLY(), None if held.exists() else NOTHING_TO_SKIP()])
    said = {"note": reason.strip()[:500], "done_by": by.name, "left_at": timezone.now()}
    held.update(state="answered", **said)
    return _taken_up(instance)


def _taken_up(instance: Instance) -> Instance:
    instance.trouble = ""
    jobs.enqueue(MOVE, instance_id=instance.pk)
    return instance


def begin(process: Process, record: Any, by: Actor) -> Instance:
    """Start a process on a record from inside the house, unless it is under way there already."""
    if process.kind != work.kind_of(record):
        raise Refused(PROCESS_OTHER_KIND("what", name=process.name))
    rows = Instance.objects.filter(process=process, subject_id=record.pk, state__in=("running", "stuck"))
    return rows.first() or start(process=process, subject_id=record.pk, by=by)

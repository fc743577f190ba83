"""Doing what was approved, exactly that and once; and keeping its paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, events, files, identity, refusals, sql, work
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.approval.commands.drafting import NOT_THE_DRAFTER
from onmaru.office.approval.commands.guarding import APPROVAL_OUTDATED
from onmaru.office.approval.events import Hindered
from onmaru.office.approval.models import Approval
from onmaru.office.snapshots import queries as content
from onmaru.workbench import calls, registry, values
from onmaru.workbench.references import References

NOTHING_TO_CARRY_OUT = refusals.reason("nothing_to_carry_out", _("There is nothing left to carry out."))


@commands.command(label=_("Carry out"), model=Approval, move=("approved", None), primary=True)
def carry_out(approval: Approval, *, by: Actor, today: date) -> Approval:
    """Run the command that was approved, told what was approved, on the record as it was approved.

    Refuses not_the_drafter, approval_outdated when the record changed since, and what the command refuses.
    """
    record = work.record_of(approval.subject_kind, approval.subject_id)
    if not approval.command or approval.carried_out_at or record is None:
        raise Refused(NOTHING_TO_CARRY_OUT())
    refusals.check([None if approval.drafter_id == by.user_id else NOT_THE_DRAFTER()])
    locked = sql.lock(type(record), record.pk)
    assert locked is not None
    if content.digest(locked, approval.command, approval.asked) != approval.digest:
        raise Refused(APPROVAL_OUTDATED(demand=approval))
    command = commands.registry[approval.command]
    waiver = approval.demand.waiver if approval.demand_id and approval.demand else ""
    actor = identity.also(by, waiver) if waiver else by
    command(locked, by=actor, today=today, **_typed(command, record, approval, by))
    approval.carried_out_at, approval.obstacle = timezone.now(), ""
    return approval


def _typed(command: Command[Any], record: Model, approval: Approval, by: Actor) -> dict[str, Any]:
    entity = registry.of_model(record)
    if entity is None:
        return {}
    fields = [one for one in calls.asks(entity, command) if one.name in approval.asked]
    read, problems = values.read_all(fields, approval.asked, References(by))
    refusals.check(problems)
    return read


def by_itself(approval_id: int, today: date) -> None:
    """Carry out what runs by itself once approved, in the drafter's name; what hinders it is kept and told."""
    approval = Approval.objects.select_related("demand", "drafter").get(pk=approval_id)
    waits = approval.demand_id and approval.demand and approval.demand.runs == "drafter"
    if not approval.command or approval.carried_out_at or waits:
        return
    drafter = identity.actor(approval.drafter, source="approval")
    try:
        carry_out(approval, by=identity.also(drafter, carry_out.permission), today=today)
    except Refused as refused:
        obstacle = "\n".join(reason.message for reason in refused.reasons)
        hinder(approval, obstacle=obstacle, by=identity.house())


@commands.command(
    label=_("Keep the obstacle"),
    model=Approval,
    name="approval.approval.hinder",
    inner="what carries out, once all have signed",
)
def hinder(approval: Approval, *, obstacle: str, by: Actor) -> Approval:
    """Keep why what was approved could not be carried out."""
    approval.obstacle = obstacle
    events.emit(Hindered(approval.pk), approval)
    return approval


@commands.command(
    label=_("Keep the paper"),
    model=Approval,
    name="approval.approval.keep_paper",
    inner="what draws the paper, once it is approved",
)
def keep_paper(approval: Approval, *, pdf: bytes, by: Actor) -> Approval:
    """Keep the paper of a document that was approved; it is made once and never changes."""
    if approval.paper_id is None:
        name = f"{approval.number or approval.pk}.pdf"
        approval.paper = files.attach(record=approval, name=name, content=pdf, by=by)
    return approval

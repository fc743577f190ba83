"""Signing, returning, and what follows from it. The document is locked, so two who sign at once come one by one."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, events, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.approval import rules
from onmaru.office.approval.events import (
    Approved,
    Rejected,
    StepDue,
    StepObjected,
    StepOpened,
    StepRaised,
)
from onmaru.office.approval.models import Approval, Step
from onmaru.office.approval.queries import inbox
from onmaru.office.signatories.models import SIGNING, Role

State = Approval.State

NOT_YOUR_TURN = refusals.reason("not_your_turn", _("There is nothing for you to sign here now."))
NOTHING_TO_READ = refusals.reason("nothing_to_read", _("You were not told of this document."))


@commands.command(
    label=_("Approve"),
    model=Approval,
    move=(("pending", "approved"), None),
    primary=True,
    asks={"opinion": _("Opinion")},
    apart_from=("draft",),
)
def approve(approval: Approval, *, by: Actor, today: date, opinion: str = "") -> Approval:
    """Sign one's part, in one's own name or in that of who is away (대결). Refuses not_your_turn, and the drafter."""
    _sign(_turn(approval, by, today), by, Step.State.AGREED, opinion)
    if approval.state == State.PENDING:
        go_on(approval)
    return approval


@commands.command(
    label=_("Send back"),
    model=Approval,
    move=(("pending", "approved"), None),
    asks={"reason": _("Reason")},
    apart_from=("draft",),
)
def reject(approval: Approval, *, by: Actor, today: date, reason: str) -> Approval:
    """Send a document back to its drafter with a reason (반려).

    One of many whose majority counts only objects, and so does who signs afterwards: what was decided stays.
    """
    refusals.check([None if reason.strip() else refusals.FIELD_REQUIRED("reason", label=_("Reason"))])
    step = _turn(approval, by, today)
    _sign(step, by, Step.State.OBJECTED, reason.strip())
    if approval.state == State.PENDING:
        go_on(approval)
    if approval.state != State.REJECTED:
        events.emit(StepObjected(approval.pk, step.pk), approval)
    return approval


@commands.command(label=_("Read"), model=Approval)
def read(approval: Approval, *, by: Actor) -> Approval:
    """Note that who was copied in, or received it, has read it. Refuses nothing_to_read."""
    told = approval.steps.filter(person_id=by.user_id, state=Step.State.TOLD)
    if not told.update(state=Step.State.READ, signed_at=timezone.now()):
        raise Refused(NOTHING_TO_READ())
    return approval


def _turn(approval: Approval, by: Actor, today: date) -> Step:
    step = inbox.turn(approval, by, today)
    if step is None:
        raise Refused(NOT_YOUR_TURN())
    return step


def _sign(step: Step, by: Actor, state: str, opinion: str) -> None:
    step.state, step.signer_id, step.opinion = state, by.user_id, opinion
    step.signed_at = timezone.now()
    step.save(update_fields=["state", "signer", "opinion", "signed_at"])


def go_on(approval: Approval) -> None:
    """Open what is next, or finish the document. Part of the commands that draft and sign."""
    steps = list(approval.steps.all())
    found = rules.follow(steps, approval.consent)
    if found.state == State.PENDING:
        _open(approval, [one for one in steps if one.stage == found.stage])
        _drop(approval, [one for one in steps if 0 < one.stage < found.stage])
        return
    approval.state, approval.finished_at = found.state, timezone.now()
    after = [one for one in steps if one.signs_after and found.state == State.APPROVED]
    _drop(approval, [one for one in steps if one.role in SIGNING and one not in after])
    _open(approval, after)
    _finish(approval)


def _open(approval: Approval, steps: list[Step]) -> None:
    for one in steps:
        if one.state == Step.State.WAITING:
            Step.objects.filter(pk=one.pk).update(state=Step.State.OPEN, opened_at=timezone.now())
            events.emit(StepOpened(approval.pk, one.pk), approval)


def _drop(approval: Approval, steps: list[Step]) -> None:
    keys = [one.pk for one in steps if one.state in (Step.State.OPEN, Step.State.WAITING)]
    approval.steps.filter(pk__in=keys).update(state=Step.State.DROPPED)


def _finish(approval: Approval) -> None:
    if approval.state == State.APPROVED:
        approval.steps.filter(role=Role.RECEIVE).update(state=Step.State.TOLD)
        events.emit(Approved(approval.pk), approval)
    else:
        events.emit(Rejected(approval.pk), approval)


@commands.command(label=_("Remind"), model=Approval)
def remind(approval: Approval, *, by: Actor) -> Approval:
    """Ask again those who have not signed."""
    for step in approval.steps.filter(state=Step.State.OPEN):
        Step.objects.filter(pk=step.pk).update(reminded_at=timezone.now())
        events.emit(StepDue(approval.pk, step.pk), approval)
    return approval


@commands.command(
    label=_("Ask the head above"), model=Approval, inner="the clock, when a step has lain too long"
)
def escalate(approval: Approval, *, by: Actor, today: date) -> Approval:
    """Let the head above sign for who has not for long; never who drafted it, never who stands in the line already."""
    for step in approval.steps.filter(state=Step.State.OPEN, raised_to=None):
        found = inbox.above(approval, step, today)
        if found is not None:
            Step.objects.filter(pk=step.pk).update(raised_to=found)
            events.emit(StepRaised(approval.pk, step.pk), approval)
    return approval

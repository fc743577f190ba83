"""What follows from a fact after its commit: people are told, papers made, what was approved carried out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, events, identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.approval import reports
from onmaru.office.approval.commands import running
from onmaru.office.approval.events import (
    About,
    Approved,
    Drafted,
    Hindered,
    Rejected,
    StepDue,
    StepFact,
    StepObjected,
    StepOpened,
    StepRaised,
)
from onmaru.office.approval.models import Approval, Step
from onmaru.office.notices import ports
from onmaru.office.notices.commands import notices
from onmaru.office.signatories.queries import absences

ports.declare("approval.turn", _("Something waits for my approval"))
ports.declare("approval.copied", _("A draft that I am copied in on"), push=False)
ports.declare("approval.received", _("Something approved that I receive"), push=False)
ports.declare("approval.approved", _("A draft of mine is approved"))
ports.declare("approval.rejected", _("A draft of mine comes back"))
ports.declare("approval.objected", _("Somebody is against a draft of mine"), push=False)
ports.declare("approval.hindered", _("What was approved could not be done"))


@events.reacts_to(StepOpened, StepDue, StepRaised)
def ask_to_sign(fact: StepFact, *, by: Actor) -> None:
    """Tell whose turn it is: the person, their deputy of today, and the head it was raised to."""
    step = Step.objects.select_related("approval", "person", "raised_to").get(pk=fact.step_id)
    if step.state != Step.State.OPEN:
        return
    deputies = absences.on(calendars.today()).filter(person=step.person_id).select_related("deputy")
    people = [step.person, *(one.deputy for one in deputies), *([step.raised_to] if step.raised_to else [])]
    late = not isinstance(fact, StepOpened)
    words = _("Still to approve: {title}") if late else _("To approve: {title}")
    _tell(people, "turn", step.approval, words)


@events.reacts_to(Drafted)
def tell_copied(fact: About, *, by: Actor) -> None:
    """Tell who is copied in."""
    _tell_role(fact, "copy", "copied", _("For your information: {title}"))


@events.reacts_to(Approved)
def tell_approved(fact: About, *, by: Actor) -> None:
    """Tell the drafter that it was approved, and who receives it that it came."""
    _tell_role(fact, "receive", "received", _("Received: {title}"))
    _tell_drafter(fact, "approved", _("Approved: {title}"))


@events.reacts_to(Rejected)
def tell_rejected(fact: About, *, by: Actor) -> None:
    """Tell the drafter that it came back."""
    _tell_drafter(fact, "rejected", _("Returned: {title}"))


@events.reacts_to(StepObjected)
def tell_objected(fact: StepFact, *, by: Actor) -> None:
    """Tell the drafter that somebody was against it, though it goes on."""
    _tell_drafter(fact, "objected", _("Objected: {title}"))


@events.reacts_to(Hindered)
def tell_hindered(fact: About, *, by: Actor) -> None:
    """Tell the drafter that what was approved could not be done."""
    _tell_drafter(fact, "hindered", _("Approved, but not carried out: {title}"))


@events.reacts_to(Approved)
def keep_paper(fact: About, *, by: Actor) -> None:
    """Make the paper of what was approved."""
    approval = Approval.objects.get(pk=fact.approval_id)
    running.keep_paper(approval, pdf=reports.paper(approval, approval.drafter.language), by=by)


@events.reacts_to(Approved)
def carry_out(fact: About, *, by: Actor) -> None:
    """Do what was approved."""
    running.by_itself(fact.approval_id, calendars.today())


def _tell_drafter(fact: About, kind: str, words: Any) -> None:
    approval = Approval.objects.select_related("drafter").get(pk=fact.approval_id)
    _tell([approval.drafter], kind, approval, words)


def _tell_role(fact: About, role: str, kind: str, words: Any) -> None:
    approval = Approval.objects.get(pk=fact.approval_id)
    people = [one.person for one in approval.steps.filter(role=role).select_related("person")]
    _tell(people, kind, approval, words)


def _tell(people: Iterable[User], kind: str, approval: Approval, words: Any) -> None:
    by = identity.house()
    notices.tell(people, f"approval.{kind}", approval, format_lazy(words, title=approval.title), by=by)

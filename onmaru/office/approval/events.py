"""Facts of this room; their subject is the approval document."""

from __future__ import annotations

from dataclasses import dataclass

from onmaru.kernel import events


@dataclass(frozen=True)
class About(events.Fact):
    """A fact about one document."""

    approval_id: int


@dataclass(frozen=True)
class StepFact(About):
    """A fact about one person's part in it."""

    step_id: int


@events.event("approval.approval.drafted")
@dataclass(frozen=True)
class Drafted(About):
    """A record was put to approval."""


@events.event("approval.step.opened")
@dataclass(frozen=True)
class StepOpened(StepFact):
    """It is this person's turn."""


@events.event("approval.step.due")
@dataclass(frozen=True)
class StepDue(StepFact):
    """This person was asked long ago."""


@events.event("approval.step.raised")
@dataclass(frozen=True)
class StepRaised(StepFact):
    """Nobody signed for so long that the head above was asked."""


@events.event("approval.step.objected")
@dataclass(frozen=True)
class StepObjected(StepFact):
    """Somebody who signs afterwards, or one of many who consent, was against it."""


@events.event("approval.approval.approved")
@dataclass(frozen=True)
class Approved(About):
    """All signed who had to."""


@events.event("approval.approval.rejected")
@dataclass(frozen=True)
class Rejected(About):
    """It went back to its drafter, with a reason."""


@events.event("approval.approval.recalled")
@dataclass(frozen=True)
class Recalled(About):
    """Its drafter took it back."""


@events.event("approval.approval.hindered")
@dataclass(frozen=True)
class Hindered(About):
    """What was approved could not be carried out."""

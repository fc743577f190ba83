"""What a signature leads to: values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from onmaru.office.approval.models import Approval, Step
from onmaru.office.signatories.models import Line, Role

DECIDED = (Step.State.AGREED, Step.State.OBJECTED)


class Signed(Protocol):
    """What a step says of itself."""

    stage: int
    role: str
    state: str
    signs_after: bool


@dataclass(frozen=True)
class Next:
    """What follows: the state of the document, the stage that is open, and whether its rest is not needed any more."""

    state: str
    stage: int = 0


def follow(steps: Sequence[Signed], consent: str) -> Next:
    """Where a document stands after the signatures there are."""
    signing = [one for one in steps if one.stage and not one.signs_after and one.state != Step.State.COVERED]
    for stage in sorted({one.stage for one in signing}):
        here = [one for one in signing if one.stage == stage]
        outcome = _outcome(here, consent)
        if outcome is None:
            return Next(Approval.State.PENDING, stage)
        if not outcome:
            return Next(Approval.State.REJECTED)
    return Next(Approval.State.APPROVED)


def _outcome(here: Sequence[Signed], consent: str) -> bool | None:
    """Whether a stage is passed, failed, or (None) still open."""
    agreed = sum(one.state == Step.State.AGREED for one in here)
    objected = sum(one.state == Step.State.OBJECTED for one in here)
    if here[0].role != Role.CONSENT or consent == Line.Consent.ALL:
        return False if objected else True if agreed == len(here) else None
    needed = len(here) // 2 + 1
    return True if agreed >= needed else False if objected > len(here) - needed else None

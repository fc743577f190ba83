"""What people do with their steps."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, jobs, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant
from onmaru.office.processes.commands import instances
from onmaru.office.processes.models import Instance, Step

STEP_NOT_YOURS = refusals.reason("step_not_yours", _("This step is for the role “{role}”."))
STEP_NOT_FOR_PEOPLE = refusals.reason("step_not_for_people", _("Nobody does this step by hand."))


@commands.command(
    label=_("Done"),
    model=Step,
    move=("open", "answered"),
    primary=True,
    asks={"answer": _("Your answer"), "note": _("Note")},
)
def finish(step: Step, *, answer: str = "", note: str = "", by: Actor) -> Step:
    """Say that a step is done; conditions after it can name the answer. Refuses step_not_yours, step_not_for_people."""
    refusals.check(
        [
            None if step.kind == Step.Kind.PERSON else STEP_NOT_FOR_PEOPLE(),
            None if has_role(by, step.role) else STEP_NOT_YOURS(role=step.role),
            None
            if step.instance.state == Instance.State.RUNNING
            else refusals.MOVE_NOT_ALLOWED(state=step.instance.get_state_display()),
        ]
    )
    step.answer, step.note = answer.strip()[:60], note.strip()[:500]
    step.done_by, step.left_at = by.name, timezone.now()
    jobs.enqueue(instances.MOVE, instance_id=step.instance_id)
    return step


def has_role(by: Actor, role: str) -> bool:
    """Whether somebody has the role that a step is for; the house itself has all."""
    held = Grant.objects.filter(user=by.user_id, role__code=role, role__is_active=True)
    return by.user_id is None or held.exists()
